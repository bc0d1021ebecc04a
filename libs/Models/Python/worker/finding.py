"""From files to an object with evaluate(dict) -> dict: a factory class, an MLflow model, a pickle, TorchScript, a lume YAML."""
import ast
import importlib
import importlib.machinery
import importlib.util
import os
import pickle
import sys
import types
import zipfile

from . import adapters


class NotLoadable(Exception):
    """The message is for the user."""


def load(request):
    """request: {path, kind, factory?, mlmodel?, file?}. Gives (model, module or None)."""
    kind = request["kind"]
    if kind == "factory":
        return _factory(request["path"], request["factory"])
    if kind == "mlflow":
        return _mlflow(request["path"], request["mlmodel"]), None
    if kind == "lume":
        return _lume(request["file"], request["model_class"]), None
    return unwrap(_file(request["file"])), None


def unwrap(found):
    """What upstream does: a pyfunc's wrapper gives its model by get_lume_model() or get_model(); a TorchModule has it in .model."""
    if hasattr(found, "unwrap_python_model"):
        try:
            inner = found.unwrap_python_model()
        except Exception:                      # mlflow raises its own type when there is no python model, as for sklearn
            return found
        unwrapped = unwrap(inner)
        return found if unwrapped is inner and not callable(getattr(inner, "evaluate", None)) else unwrapped
    for getter in ("get_lume_model", "get_model"):
        if callable(getattr(found, getter, None)):
            return getattr(found, getter)()
    if not callable(getattr(found, "evaluate", None)) and callable(getattr(getattr(found, "model", None), "evaluate", None)):
        return found.model
    return found


def _factory(path, factory):
    file, name = _factory_file(path, factory)
    # The name upstream imports it by, so that pickles made there are found here.
    module = _run(file, "model_module")
    maker = getattr(module, name, None)
    if maker is None:
        raise NotLoadable("%s has no class %s" % (os.path.basename(file), name))
    made = maker()
    if not callable(getattr(made, "get_model", None)):
        if callable(getattr(made, "evaluate", None)):
            return made, module
        raise NotLoadable("class %s in %s has neither get_model() nor evaluate(dict)" % (name, os.path.basename(file)))
    model = made.get_model()
    if model is None:
        raise NotLoadable("get_model() of %s returned None" % name)
    return model, module


def _factory_file(path, factory):
    if os.path.isfile(path):
        return path, factory.rpartition(":")[2]
    module, _, name = factory.rpartition(":")
    if not module and "." in factory:
        module, _, name = factory.rpartition(".")
    if module:
        file = os.path.join(path, *module.split(".")) + ".py"
        if os.path.isfile(file):
            return file, name
        raise NotLoadable("there is no %s for the factory %s" % (file, factory))
    found = []
    for entry in sorted(os.listdir(path)):
        if entry.endswith(".py"):
            with open(os.path.join(path, entry), encoding="utf-8") as file:
                try:
                    tree = ast.parse(file.read())
                except SyntaxError:
                    continue
            if any(isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == name for node in tree.body):
                found.append(entry)
    if len(found) == 1:
        return os.path.join(path, found[0]), name
    raise NotLoadable("class %s is in %s of %s" % (name, " and ".join(found) if found else "no .py file", path))


def _mlflow(folder, mlmodel):
    flavors = mlmodel.get("flavors") or {}
    pyfunc = flavors.get("python_function") or {}
    loader = pyfunc.get("loader_module") or ""
    if _has("mlflow"):
        if loader == "mlflow.pytorch" or "pytorch" in flavors and not pyfunc:
            return unwrap(importlib.import_module("mlflow.pytorch").load_model(folder))
        return unwrap(importlib.import_module("mlflow.pyfunc").load_model(folder))
    code = pyfunc.get("code")
    if code:
        sys.path.insert(0, os.path.join(folder, code))
    if loader == "mlflow.pyfunc.model":
        return _python_model(folder, pyfunc)
    if "sklearn" in flavors:
        return _pickle(os.path.join(folder, flavors["sklearn"].get("pickled_model") or "model.pkl"))
    if "pytorch" in flavors:
        return unwrap(_torch(os.path.join(folder, flavors["pytorch"].get("model_data") or "data", "model.pth")))
    raise NotLoadable("flavor %s needs the mlflow package, which %s does not have; set the interpreter of an environment that has it" % (loader or list(flavors), sys.executable))


