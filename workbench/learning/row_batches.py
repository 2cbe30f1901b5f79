"""Rows as batches: whole batches are taken out of tensors at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.utils.data import Dataset


class RowBatches(Dataset[tuple[Tensor, ...]]):
    """Tensors of one length by position; a million rows need no call a row.

    Args:
        tensors: One row a case, each.
    """

    def __init__(self, *tensors: Tensor) -> None:
        self.tensors = tensors

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __getitem__(self, position: int) -> tuple[Tensor, ...]:
        return self.__getitems__([position])

    def __getitems__(self, positions: Sequence[int]) -> tuple[Tensor, ...]:
        """Return the rows of a batch; the name is torch's."""
        places = torch.as_tensor(positions)
        return tuple(tensor[places] for tensor in self.tensors)
