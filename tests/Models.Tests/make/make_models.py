"""Writes ../data: small lume models, each with the outputs torch gives (reference.json). Run: /usr/bin/python3 make_models.py

Debian's python3-torch 1.13 in double precision is the oracle for every layer, transformer and ensemble that the native runtime knows.
"""
import copy
import json
import pathlib
import shutil

import torch
from torch import nn

from make_scripts import scripts
from standins import AffineInputTransform, InputStandardize, Normalize, run

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"


def rows(n, count=24, seed=1, spread=1.0):
    """Ordinary rows, and some far out where functions saturate."""
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(count, n, generator=g, dtype=torch.double) * spread
    x[-4:] *= 12
    return x


def variables(names, new_style=True, default=0.25, low=-1000.0, high=1000.0):
    lines = []
    for name in names:
        if new_style:
            lines += [f"  {name}:", "    variable_class: ScalarVariable", f"    default_value: {default}", "    is_constant: false",
                      f"    value_range: [{low}, {high}]", "    value_range_tolerance: 1.0e-08", "    unit: mm"]
        else:
            lines += [f"  {name}:", "    variable_type: scalar", f"    default: {default}", "    is_constant: false", f"    value_range: [{low}, {high}]"]
    return lines


def outputs(names, new_style=True):
    return [f"  {n}: {{{'variable_class: ScalarVariable' if new_style else 'variable_type: scalar'}}}" for n in names]


def keys(stem, inputs, transformers_out, precision, indent=""):
    return [indent + line for line in [
        f"model: {stem}_model.pt",
        "input_transformers: [" + ", ".join(f"{stem}_input_transformers_{i}.pt" for i in range(inputs)) + "]",
        "output_transformers: [" + ", ".join(f"{stem}_output_transformers_{i}.pt" for i in range(transformers_out)) + "]",
        "output_format: tensor", "device: cpu", "fixed_model: true", f"precision: {precision}"]]


def save(folder, stem, module, tin, tout):
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(module, folder / f"{stem}_model.pt")
    for i, t in enumerate(tin):
        torch.save(t, folder / f"{stem}_input_transformers_{i}.pt")
    for i, t in enumerate(tout):
        torch.save(t, folder / f"{stem}_output_transformers_{i}.pt")


def reference(folder, names_in, names_out, x, y, tolerance):
    table = {"source": "torch " + torch.__version__, "tolerance": tolerance,
             "inputs": [dict(zip(names_in, row)) for row in x.tolist()], "outputs": [dict(zip(names_out, row)) for row in y.tolist()]}
    (folder / "reference.json").write_text(json.dumps(table, indent=1) + "\n")


def case(name, module, n_in, n_out, tin=(), tout=(), precision="double", new_style=True, spread=1.0):
    folder = DATA / name
    ins, outs = [f"x{i + 1}" for i in range(n_in)], [f"y{i + 1}" for i in range(n_out)]
    save(folder, "m", module, tin, tout)
    text = ["model_class: TorchModel", "input_variables:", *variables(ins, new_style), "output_variables:", *outputs(outs, new_style),
            "input_validation_config: null", "output_validation_config: null", *keys("m", len(tin), len(tout), precision)]
    (folder / "m.yml").write_text("\n".join(text) + "\n")
    x = rows(n_in, spread=spread)
    dtype = torch.double if precision == "double" else torch.float
    y = run(copy.deepcopy(module), x, [copy.deepcopy(t) for t in tin], [copy.deepcopy(t) for t in tout], dtype)
    reference(folder, ins, outs, x, y.double(), 1e-12 if precision == "double" else 1e-4)


def net(*middle, n_in=3, width=6, n_out=2):
    return nn.Sequential(nn.Linear(n_in, width), *middle, nn.Linear(width, n_out)).double()


def layers():
    for name, act in {"elu": nn.ELU(0.7), "relu": nn.ReLU(), "leakyrelu": nn.LeakyReLU(0.03), "tanh": nn.Tanh(), "sigmoid": nn.Sigmoid(), "silu": nn.SiLU(),
                      "gelu": nn.GELU(), "gelu_tanh": nn.GELU(approximate="tanh"), "softplus": nn.Softplus(beta=2.5, threshold=6), "softsign": nn.Softsign()}.items():
        case(name, net(act), 3, 2)
    # alone: no linear layer before or after it to hide an error
    case("bare_softplus", nn.Sequential(nn.Softplus()), 2, 2, spread=10)
    case("bare_gelu", nn.Sequential(nn.GELU()), 2, 2)
    case("bare_tanh", nn.Tanh(), 2, 2)
    case("nested", nn.Sequential(nn.Linear(3, 5), nn.Sequential(nn.Tanh(), nn.Dropout(0.4), nn.Sequential(nn.Identity(), nn.Linear(5, 4, bias=False), nn.ELU())),
                                 nn.Flatten(), nn.Linear(4, 1)).double().train(), 3, 1)
    norm = net(nn.BatchNorm1d(6), nn.ReLU(), nn.BatchNorm1d(6, affine=False, eps=1e-3))
    norm.train()
    for _ in range(5):
        norm(rows(3, 64, seed=9))
    with torch.no_grad():
        norm[1].weight.uniform_(0.5, 1.5)
        norm[1].bias.uniform_(-1, 1)
    case("batchnorm", norm, 3, 2)
    ln = net(nn.LayerNorm(6), nn.Tanh(), nn.LayerNorm(6, elementwise_affine=False, eps=1e-3))
    with torch.no_grad():
        ln[1].weight.uniform_(0.5, 1.5)
        ln[1].bias.uniform_(-1, 1)
    case("layernorm", ln, 3, 2)
    # widths that fill no panel of any vector length
    case("odd_widths", nn.Sequential(nn.Linear(5, 37), nn.ELU(), nn.Linear(37, 71), nn.SiLU(), nn.Linear(71, 33), nn.Tanh(), nn.Linear(33, 3)).double(), 5, 3)
    tied = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4)).double()
    big = torch.randn(9, 4, dtype=torch.double)
    tied[2].weight = nn.Parameter(big[2:6])                    # an offset into a larger storage
    tied[4].weight = nn.Parameter(big[4:8].T)                  # transposed, and overlapping the other
    case("views", tied, 4, 4)


