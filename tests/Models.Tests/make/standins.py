"""Stand-ins for the three botorch transforms: same module path, class names and saved state, because botorch itself is nowhere here.

The arithmetic is botorch's (models/transforms/input.py): transform = (X - offset) / coefficient, untransform = coefficient * X + offset,
`reverse` swaps them, `indices` restricts them to some columns.
"""
import sys
import types

import torch


class AffineInputTransform(torch.nn.Module):
    def __init__(self, d, coefficient, offset, indices=None, reverse=False, batch_shape=torch.Size()):
        super().__init__()
        self._d = d
        self.batch_shape = batch_shape
        self.transform_on_train = True
        self.transform_on_eval = True
        self.transform_on_fantasize = True
        self.reverse = reverse
        self._learn_coefficients = False
        if indices is not None:
            self.register_buffer("indices", torch.as_tensor(indices, dtype=torch.long))
        self.register_buffer("_coefficient", coefficient)
        self.register_buffer("_offset", offset)

    def _part(self, X, function):
        if "indices" not in self._buffers:
            return function(X)
        X = X.clone()
        X[..., self.indices] = function(X[..., self.indices])
        return X

    def _divide(self, X):
        return self._part(X, lambda x: (x - self._offset) / self._coefficient)

    def _multiply(self, X):
        return self._part(X, lambda x: self._coefficient * x + self._offset)

    def transform(self, X):
        return self._multiply(X) if self.reverse else self._divide(X)

    def untransform(self, X):
        return self._divide(X) if self.reverse else self._multiply(X)


class Normalize(AffineInputTransform):
    def __init__(self, d, bounds, **kwargs):
        super().__init__(d, (bounds[1] - bounds[0]).unsqueeze(0), bounds[0].unsqueeze(0), **kwargs)
        self.min_range = 1e-8
        self.learn_bounds = False


class InputStandardize(AffineInputTransform):
    def __init__(self, d, means, stds, **kwargs):
        super().__init__(d, stds.unsqueeze(0), means.unsqueeze(0), **kwargs)
        self.min_std = 1e-8


def install():
    """Makes pickles of the classes above name botorch's module."""
    path = "botorch.models.transforms.input"
    parts = path.split(".")
    for i in range(1, len(parts) + 1):
        sys.modules.setdefault(".".join(parts[:i]), types.ModuleType(".".join(parts[:i])))
    for cls in (AffineInputTransform, Normalize, InputStandardize):
        cls.__module__ = path
        setattr(sys.modules[path], cls.__name__, cls)


install()


def run(module, rows, input_transformers=(), output_transformers=(), dtype=torch.double):
    """What lume-model's TorchModel does with a tensor of rows: transformers, module, transformers back."""
    with torch.no_grad():
        x = rows.to(dtype)
        for t in input_transformers:
            t.to(dtype)
            x = t.transform(x) if hasattr(t, "transform") else t(x)
        x = module.to(dtype).eval()(x)
        for t in output_transformers:
            t.to(dtype).eval()
            if hasattr(t, "untransform"):
                x = t.untransform(x)
            elif isinstance(t, torch.nn.Linear):
                x = torch.matmul(x - (t.bias if t.bias is not None else 0), torch.inverse(t.weight.T))
            else:
                x = t(x)
        return x
