"""Writes ../data/script_*: small lume models whose network is TorchScript, with the outputs torch gives. Run: /usr/bin/python3 make_scripts.py

Scripted, traced and frozen, of every layer that the native runtime knows and of modules whose forward is written by hand.
"""
import pathlib
import shutil
import tempfile
import zipfile

import torch
from torch import nn
from torch.nn import functional as F

from standins import run

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
WEIGHTS = {"dtype": torch.double}


def every_layer():
    """One of each, in one chain; nested, with names that are no identifiers."""
    inner = nn.Sequential()
    inner.add_module("first-of-all", nn.Linear(5, 6, bias=False))
    inner.add_module("1", nn.ELU(0.7))
    inner.add_module("drop", nn.Dropout(0.4))
    norm, plain = nn.BatchNorm1d(6, eps=1e-3), nn.BatchNorm1d(6, affine=False)
    layer, bare = nn.LayerNorm(6), nn.LayerNorm(6, eps=1e-2, elementwise_affine=False)
    with torch.no_grad():
        for n in (norm, plain):
            n.running_mean.normal_()
            n.running_var.uniform_(0.3, 2)
        for p in (norm.weight, norm.bias, layer.weight, layer.bias):
            p.normal_()
    return nn.Sequential(
        nn.Linear(3, 5), nn.LeakyReLU(0.03), nn.Identity(), inner, norm, nn.SiLU(), plain, nn.Softplus(2.5, 6), nn.Flatten(), layer, nn.GELU(), bare, nn.GELU(approximate="tanh"),
        nn.Linear(6, 6), nn.Softsign(), nn.Linear(6, 6), nn.Tanh(), nn.Linear(6, 6), nn.ReLU(inplace=True), nn.Linear(6, 6), nn.Sigmoid(), nn.Softplus(), nn.Linear(6, 2)).double()


class Chain(nn.Module):
    """Affine steps around a network, as a whole lume model is traced; and the ways in which people write an activation."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 4), nn.ELU(1.3), nn.Linear(4, 2)).double()
        self.register_buffer("scale", torch.tensor([2.0, -0.5, 3.0], **WEIGHTS))
        self.register_buffer("shift", torch.tensor([[0.1, 4.0, -1.0]], **WEIGHTS))
        self.register_buffer("out", torch.tensor([0.3, 7.0], **WEIGHTS))
        self.gain = 2.5

    def forward(self, x):
        x = (self.scale * x + self.shift) / 1.5
        x = (x - self.shift) / self.scale
        x = 1 - x
        x = -self.net(x)
        x = x * torch.sigmoid(x)
        x = x / (1 + torch.abs(x))
        return (x - self.out * self.gain) / self.out + 1e-3


class Functional(nn.Module):
    """No layer is called: weights and functions only, with the shapes people ask for."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 4).double(), nn.Linear(4, 2).double()

    def forward(self, x):
        x = x.view(x.size(0), -1).double().contiguous()
        x = F.leaky_relu(torch.addmm(self.a.bias, x, self.a.weight.t()))
        x = F.dropout(x, 0.2, self.training)
        x = F.layer_norm(x, [4])
        x = torch.clamp(x, min=0)
        return F.softplus(torch.matmul(x, self.b.weight.T) + self.b.bias, beta=0.5, threshold=2.0)


class Branches(nn.Module):
    """What scripting keeps and tracing does not: branches on attributes, optional layers, constants in tuples."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(3, 4).double(), nn.Linear(4, 2).double()
        self.deep = True
        self.norm = None
        self.slopes = [0.1, 0.25]

    def forward(self, x):
        x = self.first(x)
        if self.norm is not None:
            x = x * 100
        if self.training:
            x = x + torch.rand_like(x)
            for i in range(3):
                x = x * i
        if self.deep and x.dim() == 2:
            x = F.leaky_relu(x, self.slopes[1])
        return self.second(x)


def small(path):
    """Without the debug information (where in whose source a line came from), which is half of the file."""
    with tempfile.TemporaryDirectory() as folder:
        packed = pathlib.Path(folder) / "packed"
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w") as new:
            for entry in old.infolist():
                if not entry.filename.endswith(".debug_pkl"):
                    new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry))
        path.write_bytes(packed.read_bytes())


def script_case(name, script, precision="double", suffix="jit"):
    from make_models import outputs, reference, rows, variables       # make_models calls this file
    folder = DATA / f"script_{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    file = folder / f"m_model.{suffix}"
    script.save(str(file))
    small(file)
    ins, outs = ["x1", "x2", "x3"], ["y1", "y2"]
    text = ["model_class: TorchModel", "input_variables:", *variables(ins), "output_variables:", *outputs(outs), f"model: m_model.{suffix}",
            "input_transformers: []", "output_transformers: []", f"precision: {precision}"]
    (folder / "m.yml").write_text("\n".join(text) + "\n")
    x = rows(3)
    y = run(torch.jit.load(str(file)), x.clone(), dtype=torch.double if precision == "double" else torch.float)
    reference(folder, ins, outs, x, y.double(), 1e-12 if precision == "double" else 1e-4)


def scripts():
    torch.manual_seed(20261129)
    example = torch.randn(4, 3, **WEIGHTS)
    net = every_layer()
    script_case("layers", torch.jit.script(net.train()))              # lume calls eval()
    script_case("layers_traced", torch.jit.trace(net.eval(), example), suffix="pt")
    script_case("layers_frozen", torch.jit.freeze(torch.jit.script(net.eval())))
    script_case("layers_single", torch.jit.script(net.float()), precision="single")
    chain = Chain().eval()
    script_case("chain", torch.jit.script(chain))
    script_case("chain_traced", torch.jit.trace(chain, example))
    functional = Functional().eval()
    script_case("functional", torch.jit.script(functional))
    script_case("functional_traced", torch.jit.trace(functional, example))
    script_case("branches", torch.jit.script(Branches().train()))


if __name__ == "__main__":
    torch.set_num_threads(1)
    scripts()
