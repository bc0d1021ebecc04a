"""Makes, in the folder given, what registries hold: sklearn, pyfunc by cloudpickle, mlflow.pytorch, TorchScript, and a pickle that runs a command. Prints reference values as JSON."""
import json
import os
import pickle
import sys
import types

import cloudpickle
import numpy
import torch
from sklearn.linear_model import LinearRegression

root, marker = sys.argv[1:3]
reference = {}


def folder(name):
    path = os.path.join(root, name)
    os.makedirs(os.path.join(path, "data"), exist_ok=True)
    return path


def mlmodel(path, text):
    with open(os.path.join(path, "MLmodel"), "w") as file:
        file.write(text)


x = numpy.array([[1.0, 2.0], [3.0, 5.0], [4.0, 4.0], [0.5, 9.0]])
regression = LinearRegression().fit(x, x @ [2.0, -1.0] + 3.0)
path = folder("sklearn")
with open(os.path.join(path, "model.pkl"), "wb") as file:
    cloudpickle.dump(regression, file)
mlmodel(path, """flavors:
  python_function: {loader_module: mlflow.sklearn, model_path: model.pkl, predict_fn: predict}
  sklearn: {pickled_model: model.pkl, serialization_format: cloudpickle, code: null}
signature:
  inputs: '[{"type": "double", "name": "a", "required": true}, {"type": "double", "name": "b", "required": true}]'
  outputs: '[{"type": "double", "name": "y"}]'
""")
reference["sklearn"] = float(regression.predict([[1.5, -2.0]])[0])

# pyfunc: without mlflow its base class is named only.
mlflow, pyfunc, model = (types.ModuleType(name) for name in ("mlflow", "mlflow.pyfunc", "mlflow.pyfunc.model"))
sys.modules.update({"mlflow": mlflow, "mlflow.pyfunc": pyfunc, "mlflow.pyfunc.model": model})
mlflow.pyfunc, pyfunc.model = pyfunc, model
exec("class PythonModel:\n    def load_context(self, context):\n        pass\n", model.__dict__)
pyfunc.PythonModel = model.PythonModel
model.PythonModel.__module__ = "mlflow.pyfunc.model"
# MLflow 3 wraps predict in its type checks, which a pickle then refers to (seen in one of 3.6).
models, signature = (types.ModuleType(name) for name in ("mlflow.models", "mlflow.models.signature"))
sys.modules.update({"mlflow.models": models, "mlflow.models.signature": signature})
mlflow.models, models.signature = models, signature
exec("import typing\nclass _TypeHints(typing.NamedTuple):\n    input: object = None\n    output: object = None\n", signature.__dict__)
signature._TypeHints.__module__ = "mlflow.models.signature"


class Inner:
    input_variables = {"a": {"default_value": 2.0, "unit": "mm"}, "b": {"default_value": 3.0}}
    output_variables = ["y"]

    def __init__(self, scale):
        self.scale = scale

    def evaluate(self, inputs):
        return {"y": torch.tensor(inputs["a"] * self.scale + inputs["b"], dtype=torch.float64)}


class Wrapper(model.PythonModel):
    hints = signature._TypeHints(list)

    def load_context(self, context):
        with open(context.artifacts["scale"]) as file:
            self.scale = float(file.read())

    def get_lume_model(self):
        return Inner(self.scale)


path = folder("pyfunc")
with open(os.path.join(path, "data", "scale.txt"), "w") as file:
    file.write("10")
with open(os.path.join(path, "python_model.pkl"), "wb") as file:
    cloudpickle.dump(Wrapper(), file)
mlmodel(path, """flavors:
  python_function:
    loader_module: mlflow.pyfunc.model
    python_model: python_model.pkl
    artifacts: {scale: {path: data/scale.txt, uri: /elsewhere}}
""")

torch.manual_seed(3)
net = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ELU(), torch.nn.Linear(4, 2)).double()
path = folder("pytorch")
torch.save(net, os.path.join(path, "data", "model.pth"), pickle_module=cloudpickle)
mlmodel(path, """flavors:
  python_function: {loader_module: mlflow.pytorch, data: data}
  pytorch: {model_data: data, code: null}
signature:
  inputs: '[{"type": "tensor", "name": null, "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}]'
""")
with torch.no_grad():
    reference["pytorch"] = net(torch.tensor([[0.25, -1.5]], dtype=torch.float64))[0].tolist()
path = folder("script")
torch.jit.script(net).save(os.path.join(path, "net.jit"))
with open(os.path.join(path, "variables.yml"), "w") as file:
    file.write("input_variables:\n  p: {default_value: 0.25, unit: mm}\n  q: {default_value: -1.5, value_range: [-2.0, 2.0]}\noutput_variables:\n  u:\n  v:\n")


class Command:
    def __reduce__(self):
        return os.system, ("touch '%s'" % marker,)


path = folder("evil")
with open(os.path.join(path, "model.pkl"), "wb") as file:
    pickle.dump(Command(), file)
print(json.dumps(reference))
