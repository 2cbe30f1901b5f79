"""One seed call for Python, NumPy, torch, MONAI and the loader's workers."""

from __future__ import annotations

import hashlib
import os
import random
import sys

import numpy as np


def seed_everything(seed: int) -> None:
    """Seed every generator a fit may draw from, and ask torch for deterministic kernels.

    Two CPU runs with one seed give the same bytes. On a GPU the operations without a deterministic
    kernel warn instead of failing. Torch and MONAI are seeded when they have been imported:
    importing them costs seconds, and nothing can draw from them before. Every fit seeds again.

    Args:
        seed: Any integer; folded to 32 bits where a generator needs that.
    """
    folded = seed % 2**32
    random.seed(folded)
    np.random.seed(folded)
    if "torch" not in sys.modules:
        return
    import torch

    torch.manual_seed(folded)
    # cuBLAS reads this at its first call and is not deterministic without it.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=torch.cuda.is_available())
    if "monai" in sys.modules:
        from monai.utils import set_determinism

        set_determinism(seed=folded)


def derive(seed: int, *parts: int | str) -> int:
    """Return a seed in [0, 2**32) that depends on ``seed`` and every part, and on nothing else.

    Epochs, folds and processes draw from derived seeds, so the random numbers of epoch 7 do not
    depend on whether epoch 6 ran in this process.

    >>> derive(1, "epoch", 7) == derive(1, "epoch", 7) != derive(1, "epoch", 8)
    True
    """
    text = "/".join(str(part) for part in (seed, *parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def seed_worker(worker: int) -> None:
    """Seed NumPy and Python in a loader worker from the seed torch gave it."""
    import torch

    folded = torch.initial_seed() % 2**32
    random.seed(folded)
    np.random.seed(folded)
