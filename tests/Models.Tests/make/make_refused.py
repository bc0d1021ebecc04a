"""Writes ../data-refused: files of torch.save that must not load. Run: /usr/bin/python3 make_refused.py"""
import os
import pathlib

import torch
from torch import nn

OUT = pathlib.Path(__file__).resolve().parent.parent / "data-refused"


class Shell:
    def __reduce__(self):
        return os.system, ("touch model-manager-was-here",)


class Getattr:
    def __reduce__(self):
        return getattr, (nn.Linear(1, 1), "weight")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, x):
        return self.layer(x) ** 2


def hook(module, inputs, output):
    return output * 2


def main():
    OUT.mkdir(exist_ok=True)
    torch.manual_seed(1)
    torch.save(Shell(), OUT / "os_system.pt")
    evil = nn.Sequential(nn.Linear(2, 1))
    evil.extra = Shell()
    torch.save(evil, OUT / "os_system_inside.pt")
    torch.save(Getattr(), OUT / "getattr.pt")
    torch.save(Net(), OUT / "own_class.pt")
    hooked = nn.Sequential(nn.Linear(2, 1))
    hooked[0].register_forward_hook(hook)
    torch.save(hooked, OUT / "hook.pt")
    torch.save(nn.Linear(2, 1).state_dict(), OUT / "state_dict.pt")
    torch.save(nn.Linear(2, 1), OUT / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(nn.Sequential(nn.Conv1d(1, 1, 3)), OUT / "conv.pt")
    changed = nn.ELU()
    changed.offset = 3.0
    torch.save(changed, OUT / "unknown_attribute.pt")
    torch.save(nn.BatchNorm1d(2, track_running_stats=False), OUT / "batchnorm_no_stats.pt")
    torch.save(nn.Flatten(0), OUT / "flatten_rows.pt")
    torch.save(nn.Linear(2, 3), OUT / "not_square.pt")
    singular = nn.Linear(2, 2)
    with torch.no_grad():
        singular.weight[:] = torch.tensor([[1.0, 2.0], [2.0, 4.0]])
    torch.save(singular, OUT / "singular.pt")


if __name__ == "__main__":
    main()
