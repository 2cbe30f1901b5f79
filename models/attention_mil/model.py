"""Gated attention over the tiles of a case; the weights say where the model looked."""

from torch import Tensor, nn

from workbench.learning.bag_classifier import BagClassifier

from .params import AttentionMilParams


class GatedAttention(nn.Module):
    """ABMIL with the gated attention of Ilse, Tomczak & Welling (ICML 2018), equation 9.

    a_k = softmax_k( w' ( tanh(V h_k) * sigmoid(U h_k) ) );  z = sum_k a_k h_k

    Args:
        n_features: Features of a tile.
        n_classes: Classes of a case.
        params: Widths and dropout.
    """

    def __init__(self, n_features: int, n_classes: int, params: AttentionMilParams) -> None:
        super().__init__()
        self.embed = nn.Sequential(
            nn.Linear(n_features, params.embedding), nn.ReLU(), nn.Dropout(params.dropout)
        )
        self.value = nn.Linear(params.embedding, params.hidden)
        self.gate = nn.Linear(params.embedding, params.hidden)
        self.score = nn.Linear(params.hidden, 1)
        self.head = nn.Linear(params.embedding, n_classes)

    def forward(self, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (b, c) and attention (b, n), which sums to 1 over the tiles of the mask."""
        tiles = self.embed(features)
        scores = self.score(self.value(tiles).tanh() * self.gate(tiles).sigmoid()).squeeze(-1)
        # In float32: a softmax over tens of thousands of tiles loses its tail in half precision.
        attention = scores.float().masked_fill(~mask, float("-inf")).softmax(1)
        case = (attention[:, None, :].to(tiles.dtype) @ tiles).squeeze(1)
        return self.head(case), attention


class AttentionMil(BagClassifier):
    """Classifies a case by its tiles, weighted by a learnt gated attention."""

    params_type = AttentionMilParams

    def build(self, n_features: int, n_classes: int) -> nn.Module:
        """Return a fresh gated-attention network."""
        return GatedAttention(n_features, n_classes, self.params)
