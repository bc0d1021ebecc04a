"""A model as upstream's users write it: a factory, variables on the module, evaluate(dict)."""
import math

input_variables = [
    {"name": "QUAD:STRENGTH", "type": "scalar", "value_range": [-5.0, 5.0], "unit": "kG"},
    {"name": "GUN:PHASE", "type": "scalar", "default_value": 12.5, "unit": "deg"},
    {"name": "CHARGE", "type": "scalar", "default_value": 250.0, "value_range": [0.0, float("inf")]},
]
output_variables = ["sigma_x", "sigma_y"]


class Beam:
    def evaluate(self, inputs):
        q, phase, charge = inputs["QUAD:STRENGTH"], inputs["GUN:PHASE"], inputs["CHARGE"]
        assert all(type(value) is float for value in inputs.values()), inputs
        return {"sigma_x": 100.0 + q * q - 3.0 * phase + 0.5 * charge, "sigma_y": math.exp(q / 10.0) * phase + charge}


class BeamFactory:
    def get_model(self):
        return Beam()