def _python_model(folder, pyfunc):
    set_by_code = _stand_in_for_mlflow()
    code = pyfunc.get("model_code_path")
    if code:
        # Models from code: the file was copied into the folder under its own name; it says which object is the model by mlflow.models.set_model.
        file = os.path.join(folder, os.path.basename(code))
        if not os.path.isfile(file):
            raise NotLoadable("there is no %s" % file)
        _run(file, "model_code")
        if not set_by_code:
            raise NotLoadable("%s calls no mlflow.models.set_model, so it names no model" % os.path.basename(code))
        found = set_by_code[-1]
    else:
        found = _pickle(os.path.join(folder, pyfunc.get("python_model") or "python_model.pkl"))
    context = types.SimpleNamespace(artifacts={name: os.path.join(folder, item["path"]) for name, item in (pyfunc.get("artifacts") or {}).items()}, model_config={})
    if callable(getattr(found, "load_context", None)):
        found.load_context(context)
    inner = unwrap(found)
    return inner if callable(getattr(inner, "evaluate", None)) or not callable(getattr(found, "predict", None)) else adapters.PythonModelPredict(found, context)


def _stand_in_for_mlflow():
    """A pickled pyfunc refers to its base class by name; without mlflow an empty one of that name is enough to unpickle and evaluate it.

    Gives the list that mlflow.models.set_model appends to.
    """
    package, models, pyfunc, model = (types.ModuleType(name) for name in ("mlflow", "mlflow.models", "mlflow.pyfunc", "mlflow.pyfunc.model"))
    package.__path__ = models.__path__ = pyfunc.__path__ = []
    found = []
    models.set_model = found.append

    class PythonModel:
        def load_context(self, context):
            pass

    class PythonModelContext(types.SimpleNamespace):
        pass

    for module in (pyfunc, model):
        module.PythonModel, module.PythonModelContext = PythonModel, PythonModelContext
    package.models, package.pyfunc, pyfunc.model = models, pyfunc, model
    sys.modules.update({"mlflow": package, "mlflow.models": models, "mlflow.pyfunc": pyfunc, "mlflow.pyfunc.model": model})
    sys.meta_path.append(_EmptyMlflow())
    return found


class _EmptyMlflow:
    """Any other module of mlflow, with an empty class for each name asked of it: MLflow 3 pickles references to its type checks along with a model."""

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.startswith("mlflow.") else None

    def create_module(self, spec):
        return _EmptyModule(spec.name)

    def exec_module(self, module):
        pass


class _EmptyModule(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        empty = type(name, (tuple,), {"__new__": lambda cls, *given, **named: tuple.__new__(cls, given), "__module__": self.__name__})
        setattr(self, name, empty)
        return empty


def _run(file, name):
    sys.path.insert(0, os.path.dirname(file))
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _file(path):
    return _pickle(path) if path.endswith((".pkl", ".pickle", ".joblib")) else _torch(path)


def _pickle(path):
    if path.endswith(".joblib"):
        return importlib.import_module("joblib").load(path)
    # cloudpickle's own load is pickle's; importing it first makes its helpers known under every name it had.
    if _has("cloudpickle"):
        importlib.import_module("cloudpickle")
    with open(path, "rb") as file:
        return pickle.load(file)


def _torch(path):
    if not _has("torch"):
        raise NotLoadable("%s needs torch, which %s does not have" % (os.path.basename(path), sys.executable))
    torch = importlib.import_module("torch")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if any(name.endswith("/constants.pkl") for name in archive.namelist()):
                return torch.jit.load(path, map_location="cpu").eval()
    try:
        found = torch.load(path, map_location="cpu", weights_only=False)
    except TypeError:                          # torch before 1.13 has no such argument
        found = torch.load(path, map_location="cpu")
    return found.eval() if isinstance(found, torch.nn.Module) else found


def _lume(file, model_class):
    if not _has("lume_model"):
        raise NotLoadable("a lume %s needs the lume_model package, which %s does not have; set the interpreter of an environment that has it" % (model_class, sys.executable))
    return unwrap(importlib.import_module("lume_model.models").get_model(model_class)(file))


def _has(name):
    return importlib.util.find_spec(name) is not None
