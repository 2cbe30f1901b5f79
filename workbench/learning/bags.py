"""Bags as batches: standardised features, padded to the longest bag, with a mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset

from workbench.learning.cases import Cases


class BagBatch(NamedTuple):
    """Bags padded to one length.

    Attributes:
        features: float32 (n_bags, n_tiles, n_features), 0 where padded.
        mask: bool (n_bags, n_tiles), True where there is a tile.
        labels: int64 (n_bags,), class indices.
    """

    features: Tensor
    mask: Tensor
    labels: Tensor


@dataclass(frozen=True)
class Standardiser:
    """Shifts and scales features by what the training bags showed, and by nothing else.

    Attributes:
        mean: float32 (n_features,).
        scale: float32 (n_features,), 1 where a feature is constant.
    """

    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def learn(cls, cases: Cases) -> Standardiser:
        """Learn mean and scale; every bag weighs the same, however many tiles it has."""
        bags = [np.asarray(cases.inputs[case].features, dtype=np.float64) for case in cases.ids]
        mean = np.mean([bag.mean(0) for bag in bags], axis=0)
        variance = np.mean([((bag - mean) ** 2).mean(0) for bag in bags], axis=0)
        return cls._of(mean, variance)

    @classmethod
    def of_rows(cls, rows: np.ndarray) -> Standardiser:
        """Learn mean and scale of rows, (n, n_features)."""
        return cls._of(rows.mean(axis=0), rows.var(axis=0))

    @classmethod
    def _of(cls, mean: np.ndarray, variance: np.ndarray) -> Standardiser:
        """Keep mean and standard deviation, where a feature is not constant."""
        scale = np.where(variance > 1e-12 * np.maximum(mean**2, 1.0), np.sqrt(variance), 1.0)
        return cls(mean.astype(np.float32), scale.astype(np.float32))

    def apply(self, features: np.ndarray) -> Tensor:
        """Return standardised features, float32 of the same shape."""
        values = (np.asarray(features, dtype=np.float32) - self.mean) / self.scale
        return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))


class BagDataset(Dataset[tuple[Tensor, int]]):
    """Labelled bags by position, standardised once."""

    def __init__(self, cases: Cases, standardiser: Standardiser) -> None:
        self.bags = [standardiser.apply(cases.inputs[case].features) for case in cases.ids]
        self.labels = cases.labels().tolist()

    def __len__(self) -> int:
        return len(self.bags)

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        return self.bags[position], self.labels[position]


def collate_bags(items: Sequence[tuple[Tensor, int]]) -> BagBatch:
    """Pad bags to the longest one.

    >>> collate_bags([(torch.ones(2, 3), 0), (torch.ones(1, 3), 1)]).mask.tolist()
    [[True, True], [True, False]]
    """
    lengths = torch.tensor([len(features) for features, _ in items])
    padded = pad_sequence([features for features, _ in items], batch_first=True)
    mask = torch.arange(padded.shape[1]) < lengths[:, None]
    return BagBatch(padded, mask, torch.tensor([label for _, label in items]))
