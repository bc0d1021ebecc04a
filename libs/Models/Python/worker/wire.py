"""Frames between the silo and this process, and values in them. Standard library; numpy where the model's environment has it.

A frame: u32 length of what follows | u32 length of the header | header (JSON, UTF-8) | zeros to a multiple of 8 | one float64 per variable | buffers, each at
a multiple of 8. All little-endian; offsets of buffers count from the first float64. Arrays lie in the frame, or, when large, in memory that both processes map.
"""
import json
import math
import mmap
import os
import struct
import sys

try:
    import numpy
except ImportError:
    numpy = None

PROTOCOL = 1
HEAD = struct.Struct("<II")
_SHARE_FROM = 65536


class Closed(Exception):
    """The other side is gone."""


class NotAsDeclared(TypeError):
    """The model answers in another form than it has declared, whatever its inputs are."""


class Channel:
    """Reads and writes whole frames; one request is under way at a time."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer

    def read(self):
        """One frame as bytes or bytearray."""
        data = os.read(self._reader, 65536)
        if not data:
            raise Closed()
        while len(data) < 4:
            more = os.read(self._reader, 65536)
            if not more:
                raise Closed()
            data += more
        total = 4 + int.from_bytes(data[:4], "little")
        if len(data) == total:
            return data
        frame = bytearray(total)
        frame[:len(data)] = data
        view = memoryview(frame)
        at = len(data)
        while at < total:
            count = os.readv(self._reader, [view[at:]])
            if count == 0:
                raise Closed()
            at += count
        return frame

    def write(self, header, vector=b"", buffers=()):
        """buffers: bytes-like, each put at the next multiple of 8 behind the vector."""
        text = json.dumps(header, separators=(",", ":")).encode()
        parts = [None, text, b"\0" * (-len(text) % 8), vector]
        at = 8 + align(len(text), 8) + len(vector)
        for data in buffers:
            parts += (data, b"\0" * (-len(data) % 8))
            at += align(len(data), 8)
        parts[0] = HEAD.pack(at - 4, len(text))
        self.send(b"".join(parts))

    def send(self, frame):
        sent = os.write(self._writer, frame)
        while sent < len(frame):
            sent += os.write(self._writer, memoryview(frame)[sent:])


def align(value, to):
    return (value + to - 1) // to * to


class SharedMemory:
    """Memory mapped by both: the first part is written by the silo, the rest by this process."""

    def __init__(self, path, size, request_size):
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), size)
        os.unlink(path)
        self._reply_at = request_size
        self._size = size
        self._next = request_size

    def view(self, offset, count):
        return memoryview(self._map)[offset:offset + count]

    def begin_reply(self):
        self._next = self._reply_at

    def place(self, array):
        """Copies an array into the reply part; its offset, or None when it does not fit."""
        at = align(self._next, 64)
        if at + array.nbytes > self._size:
            return None
        numpy.ndarray(array.shape, array.dtype, buffer=self._map, offset=at)[...] = array
        self._next = at + array.nbytes
        return at


def read_array(description, frame, start, shared):
    """An array of a request: {d: dtype, s: shape, o: offset, m: in shared memory}. Arrays of a frame are the model's to keep, those in shared memory only during the call."""
    dtype, shape, offset = description["d"], description["s"], description["o"]
    if not description.get("m"):
        offset += start
    count = math.prod(shape)
    if numpy is None:
        code = {"f8": "d", "f4": "f", "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q", "b1": "?"}[dtype[-2:]]
        size = int(dtype[-1])
        source = shared.view(offset, count * size) if description.get("m") else memoryview(frame)[offset:offset + count * size]
        flat = memoryview(bytes(source)).cast(code).tolist()
        return nested(flat, shape)
    kind = numpy.dtype(dtype)
    if description.get("m"):
        return numpy.frombuffer(shared.view(offset, count * kind.itemsize), dtype=kind).reshape(shape)
    return numpy.frombuffer(frame, dtype=kind, count=count, offset=offset).reshape(shape).copy()


