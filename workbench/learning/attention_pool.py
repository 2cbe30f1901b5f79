"""Gated attention: the tiles of a case as one row, weighted by where the network looks."""

from __future__ import annotations

from torch import Tensor, nn


class AttentionPool(nn.Module):
    """ABMIL with the gated attention of Ilse, Tomczak & Welling (ICML 2018), equation 9.

    a_k = softmax_k( w' ( tanh(V h_k) * sigmoid(U h_k) ) );  z = sum_k a_k h_k

    Args:
        n_features: Features of a tile.
        embedding: Width of the tile embedding h, and of z.
        hidden: Width of the attention's hidden layer.
        dropout: Share of embedding units dropped while training.
    """

    def __init__(self, n_features: int, embedding: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(n_features, embedding), nn.ReLU(), nn.Dropout(dropout))
        self.value = nn.Linear(embedding, hidden)
        self.gate = nn.Linear(embedding, hidden)
        self.score = nn.Linear(hidden, 1)

    def pool(self, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return z (b, embedding) and attention (b, n), which sums to 1 over the mask's tiles."""
        tiles = self.embed(features)
        scores = self.score(self.value(tiles).tanh() * self.gate(tiles).sigmoid()).squeeze(-1)
        # Not in half precision: a softmax over tens of thousands of tiles would lose its tail.
        scores = scores if scores.dtype.itemsize >= 4 else scores.float()
        attention = scores.masked_fill(~mask, float("-inf")).softmax(1)
        return (attention[:, None, :].to(tiles.dtype) @ tiles).squeeze(1), attention
