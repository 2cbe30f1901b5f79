"""The loss of networks on bags, weighted by class where asked for."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from workbench.learning.bags import BagBatch
from workbench.learning.cases import Cases

CLASS_WEIGHTS = ("none", "balanced")
"""Rules of weighting: every case alike, or every class alike."""


def bag_loss(
    network: nn.Module, batch: BagBatch, *, class_weights: Tensor | None = None
) -> tuple[Tensor, int]:
    """Return the mean cross entropy of a batch of bags and how many they are."""
    logits, _ = network(batch.features, batch.mask)
    weights = None if class_weights is None else class_weights.to(logits.device)
    loss = functional.cross_entropy(logits.float(), batch.labels, weight=weights, reduction="sum")
    # Not by the sum of weights: a case must weigh the same in whichever batch it falls.
    return loss / len(batch.labels), len(batch.labels)


def class_weights(train: Cases, rule: str) -> Tensor | None:
    """Return weights inverse to the class counts with mean 1 over the cases, or None."""
    if rule == "none":
        return None
    counts = np.bincount(train.labels(), minlength=len(train.classes))
    present = counts > 0
    weights = np.where(present, counts.sum() / (present.sum() * np.maximum(counts, 1)), 0.0)
    return torch.tensor(weights, dtype=torch.float32)
