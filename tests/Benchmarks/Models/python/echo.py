"""What the worker is measured with: as little work as can be, so that the way there and back is what is left."""
input_variables = ["x%d" % i for i in range(16)]
output_variables = ["y%d" % i for i in range(16)]


class Echo:
    def evaluate(self, inputs):
        return {"y%d" % i: inputs["x%d" % i] for i in range(16)}


class EchoFactory:
    def get_model(self):
        return Echo()
