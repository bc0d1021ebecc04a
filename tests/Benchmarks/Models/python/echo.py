"""What the worker is measured with: no work at all, so that the way there and back is what is left."""
input_variables = ["x%d" % i for i in range(16)]
output_variables = input_variables


class Echo:
    def evaluate(self, inputs):
        return inputs


class EchoFactory:
    def get_model(self):
        return Echo()
