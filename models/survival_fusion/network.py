"""A log hazard from tiles under attention, and from a row beside them."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from workbench.learning.attention_pool import AttentionPool
from workbench.learning.bags import collate_bags
from workbench.learning.survival_loss import cox_loss
from workbench.learning.survival_network import perceptron

from .params import SurvivalFusionParams


class FusionBatch(NamedTuple):
    """Bags padded to one length, with the rows beside them.

    Attributes:
        features: float32 (b, n_tiles, n_features), 0 where padded.
        mask: bool (b, n_tiles), True where there is a tile.
        rows: float32 (b, n_row_features).
        time: float32 (b,); only the order matters.
        event: bool (b,).
    """

    features: Tensor
    mask: Tensor
    rows: Tensor
    time: Tensor
    event: Tensor


class Fusion(AttentionPool):
    """The pooled tiles and the embedded row side by side, into one log hazard.

    Args:
        n_features: Features of a tile.
        n_row_features: Features of the row; 0 leaves the tiles alone.
        params: Widths and dropout.
    """

    def __init__(self, n_features: int, n_row_features: int, params: SurvivalFusionParams) -> None:
        super().__init__(n_features, params.embedding, params.attention, params.dropout)
        beside = params.row_width if n_row_features else 0
        self.row = (
            nn.Sequential(
                nn.Linear(n_row_features, params.row_width), nn.ReLU(), nn.Dropout(params.dropout)
            )
            if beside
            else nn.Identity()
        )
        self.head = perceptron(params.embedding + beside, [params.row_width], params.dropout, 1)

    def forward(self, features: Tensor, mask: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return log hazards (b,) and attention (b, n)."""
        case, attention = self.pool(features, mask)
        return self.head(torch.cat([case, self.row(rows)], 1)).squeeze(1), attention


class FusionCases(Dataset[tuple[Tensor, ...]]):
    """Bags with their rows, order of times and events, by position."""

    def __init__(self, bags: list[Tensor], rows: Tensor, time: Tensor, event: Tensor) -> None:
        self.bags = bags
        self.beside = (rows, time, event)

    def __len__(self) -> int:
        return len(self.bags)

    def __getitem__(self, position: int) -> tuple[Tensor, ...]:
        return (self.bags[position], *(values[position] for values in self.beside))


def collate(items: list[tuple[Tensor, ...]]) -> FusionBatch:
    """Pad bags to the longest one and stack what lies beside them."""
    bags = collate_bags([(item[0], 0) for item in items])
    beside = (torch.stack([item[place] for item in items]) for place in (1, 2, 3))
    return FusionBatch(bags.features, bags.mask, *beside)


def loss(network: nn.Module, batch: FusionBatch) -> tuple[Tensor, int]:
    """Return the partial likelihood of a batch."""
    log_hazard, _ = network(batch.features, batch.mask, batch.rows)
    return cox_loss(log_hazard, batch.time, batch.event)
