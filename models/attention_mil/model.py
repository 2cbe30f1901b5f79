"""Gated attention over the tiles of a case; the weights say where the model looked."""

from torch import Tensor, nn

from workbench.learning.attention_pool import AttentionPool
from workbench.learning.bag_classifier import BagClassifier

from .params import AttentionMilParams


class GatedAttention(AttentionPool):
    """Classes by the attention-weighted mean of a case's tiles.

    Args:
        n_features: Features of a tile.
        n_classes: Classes of a case.
        params: Widths and dropout.
    """

    def __init__(self, n_features: int, n_classes: int, params: AttentionMilParams) -> None:
        super().__init__(n_features, params.embedding, params.hidden, params.dropout)
        self.head = nn.Linear(params.embedding, n_classes)

    def forward(self, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (b, c) and attention (b, n), which sums to 1 over the tiles of the mask."""
        case, attention = self.pool(features, mask)
        return self.head(case), attention


class AttentionMil(BagClassifier):
    """Classifies a case by its tiles, weighted by a learnt gated attention."""

    params_type = AttentionMilParams

    def build(self, n_features: int, n_classes: int) -> nn.Module:
        """Return a fresh gated-attention network."""
        return GatedAttention(n_features, n_classes, self.params)
