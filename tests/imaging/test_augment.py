"""Augmentations keep size and kind, repeat by seed, and are chosen by name."""

import pickle

import numpy as np
import pytest

from workbench.errors import UsageError
from workbench.imaging.augment import NAMES, build_augmentation

TILE = np.random.default_rng(0).integers(60, 240, (48, 48, 3)).astype(np.uint8)


@pytest.mark.parametrize("name", NAMES)
def test_same_seed_same_tile_other_seeds_others(name: str) -> None:
    augment = build_augmentation(name)
    before = TILE.copy()
    first = [augment(TILE, seed) for seed in range(12)]
    again = [build_augmentation(name)(TILE, seed) for seed in reversed(range(12))][::-1]
    for one, two in zip(first, again, strict=True):
        assert (one.shape, one.dtype) == (TILE.shape, np.uint8)
        assert np.array_equal(one, two)
    assert len({tile.tobytes() for tile in first}) > 2
    assert np.array_equal(TILE, before)


def test_chains_apply_in_order_and_survive_a_worker() -> None:
    augment = build_augmentation(["dihedral", "colour", "blur"])
    copy = pickle.loads(pickle.dumps(augment))  # noqa: S301
    assert np.array_equal(augment(TILE, 3), copy(TILE, 3))


def test_turns_keep_every_pixel() -> None:
    turned = build_augmentation("dihedral")(TILE, 5)
    assert sorted(turned.reshape(-1, 3).tolist()) == sorted(TILE.reshape(-1, 3).tolist())


def test_unknown_names_get_a_hint() -> None:
    with pytest.raises(UsageError, match="did you mean 'dihedral'"):
        build_augmentation("dihedrals")
    with pytest.raises(UsageError, match="none given"):
        build_augmentation([])
