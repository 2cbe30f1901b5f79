"""The mean of a case's tile features, classified: what attention must beat."""

from torch import Tensor, nn

from workbench.learning.bag_classifier import BagClassifier

from .params import MeanPoolParams


class MeanPooling(nn.Module):
    """Embedding and head on the mean tile.

    Args:
        n_features: Features of a tile.
        n_classes: Classes of a case.
        params: Width and dropout.
    """

    def __init__(self, n_features: int, n_classes: int, params: MeanPoolParams) -> None:
        super().__init__()
        self.embed = nn.Sequential(
            nn.Linear(n_features, params.embedding), nn.ReLU(), nn.Dropout(params.dropout)
        )
        self.head = nn.Linear(params.embedding, n_classes)

    def forward(self, features: Tensor, mask: Tensor) -> tuple[Tensor, None]:
        """Return logits (b, c); the mean has no attention."""
        present = mask.unsqueeze(-1).to(features.dtype)
        mean = (features * present).sum(1) / present.sum(1)
        return self.head(self.embed(mean)), None


class MeanPool(BagClassifier):
    """Classifies a case by the mean of its tile features."""

    params_type = MeanPoolParams

    def build(self, n_features: int, n_classes: int) -> nn.Module:
        """Return a fresh mean-pooling network."""
        return MeanPooling(n_features, n_classes, self.params)
