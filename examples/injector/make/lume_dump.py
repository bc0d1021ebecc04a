"""Writes a torch network as lume-model dumps it: NAME.yml, NAME_model.pt, NAME_input_transformers_0.pt, NAME_output_transformers_0.pt.

lume-model and botorch are not needed: the one botorch class involved is stood in for by a class of the same module path, name and saved state.
"""
import json
import sys
import types

import torch


class AffineInputTransform(torch.nn.Module):
    """botorch's: transform = (X - offset) / coefficient, untransform = coefficient * X + offset; `reverse` swaps them."""

    def __init__(self, coefficient, offset, reverse=False):
        super().__init__()
        self._d = len(coefficient)
        self.batch_shape = torch.Size()
        self.transform_on_train = True
        self.transform_on_eval = True
        self.transform_on_fantasize = True
        self.reverse = reverse
        self._learn_coefficients = False
        self.register_buffer("_coefficient", coefficient)
        self.register_buffer("_offset", offset)

    def transform(self, X):
        return self._coefficient * X + self._offset if self.reverse else (X - self._offset) / self._coefficient

    def untransform(self, X):
        return (X - self._offset) / self._coefficient if self.reverse else self._coefficient * X + self._offset


PATH = "botorch.models.transforms.input"
for depth in range(1, 5):
    name = ".".join(PATH.split(".")[:depth])
    sys.modules.setdefault(name, types.ModuleType(name))
AffineInputTransform.__module__ = PATH
sys.modules[PATH].AffineInputTransform = AffineInputTransform


def dump(folder, name, network, scale_in, scale_out, inputs, outputs, comment):
    """inputs: (name, default, low, high, unit); outputs: (name, unit)."""
    torch.save(network, folder / f"{name}_model.pt")
    torch.save(scale_in, folder / f"{name}_input_transformers_0.pt")
    torch.save(scale_out, folder / f"{name}_output_transformers_0.pt")
    lines = [f"# {line}" for line in comment] + ["model_class: TorchModel", "input_variables:"]
    for variable, default, low, high, unit in inputs:
        lines += [f"  {variable}:", "    variable_class: ScalarVariable", f"    default_value: {default}", "    is_constant: false",
                  f"    value_range: [{low}, {high}]", "    value_range_tolerance: 1.0e-08", f"    unit: {unit}"]
    lines += ["output_variables:"]
    for variable, unit in outputs:
        lines += [f"  {variable}:", "    variable_class: ScalarVariable", f"    unit: {unit}"]
    lines += ["input_validation_config: null", "output_validation_config: null", f"model: {name}_model.pt", f"input_transformers: [{name}_input_transformers_0.pt]",
              f"output_transformers: [{name}_output_transformers_0.pt]", "output_format: tensor", "device: cpu", "fixed_model: true", "precision: double"]
    (folder / f"{name}.yml").write_text("\n".join(lines) + "\n")


def reference(path, network, scale_in, scale_out, inputs, outputs, rows):
    """What torch makes of some rows, for a test to compare with."""
    with torch.no_grad():
        y = scale_out.untransform(network.eval()(scale_in.transform(rows)))
    names_in, names_out = [v[0] for v in inputs], [v[0] for v in outputs]
    path.write_text(json.dumps({"source": "torch " + torch.__version__, "inputs": [dict(zip(names_in, r)) for r in rows.tolist()],
                                "outputs": [dict(zip(names_out, r)) for r in y.tolist()]}, indent=1) + "\n")


def train(network, x, y, epochs, batch=512, rate=4e-3):
    """Adam with a falling rate; returns R^2 per output on the last fifth of the rows, which it does not train on."""
    cut = len(x) * 4 // 5
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    for _ in range(epochs):
        for rows in torch.randperm(cut).split(batch):
            optimiser.zero_grad()
            torch.nn.functional.mse_loss(network(x[rows]), y[rows]).backward()
            optimiser.step()
        schedule.step()
    with torch.no_grad():
        error = (network.eval()(x[cut:]) - y[cut:]).var(0) / y[cut:].var(0)
    return (1 - error).tolist()
