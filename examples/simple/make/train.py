"""Makes ../simple.yml and its .pt files: y = x1 * exp(-x2^2 / 2), learned by a small network. Run: /usr/bin/python3 train.py (the same files every time)."""
import pathlib
import sys

import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "injector" / "make"))

from lume_dump import AffineInputTransform, dump, reference, train  # noqa: E402

INPUTS = [("x1", 1.0, -5.0, 5.0, '""'), ("x2", 0.5, -3.0, 3.0, '""')]
OUTPUTS = [("y", '""')]


def main():
    torch.manual_seed(3)
    torch.set_num_threads(1)
    low, high = (torch.tensor([v[i] for v in INPUTS], dtype=torch.double) for i in (2, 3))
    x = low + (high - low) * torch.rand(4000, 2, dtype=torch.double)
    y = (x[:, :1] * torch.exp(-x[:, 1:] ** 2 / 2))
    scale_in = AffineInputTransform((high - low) / 2, (high + low) / 2)
    scale_out = AffineInputTransform(y.std(0), y.mean(0))
    network = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1)).double()
    print("R^2", train(network, scale_in.transform(x), scale_out.transform(y), epochs=120, rate=1e-2))
    dump(HERE.parent, "simple", network, scale_in, scale_out, INPUTS, OUTPUTS, ["y = x1 * exp(-x2^2 / 2), learned by a small network (make/train.py)."])
    reference(HERE / "reference.json", network, scale_in, scale_out, INPUTS, OUTPUTS, torch.cat([torch.tensor([[1.0, 0.5]], dtype=torch.double), x[:9]]))


if __name__ == "__main__":
    main()
