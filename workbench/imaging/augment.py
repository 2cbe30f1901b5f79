"""The one door to albumentations (its last MIT release): named augmentations of single tiles."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from workbench.errors import UsageError, did_you_mean
from workbench.imaging.pyramid import Rgb

Augmentation = Callable[[Rgb, int], Rgb]

NAMES = ("blur", "colour", "dihedral", "elastic", "erase", "jpeg", "light", "noise", "shift")


def build_augmentation(names: str | Sequence[str]) -> Augmentation:
    """Return a function that augments a tile; the same tile and seed give the same result.

    Args:
        names: One or several of ``NAMES``, applied in the order given.

    Returns:
        A function of a tile, uint8 (height, width, 3), and a seed, that gives a tile of that size.

    Raises:
        UsageError: A name is unknown, or none is given.

    >>> turn = build_augmentation("dihedral")
    >>> turn(np.zeros((8, 8, 3), np.uint8), 7).shape
    (8, 8, 3)
    """
    wanted = [names] if isinstance(names, str) else list(names)
    unknown = [name for name in wanted if name not in NAMES]
    if unknown or not wanted:
        hint = did_you_mean(unknown[0], NAMES) if unknown else ""
        raise UsageError(
            f"unknown augmentation {', '.join(map(repr, unknown)) or '(none given)'}; {hint}",
            remedy=f"choose among {', '.join(NAMES)}",
        )
    return _Chain(wanted)


class _Chain:
    """A chain of transforms that can be pickled: a loader's worker builds its own."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._compose: Any = None

    def __call__(self, tile: Rgb, seed: int) -> Rgb:
        if self._compose is None:
            self._compose = _compose(self.names)
        self._compose.set_random_seed(seed)
        return np.ascontiguousarray(self._compose(image=tile)["image"])

    def __reduce__(self) -> tuple[type[_Chain], tuple[tuple[str, ...]]]:
        return type(self), (self.names,)


def _compose(names: Sequence[str]) -> Any:
    """Return the albumentations pipeline of the names."""
    os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")  # it would ask the network at import
    import albumentations as A

    transforms = {
        "blur": A.GaussianBlur(sigma_limit=(0.3, 1.2), p=0.5),
        "colour": A.ColorJitter(brightness=0.1, contrast=0.1, saturation=0.15, hue=0.03, p=0.8),
        "dihedral": A.D4(p=1.0),
        "elastic": A.ElasticTransform(alpha=20, sigma=8, border_mode=4, p=0.5),
        "erase": A.CoarseDropout(fill=255, p=0.5),
        "jpeg": A.ImageCompression(quality_range=(50, 95), p=0.5),
        "light": A.RandomBrightnessContrast(0.15, 0.15, p=0.8),
        "noise": A.GaussNoise(std_range=(0.01, 0.04), p=0.5),
        "shift": A.Affine(translate_percent=0.08, scale=(0.9, 1.1), border_mode=4, p=0.8),
    }
    return A.Compose([transforms[name] for name in names])