def transformers():
    d = lambda *v: torch.tensor(v, dtype=torch.double)
    f = lambda *v: torch.tensor(v, dtype=torch.float)
    simple = nn.Sequential(nn.Linear(3, 8), nn.ELU(), nn.Linear(8, 3)).double()
    affine = lambda **k: AffineInputTransform(3, d(2.0, -0.5, 3.3), d(0.1, -4.0, 0.7), **k)
    case("affine", simple, 3, 3, [affine()], [affine()])
    case("affine_reverse", simple, 3, 3, [affine(reverse=True)], [affine(reverse=True)])
    case("affine_chain", simple, 3, 3, [AffineInputTransform(3, f(0.3, 1.65, 1e3), f(0, 0, 1), reverse=True), affine()],
         [affine(), AffineInputTransform(3, f(1e-2, 1e-3, 1), f(0, 0, 0), reverse=True)])
    case("affine_indices", simple, 3, 3, [AffineInputTransform(3, d(2.0, 0.25), d(1.0, -1.0), indices=[2, 0])], [AffineInputTransform(3, d(5.0), d(2.0), indices=[1], reverse=True)])
    case("normalize", simple, 3, 3, [Normalize(3, torch.stack([d(-1, -2, 0), d(1, 5, 10)]))], [Normalize(3, torch.stack([d(-3, 0, 1), d(4, 8, 9)]))])
    case("standardize", simple, 3, 3, [InputStandardize(3, d(0.5, -1, 2), d(2, 0.1, 7))], [InputStandardize(3, d(1, 2, 3), d(4, 5, 6))])
    case("linear_transformers", simple, 3, 3, [nn.Linear(3, 3).double()], [nn.Linear(3, 3).double()])
    case("called_transformers", simple, 3, 3, [nn.Sequential(nn.Linear(3, 3), nn.Tanh()).double()], [nn.Sequential(nn.Linear(3, 3), nn.Softplus()).double()])
    case("single", simple, 3, 3, [affine()], [affine()], precision="single")
    case("old_dialect", simple, 3, 3, [affine()], [affine()], new_style=False)


def module():
    folder = DATA / "module"
    inner = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 3)).double()
    ins, outs = ["a:b", "c", "d"], ["p", "q", "r"]
    save(folder, "m", inner, [], [])
    text = ["model_class: TorchModule", "input_order: ['d', 'a:b', c]", "output_order: [r, p]", "model:", "  input_variables:", *["  " + v for v in variables(ins)],
            "  output_variables:", *["  " + v for v in outputs(outs)], *keys("m", 0, 0, "double", "  ")]
    (folder / "m.yml").write_text("\n".join(text) + "\n")
    x = rows(3)
    y = run(inner, x)
    reference(folder, ins, ["r", "p"], x, y[:, [2, 0]], 1e-12)


def ensemble():
    folder = DATA / "ensemble"
    ins, outs = ["x1", "x2"], ["y1", "y2"]
    x, members = rows(2), []
    for i in range(3):
        net_i = nn.Sequential(nn.Linear(2, 7), nn.Tanh(), nn.Linear(7, 2)).double()
        scale = AffineInputTransform(2, torch.rand(2, dtype=torch.double) + 0.5, torch.rand(2, dtype=torch.double))
        save(folder, f"e_{i}", net_i, [scale], [])
        text = ["model_class: TorchModel", "input_variables:", *variables(ins), "output_variables:", *outputs(outs), *keys(f"e_{i}", 1, 0, "double")]
        (folder / f"e_{i}.yml").write_text("\n".join(text) + "\n")
        members.append(run(net_i, x, [scale]))
    text = ["model_class: NNEnsemble", "input_variables:", *variables(ins), "output_variables:", *[f"  {o}: {{variable_class: DistributionVariable, distribution_type: Normal}}" for o in outs],
            "device: cpu", "precision: double", "models: [" + ", ".join(f"e_{i}_model.pt" for i in range(3)) + "]"]
    (folder / "e.yml").write_text("\n".join(text) + "\n")
    all_ = torch.stack(members)
    mean, std = all_.mean(0), torch.sqrt(all_.var(0, unbiased=True))
    reference(folder, ins, ["y1", "y1_std", "y2", "y2_std"], x, torch.stack([mean[:, 0], std[:, 0], mean[:, 1], std[:, 1]], 1), 1e-12)


def protocols():
    """torch.save(..., pickle_protocol=n): other opcodes for the same module."""
    torch.manual_seed(45)
    norm = nn.BatchNorm1d(5)
    norm.running_mean.normal_()
    for protocol in (3, 4, 5):
        module = nn.Sequential(nn.Linear(3, 5), nn.ELU(0.7), norm, nn.Dropout(), nn.Linear(5, 2)).double()
        case(f"protocol{protocol}", module, 3, 2)
        torch.save(module, DATA / f"protocol{protocol}" / "m_model.pt", pickle_protocol=protocol)


def main():
    shutil.rmtree(DATA, ignore_errors=True)
    torch.manual_seed(20261123)
    torch.set_num_threads(1)
    layers()
    transformers()
    module()
    ensemble()
    scripts()
    protocols()


if __name__ == "__main__":
    main()
