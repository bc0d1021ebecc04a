"""The process that runs one Python model for the silo: reads a load request, says hello, then answers one evaluation after the other until its input ends."""
import json
import os
import struct
import sys
import traceback

from . import adapters, describing, finding, isolation, wire
from .wire import align

_FLOATS = frozenset([float])


class Worker:
    def __init__(self, channel):
        self._channel = channel
        self._shared = None
        self._copy = False

    def load(self, request):
        found, module = finding.load(request)
        self._model = adapters.adapt(found)
        self._evaluate = self._model.evaluate
        said = describing.describe(self._model, module)
        # Names from the signature or the configuration hold where the model itself says nothing.
        inputs = said["inputs"] or request.get("inputs") or describing.features(self._model)
        outputs = said["outputs"] or request.get("outputs")
        self._bind(inputs or [], outputs or [])
        if inputs is not None and outputs is None:
            outputs = self._probe(inputs)
            if outputs is not None:
                self._bind(inputs, outputs)
        packages = {name: getattr(sys.modules[name], "__version__", "?") for name in ("numpy", "torch", "sklearn", "mlflow", "lume_model") if hasattr(sys.modules.get(name), "__file__")}
        self._channel.write({"hello": wire.PROTOCOL, "python": sys.version.split()[0], "packages": packages, "class": type(found).__module__ + "." + type(found).__qualname__,
                             "inputs": inputs, "outputs": outputs})

    def _bind(self, inputs, outputs):
        self._names = [variable["name"] for variable in inputs]
        self._outputs = [variable["name"] for variable in outputs]
        self._wanted = dict((name, i) for i, name in enumerate(self._outputs))
        self._vector = struct.Struct("<%dd" % len(self._names))
        # A whole answer of nothing but floats: lengths, an empty header padded to 8 bytes, the numbers.
        self._plain = struct.Struct("<II8s%dd" % len(self._outputs))
        self._prefix = (12 + 8 * len(self._outputs), 2, b"{}")
        self._integers = [variable["name"] for variable in inputs if variable.get("type") == "int"]
        self._flags = [variable["name"] for variable in inputs if variable.get("type") == "bool"]
        self._scalar_outputs = frozenset(variable["name"] for variable in outputs if variable.get("type") is None)
        if isinstance(self._model, adapters.Adapter):
            self._model.name(self._names, self._outputs)

    def _probe(self, inputs):
        """A model that names its inputs and their defaults, but no outputs, is asked once."""
        if any("default" not in variable for variable in inputs) and not isinstance(self._model, adapters.Adapter):
            return None
        given = wire.spread(self._evaluate({variable["name"]: _default(variable) for variable in inputs}))
        result = []
        for name, value in given.items():
            value = wire.plain(name, value)
            variable = {"name": name}
            if hasattr(value, "shape") and value.size > 1:
                variable["type"] = "image" if value.ndim > 1 else "array"
                variable["shape"] = list(value.shape)
            elif isinstance(value, (str, bool)):
                variable["type"] = "string" if isinstance(value, str) else "bool"
            result.append(variable)
        return result

    def run(self):
        while True:
            frame = self._channel.read()
            length = int.from_bytes(frame[4:8], "little")
            header = {} if length == 2 else json.loads(bytes(frame[8:8 + length]))
            shared = header.get("shared")
            if shared:
                self._shared = wire.SharedMemory(*shared)
            try:
                reply, answer = self._answer(frame, header, align(8 + length, 8))
            except Exception as error:
                lines = traceback.format_exception(type(error), error, error.__traceback__)
                answer, reply = {"error": "".join(traceback.format_exception_only(type(error), error)).strip()[:4000], "trace": "".join(lines)[-4000:]}, None
                if isinstance(error, wire.NotAsDeclared):
                    answer["form"] = 1
                del error
            if type(reply) is bytes:
                self._channel.send(reply)
            elif reply is None:
                self._channel.write(answer)
            else:
                reply.send(self._channel, answer)

    def _answer(self, frame, header, start):
        inputs = dict(zip(self._names, self._vector.unpack_from(frame, start)))
        for name in self._integers:
            inputs[name] = _integer(inputs[name])
        for name in self._flags:
            inputs[name] = inputs[name] != 0
        arrays = []
        for index, description in header.get("x", ()):
            if "d" in description:
                value = wire.read_array(description, frame, start, self._shared)
                if description.get("m"):
                    if self._copy:
                        value = value.copy()
                    else:
                        arrays.append(value)
            else:
                value = description["v"]
            inputs[self._names[index]] = value
            value = None
        rows = header.get("rows")
        if rows is None:
            outputs = self._evaluate(inputs)
            inputs = None
            if not arrays and type(outputs) is dict and len(outputs) == len(self._outputs) and _FLOATS.issuperset(map(type, outputs.values())) and outputs.keys() == self._wanted.keys():
                return self._plain.pack(*self._prefix, *[outputs[name] for name in self._outputs]), None
            outputs = wire.spread(outputs, self._wanted)
        else:
            outputs = self._batch(inputs, rows)
            inputs = None
        reply = wire.Reply(len(self._outputs), self._shared)
        if outputs.keys() != self._wanted.keys():
            self._check_names(outputs)
        for name, index in self._wanted.items():
            value = outputs[name]
            if rows is None and name in self._scalar_outputs and type(value) is not float:
                value = _scalar(name, value)
            reply.set(index, name, value)
        value = outputs = None
        answer = {}
        if arrays:
            # Whoever still refers to an array that lies in shared memory would see the next call's numbers in it: from now on this model gets copies.
            while arrays:
                array = arrays.pop()
                if sys.getrefcount(array) > 2:
                    self._copy = True
                    answer["kept"] = 1
        return reply, answer

    def _batch(self, inputs, rows):
        batch = getattr(self._model, "evaluate_batch", None)
        if callable(batch):
            return wire.spread(batch(inputs), self._wanted)
        columns = {name: value.tolist() for name, value in inputs.items()} if wire.numpy is not None else inputs
        collected = {}
        for row in range(rows):
            outputs = wire.spread(self._evaluate({name: column[row] for name, column in columns.items()}), self._wanted)
            for name, value in outputs.items():
                collected.setdefault(name, []).append(_scalar(name, wire.plain(name, value)))
        return collected

    def _check_names(self, outputs):
        missing = [name for name in self._outputs if name not in outputs]
        if missing:
            raise wire.NotAsDeclared("evaluate() returned no %s; it returned %s" % (", ".join(repr(name) for name in missing), ", ".join(repr(name) for name in outputs) or "nothing"))
        extra = [name for name in outputs if name not in self._wanted]
        raise wire.NotAsDeclared("evaluate() returned %s, which the model does not declare; it declares %s" % (", ".join(repr(name) for name in extra), ", ".join(repr(name) for name in self._outputs)))


