"""Values that are not floats."""
import numpy

input_variables = [{"name": "count", "type": "int"}, {"name": "on", "type": "bool"}, {"name": "label", "type": "string"}, {"name": "wave", "type": "array"}, {"name": "open", "type": "any"}]
output_variables = [{"name": "count", "type": "int"}, {"name": "on", "type": "bool"}, {"name": "label", "type": "string"}, {"name": "wave", "type": "array"}, {"name": "open", "type": "string"}]


class Kinds:
    def evaluate(self, inputs):
        return {"count": inputs["count"] + 1, "on": not inputs["on"], "label": inputs["label"] + "!", "wave": inputs["wave"].astype(numpy.float32) * 2, "open": "%s %r" % (type(inputs["open"]).__name__, inputs["open"])}


class KindsFactory:
    def get_model(self):
        return Kinds()
