"""Objects that have no evaluate(dict): a predict of scikit-learn's form, a pyfunc, a torch module. One column per input, in the order of the names."""
import inspect

from .wire import numpy


class Adapter:
    """What they share: columns to a matrix, the matrix through _run of the kind of model, the result to names."""

    def __init__(self, model):
        self.model = model
        self.inputs = []
        self.outputs = []

    def name(self, inputs, outputs):
        self.inputs, self.outputs = inputs, outputs

    def evaluate(self, values):
        columns = [values[name] for name in self.inputs]
        if len(columns) == 1 and getattr(columns[0], "ndim", 0) >= 1:
            matrix = columns[0][None]                      # one array input is the whole row
        else:
            matrix = numpy.array([columns], dtype=float)
        return self._named(self._run(matrix))

    def evaluate_batch(self, values):
        return self._named(self._run(numpy.stack([numpy.asarray(values[name], dtype=float) for name in self.inputs], axis=1)))

    def _named(self, result):
        if isinstance(result, dict):
            return {name: _first(value) for name, value in result.items()}
        if hasattr(result, "columns"):
            return {str(name): result[name].to_numpy() for name in result.columns}
        if isinstance(result, (tuple, list)) and result and all(hasattr(item, "shape") for item in result):
            return {self._output(i, len(result)): _squeezed(item) for i, item in enumerate(result)}
        if hasattr(result, "to_numpy"):
            result = result.to_numpy()
        result = numpy.asarray(result)
        rows = result.reshape(len(result), -1) if result.ndim else result.reshape(1, 1)
        return {self._output(i, rows.shape[1]): rows[:, i] if len(rows) > 1 else rows[0, i] for i in range(rows.shape[1])}

    def _output(self, index, count):
        if self.outputs and len(self.outputs) != count:
            raise ValueError("the model gives %d outputs and %d are named (%s)" % (count, len(self.outputs), ", ".join(self.outputs)))
        return self.outputs[index] if self.outputs else "output_%d" % index


class Predict(Adapter):
    """scikit-learn and what looks like it."""

    def _run(self, matrix):
        names = getattr(self.model, "feature_names_in_", None)
        if names is not None:
            import pandas
            matrix = pandas.DataFrame(matrix, columns=list(names))
        return self.model.predict(matrix)


class PyFunc(Adapter):
    """mlflow's loaded model: predict(DataFrame)."""

    def _run(self, matrix):
        import pandas
        return self.model.predict(pandas.DataFrame(matrix, columns=self.inputs))


class PythonModelPredict(Adapter):
    """A pyfunc's own class, loaded without mlflow: predict(context, model_input), or predict(model_input) as mlflow has it since 2.20."""

    def __init__(self, model, context):
        super().__init__(model)
        self._given = (context,) if "context" in inspect.signature(model.predict).parameters else ()

    def _run(self, matrix):
        try:
            import pandas
            frame = pandas.DataFrame(matrix, columns=self.inputs)
        except ImportError:
            frame = {name: matrix[:, i] for i, name in enumerate(self.inputs)}
        return self.model.predict(*self._given, frame)


class Module(Adapter):
    """A torch module or TorchScript: rows of its own precision in, columns out."""

    def __init__(self, model):
        super().__init__(model)
        import torch
        self._torch = torch
        first = next((p for p in list(model.parameters()) + list(model.buffers()) if p.is_floating_point()), None)
        self._dtype = first.dtype if first is not None else torch.float64

    def _run(self, matrix):
        with self._torch.no_grad():
            result = self.model(self._torch.as_tensor(matrix).to(self._dtype))
        if isinstance(result, dict):
            return {name: value.detach().cpu().numpy() for name, value in result.items()}
        if isinstance(result, (tuple, list)):
            return [value.detach().cpu().numpy() for value in result]
        return result.detach().cpu().numpy()


def adapt(found):
    """The object itself when it has evaluate(dict)."""
    if callable(getattr(found, "evaluate", None)):
        return found
    kind = type(found)
    if hasattr(found, "parameters") and hasattr(found, "buffers") and callable(found):
        return Module(found)
    if callable(getattr(found, "predict", None)):
        return PyFunc(found) if kind.__module__.startswith("mlflow.pyfunc") else Predict(found)
    raise TypeError("the model is a %s.%s, which has neither evaluate(dict) nor predict()" % (kind.__module__, kind.__qualname__))


def _first(value):
    return value[0] if getattr(value, "ndim", 0) and len(value) == 1 else value


def _squeezed(value):
    return _first(numpy.asarray(value))