def _scalar(name, value):
    value = wire.plain(name, value)
    if hasattr(value, "shape"):
        if value.size != 1:
            raise wire.NotAsDeclared("output '%s' is an array of shape %s; it is declared as a scalar" % (name, tuple(value.shape)))
        return value.reshape(-1)[0].item()
    if isinstance(value, (str, list)):
        raise wire.NotAsDeclared("output '%s' is the text %r; it is declared as a number" % (name, value))
    return float(value) if type(value) is int else value


def _integer(value):
    return int(value) if value == value and abs(value) != float("inf") else value


def _default(variable):
    value = variable.get("default", 0.0)
    if isinstance(value, str) and variable.get("type") != "string":
        return float(value)
    return float(value) if isinstance(value, int) and variable.get("type") not in ("int", "bool") else value


def main():
    reader, writer = isolation.take_protocol()
    channel = wire.Channel(reader, writer)
    try:
        frame = channel.read()
        request = json.loads(bytes(frame[8:8 + int.from_bytes(frame[4:8], "little")]))
        isolation.confine(request["parent"], request.get("memory"))
        sys.dont_write_bytecode = True
        worker = Worker(channel)
        try:
            worker.load(request)
        except Exception as error:
            known = isinstance(error, finding.NotLoadable)
            channel.write({"error": str(error) if known else "".join(traceback.format_exception_only(type(error), error)).strip()[:4000],
                           "trace": "" if known else traceback.format_exc()[-4000:]})
            return
        if "torch" in sys.modules:
            torch = sys.modules["torch"]
            torch.set_num_threads(1)
            torch.set_grad_enabled(False)
        worker.run()
    except (wire.Closed, BrokenPipeError):
        os._exit(0)                            # nobody is left to answer to; a model's own threads must not keep this process