def nested(flat, shape):
    for length in reversed(shape[1:]):
        flat = [flat[i:i + length] for i in range(0, len(flat), length)]
    return flat


class Reply:
    """Collects the outputs of one evaluation: floats for the vector, everything else as a description in the header."""

    def __init__(self, count, shared):
        self.vector = [math.nan] * count
        self.others = []
        self.buffers = []
        self.wanted = 0
        self._shared = shared
        self._pending = []
        if shared is not None:
            shared.begin_reply()

    def set(self, index, name, value):
        value = plain(name, value)
        if type(value) is float:
            self.vector[index] = value
        elif isinstance(value, (bool, int, str)) or isinstance(value, list):
            self.others.append([index, {"v": value}])
        else:
            self._array(index, value)

    def _array(self, index, array):
        array = numpy.ascontiguousarray(array)
        description = {"d": array.dtype.str[1:], "s": list(array.shape)}
        self.others.append([index, description])
        if array.nbytes > _SHARE_FROM:
            self.wanted += align(array.nbytes, 64)
            at = self._shared.place(array) if self._shared is not None else None
            if at is not None:
                description["o"] = at
                description["m"] = 1
                return
        self._pending.append((description, array.tobytes()))

    def send(self, channel, header):
        vector = struct.pack("<%dd" % len(self.vector), *self.vector)
        if self.others:
            header["x"] = self.others
        if self.wanted:
            header["want"] = self.wanted
        at = len(vector)
        for description, data in self._pending:
            description["o"] = at
            at += align(len(data), 8)
        channel.write(header, vector, [data for _, data in self._pending])


def plain(name, value):
    """A float, bool, int, str, list of str, or numpy array of numbers; anything else is an error that names the output."""
    kind = type(value)
    if kind is float or kind is bool or kind is str:
        return value
    if kind is int:
        if -(1 << 63) <= value < (1 << 64):
            return value
        raise NotAsDeclared("output '%s' is the integer %d, which does not fit 64 bits" % (name, value))
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        value = value.detach().cpu().numpy()
    elif hasattr(value, "to_numpy"):
        value = value.to_numpy()
    if isinstance(value, float):
        return float(value)
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(item, str) for item in value):
            return [str(item) for item in value]
        if numpy is None:
            raise NotAsDeclared("output '%s' is a list, and this environment has no numpy to send it" % name)
        value = numpy.asarray(value)
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
        return _numpy(name, numpy.asarray(value))
    raise NotAsDeclared("output '%s' is a %s.%s; it must be a number, text, array, tensor or distribution" % (name, kind.__module__, kind.__qualname__))


def _numpy(name, array):
    if array.dtype.kind in "US":
        return str(array) if array.ndim == 0 else [str(item) for item in array.reshape(-1)]
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise NotAsDeclared("output '%s' is an array of %s; it must be of booleans, integers or floats up to 64 bits" % (name, array.dtype))
    if array.dtype == numpy.float16:
        array = array.astype(numpy.float32)
    if array.dtype.byteorder == (">" if sys.byteorder == "little" else "<"):
        array = array.astype(array.dtype.newbyteorder("="))
    if array.ndim == 0:
        return array.item()
    return array


def spread(outputs, wanted=None):
    """Distributions become NAME (mean) and, unless only others are wanted, NAME_std, as ensembles have them."""
    if not isinstance(outputs, dict):
        raise NotAsDeclared("evaluate() returned a %s; it must return a dict of outputs by name" % type(outputs).__name__)
    result = {}
    for name, value in outputs.items():
        name = str(name)
        if hasattr(value, "mean") and hasattr(value, "variance") and not hasattr(value, "dtype"):
            result[name] = value.mean() if callable(value.mean) else value.mean
            if wanted is None or name + "_std" in wanted:
                variance = value.variance() if callable(value.variance) else value.variance
                result[name + "_std"] = variance ** 0.5
        else:
            result[name] = value
    return result
