"""Muon for the matrices inside the blocks: momentum made orthogonal (Keller Jordan, 2024), else AdamW.

Every direction of a matrix moves equally far in a step, which small networks on few steps learn faster by.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

_FACTORS = (3.4445, -4.7750, 2.0315)  # of the Newton-Schulz iteration, as published


class Muon(Optimizer):
    """Momentum whose singular values are brought near 1 before each step."""

    def __init__(self, matrices: list[nn.Parameter], lr: float, momentum: float = 0.95, decay: float = 0.01) -> None:
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Move all matrices."""
        for group in self.param_groups:
            for matrix in group["params"]:
                momentum = self.state[matrix].setdefault("momentum", torch.zeros_like(matrix))
                momentum.lerp_(matrix.grad, 1 - group["momentum"])
                ahead = matrix.grad.lerp(momentum, group["momentum"])  # Nesterov's
                scale = 0.2 * max(matrix.shape) ** 0.5  # as long a step as AdamW's, so that both share a rate
                matrix.mul_(1 - group["lr"] * group["decay"])
                matrix.add_(orthogonal(ahead), alpha=-group["lr"] * scale)


def orthogonal(matrix: Tensor, rounds: int = 5) -> Tensor:
    """Return a (rows, columns) matrix with the same directions and singular values near 1."""
    a, b, c = _FACTORS
    wide = matrix.shape[0] <= matrix.shape[1]
    found = (matrix if wide else matrix.T).bfloat16()
    found = found / (found.norm() + 1e-7)
    for _ in range(rounds):
        square = found @ found.T
        found = torch.addmm(found, torch.addmm(square, square, square, beta=b, alpha=c), found, beta=a)
    return (found if wide else found.T).to(matrix.dtype)
