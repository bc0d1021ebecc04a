"""Makes ../injector.yml and its .pt files: a surrogate of an injector, trained on the formulas below. Run: /usr/bin/python3 train.py (about a minute, the same files every time)."""
import math
import pathlib

import torch
from torch import nn

from lume_dump import AffineInputTransform, dump, reference, train

HERE = pathlib.Path(__file__).resolve().parent

# name, default, low, high, unit: what the transformer of pv_mapping.yaml computes, in the units of the PVs.
INPUTS = [
    ("distgen:t_dist:length:value", 1.855, 1.0, 8.0, "ps"),
    ("distgen:r_dist:sigma_xy:value", 400.0, 200.0, 500.0, "um"),
    ("SOL1:solenoid_field_scale", 0.475, 0.38, 0.52, "kG*m"),
    ("CQ01:b1_gradient", 0.0, -0.02, 0.02, "kG"),
    ("SQ01:b1_gradient", 0.0, -0.02, 0.02, "kG"),
    ("L0A_phase:dtheta0_deg", -9.0, -25.0, 10.0, "deg"),
    ("L0B_phase:dtheta0_deg", 5.0, -25.0, 10.0, "deg"),
    ("L0A_scale:voltage", 58.0, 50.0, 66.0, "MV"),
    ("L0B_scale:voltage", 70.0, 62.0, 78.0, "MV"),
    ("QA01:b1_gradient", -2.0, -4.5, -1.0, "kG"),
    ("QA02:b1_gradient", 2.0, 1.0, 4.5, "kG"),
    ("QE01:b1_gradient", -1.5, -7.5, -1.0, "kG"),
    ("QE02:b1_gradient", -0.2, -1.0, 7.5, "kG"),
    ("QE03:b1_gradient", 2.8, -1.0, 7.5, "kG"),
    ("QE04:b1_gradient", -3.0, -7.5, -1.0, "kG"),
    ("distgen:total_charge:value", 0.25, 0.05, 0.5, "nC"),
]
OUTPUTS = [("sigma_x", "m"), ("sigma_y", "m"), ("sigma_z", "m"), ("norm_emit_x", "m*rad"), ("norm_emit_y", "m*rad")]


def beam(x):
    """sigma_x, sigma_y, sigma_z [m], norm_emit_x, norm_emit_y [m rad] of rows of inputs: textbook scalings, not a simulation of any machine."""
    t, r, sol, cq, sq, phase_a, phase_b, volt_a, volt_b, *quads, q = x.T
    charge, spot, length = q / 0.25, r / 400, t / 2
    momentum = (6 + volt_a * torch.cos(torch.deg2rad(phase_a)) + volt_b * torch.cos(torch.deg2rad(phase_b))) / 1000        # GeV/c
    gamma = momentum / 0.511e-3

    thermal = 0.36 * spot                                                  # mm mrad: intrinsic, space charge, solenoid mismatch, RF, skew; added in squares
    space = 0.22 * charge / (spot * length).sqrt()
    mismatch = 9.0 * (sol - 0.475 - 0.006 * (charge - 1)).abs().pow(1.5) * 8
    rf = 0.08 * (length * spot).pow(2)
    skew_x, skew_y = 0.10 * (sq - 0.004) / 0.01, 0.10 * (cq + 0.003) / 0.01
    common = thermal**2 + space**2 + mismatch**2 + rf**2
    emit_x, emit_y = (common + skew_x**2).sqrt() * 1e-6, (common + skew_y**2).sqrt() * 1e-6

    # Six thin quadrupoles between drifts; K L = 0.2998 B[T] / p[GeV/c], 1 kG = 0.1 T.
    drifts = (0.35, 0.9, 0.5, 0.9, 0.5, 1.1)
    focus = 4.0 * (sol - 0.475)
    sizes = []
    for sign, emit in ((1, emit_x), (-1, emit_y)):
        beta, alpha = 9.0 * torch.ones_like(t), 0.5 + focus
        shape = (1 + alpha**2) / beta
        for field, drift in zip(quads, drifts):
            k = sign * 0.02998 * field / momentum * 0.45
            alpha, shape = alpha + k * beta, shape + 2 * k * alpha + k**2 * beta
            beta, alpha = beta - 2 * drift * alpha + drift**2 * shape, alpha - drift * shape
        sizes.append((beta * emit / gamma).sqrt())
    # Long tails of over-focused beams are what a screen no longer resolves.
    sizes = [3e-3 * torch.tanh(s / 3e-3) for s in sizes]
    sigma_z = 2.9979e8 * t * 1.65e-12 / math.sqrt(12) * (1 + 0.45 * charge / (length * spot.sqrt()) + 0.004 * phase_a)
    return torch.stack([*sizes, sigma_z, emit_x, emit_y], 1)


def main():
    torch.manual_seed(7)
    torch.set_num_threads(1)
    low, high = (torch.tensor([v[i] for v in INPUTS], dtype=torch.double) for i in (2, 3))
    x = low + (high - low) * torch.rand(30000, len(INPUTS), dtype=torch.double)
    y = beam(x)
    scale_in = AffineInputTransform((high - low) / 2, (high + low) / 2)
    scale_out = AffineInputTransform(y.std(0), y.mean(0))
    network = nn.Sequential(nn.Linear(len(INPUTS), 64), nn.ELU(), nn.Linear(64, 64), nn.ELU(), nn.Dropout(0.0), nn.Linear(64, 48), nn.ELU(), nn.Linear(48, len(OUTPUTS))).double()
    quality = train(network, scale_in.transform(x), scale_out.transform(y), epochs=70)
    print("R^2", [round(q, 4) for q in quality])
    dump(HERE.parent, "injector", network, scale_in, scale_out, INPUTS, OUTPUTS,
         ["A surrogate of an injector, made by make/train.py from textbook formulas. It is no model of a real machine.",
          "Inputs by simulation name, in the units of the PVs they come from."])
    defaults = torch.tensor([[v[1] for v in INPUTS]], dtype=torch.double)
    print("defaults", dict(zip([o[0] for o in OUTPUTS], beam(defaults)[0].tolist())))
    reference(HERE / "reference.json", network, scale_in, scale_out, INPUTS, OUTPUTS, torch.cat([defaults, x[:15]]))


if __name__ == "__main__":
    main()
