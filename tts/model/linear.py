"""Matrix products by the faster of torch's two CPU libraries.

For float32 on a CPU torch calls MKL, which doesn't use the wide registers of AMD processors: on an EPYC it
gives 200 GFLOP/s on 2 cores where oneDNN, built into torch as well, gives 450. oneDNN also adds the bias
and applies GELU on the way. torch's compiler calls it by the same operator; no public one leads there.
"""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Gelu = Literal["exact", "tanh"]  # by the error function, or approximated; torch calls the former "none"


class Linear(nn.Linear):
    """`nn.Linear`, optionally followed by GELU."""

    def __init__(self, inputs: int, outputs: int, gelu: Gelu | None = None) -> None:
        super().__init__(inputs, outputs)
        self.gelu = gelu
        self._approximate = "none" if gelu == "exact" else "tanh"

    def forward(self, rows: Tensor) -> Tensor:
        """Map (rows, inputs) to (rows, outputs)."""
        if rows.device.type == "cpu" and rows.dtype == torch.float32 and torch.backends.mkldnn.is_available():
            return self._by_onednn(rows)
        product = F.linear(rows, self.weight, self.bias)
        return product if self.gelu is None else F.gelu(product, approximate=self._approximate)

    def _by_onednn(self, rows: Tensor) -> Tensor:
        kind, algorithm = ("none", "") if self.gelu is None else ("gelu", self._approximate)
        product: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self.weight, self.bias, kind, [], algorithm)
        return product
