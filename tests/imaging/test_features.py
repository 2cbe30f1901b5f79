"""Hand-made statistics: finite, deterministic, and they tell apart what a grade depends on."""

import time

import cv2
import numpy as np
import pytest

from workbench.errors import UsageError
from workbench.imaging.blobs import depths, label_above, measure, otsu_threshold
from workbench.imaging.features import STATISTIC_NAMES, tile_statistics
from workbench.imaging.stain import EOSIN, HEMATOXYLIN, unmix


def column(name: str) -> int:
    return STATISTIC_NAMES.index(name)


def tissue_tile(kind: str, seed: int, side: int = 128) -> np.ndarray:
    """Eosin ground with nuclei in density: ``normal``, ``lymphocytes`` or ``high-grade``."""
    radius, dye, number = {
        "normal": (5.0, 0.45, 12),
        "lymphocytes": (5.5, 0.95, 45),
        "high-grade": (12.0, 0.95, 12),
    }[kind]
    rng = np.random.default_rng(seed)
    density = np.zeros((side, side, 3)) + 0.22 * np.array(EOSIN)
    yy, xx = np.mgrid[:side, :side]
    for y, x in rng.uniform(0, side, (number, 2)):
        size = radius * rng.uniform(0.8, 1.2)
        inside = (yy - y) ** 2 + (xx - x) ** 2 <= size**2
        density[inside] = dye * rng.uniform(0.85, 1.1) * np.array(HEMATOXYLIN)
    density = cv2.GaussianBlur(density, (0, 0), 0.8) + rng.normal(0, 0.01, density.shape)
    return np.clip(246 * 10**-density, 0, 255).astype(np.uint8)


def test_unmixing_recovers_the_dyes() -> None:
    """Densities of 0.6 and 0.3 come back, within the rounding of 8-bit pixels."""
    dyes = [np.array(v) / np.linalg.norm(v) for v in (HEMATOXYLIN, EOSIN)]
    density = 0.6 * dyes[0] + 0.3 * dyes[1]
    rgb = np.clip(np.rint(246 * 10**-density - 1), 0, 255).astype(np.uint8).reshape(1, 1, 3)
    assert unmix(rgb).ravel() == pytest.approx([0.6, 0.3, 0.0], abs=0.02)


def test_names_are_unique_and_values_finite_whatever_the_tile() -> None:
    rng = np.random.default_rng(0)
    tiles = [np.full((64, 64, 3), value, np.uint8) for value in (0, 1, 128, 255)]
    tiles += [rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)]
    values = tile_statistics(np.stack(tiles))
    assert values.shape == (5, len(set(STATISTIC_NAMES)))
    assert values.dtype == np.float32
    assert np.isfinite(values).all()
    for side in (1, 2, 3, 17):
        assert np.isfinite(tile_statistics(np.zeros((1, side, side, 3), np.uint8))).all()
    assert tile_statistics(np.zeros((0, 8, 8, 3), np.uint8)).shape == (0, len(STATISTIC_NAMES))


def test_wrong_kind_of_tiles_is_named() -> None:
    with pytest.raises(UsageError, match="uint8"):
        tile_statistics(np.zeros((2, 8, 8, 3), np.float32))  # type: ignore[arg-type]


def test_threads_and_batches_do_not_change_a_bit() -> None:
    tiles = np.stack([tissue_tile(kind, k) for k in range(5) for kind in ("normal", "high-grade")])
    once = tile_statistics(tiles)
    assert np.array_equal(once, tile_statistics(tiles, threads=3))
    assert np.array_equal(
        once, np.concatenate([tile_statistics(tiles[k : k + 1]) for k in range(10)])
    )


def test_grade_decoy_and_normal_are_told_apart() -> None:
    """The decoy is as dark and denser than the lesion: only size gives it away."""
    value = {
        kind: tile_statistics(np.stack([tissue_tile(kind, k) for k in range(20)]))
        for kind in ("normal", "lymphocytes", "high-grade")
    }
    normal, decoy, grade = (value[k] for k in ("normal", "lymphocytes", "high-grade"))
    for name in ("nuclear_radius_p95_um", "large_dark_share", "nuclear_radius_mean_um"):
        assert grade[:, column(name)].min() > decoy[:, column(name)].max(), name
    assert decoy[:, column("nuclear_share")].min() > normal[:, column("nuclear_share")].max()
    dense = column("nuclei_per_mm2")
    assert np.quantile(decoy[:, dense], 0.1) > np.quantile(normal[:, dense], 0.9)
    for name in ("nuclear_density_mean", "hematoxylin_p99"):
        assert (
            min(decoy[:, column(name)].min(), grade[:, column(name)].min())
            > normal[:, column(name)].max()
        ), name


def test_nuclear_size_is_in_micrometres() -> None:
    """A disc of radius 10 px at 0.5 mpp is 5 µm deep and 78.5 µm2 large."""
    density = np.zeros((128, 128, 3)) + 0.05 * np.array(EOSIN)
    yy, xx = np.mgrid[:128, :128]
    density[(yy - 60) ** 2 + (xx - 60) ** 2 <= 100] = 0.9 * np.array(HEMATOXYLIN)
    tile = np.clip(246 * 10**-density, 0, 255).astype(np.uint8)[None]
    half, quarter = tile_statistics(tile, 0.5)[0], tile_statistics(tile, 0.25)[0]
    assert half[column("nuclear_area_mean_um2")] == pytest.approx(np.pi * 25, rel=0.08)
    assert half[column("nuclear_radius_max_um")] == pytest.approx(5.0, rel=0.1)
    assert quarter[column("nuclear_area_mean_um2")] == pytest.approx(np.pi * 6.25, rel=0.08)
    assert half[column("nuclei_per_mm2")] == pytest.approx(1e6 / 64**2)


def test_coherence_tells_fibres_from_noise() -> None:
    x = np.arange(128)
    stripes = np.broadcast_to(200 + 40 * np.sin(x / 3), (128, 128))
    fibres = np.stack([np.full((128, 128), 220), stripes, np.full((128, 128), 210)], axis=2)
    noise = np.random.default_rng(0).normal(200, 20, (128, 128, 3))
    tiles = np.stack([fibres, noise]).clip(0, 255).astype(np.uint8)
    aligned, random = tile_statistics(tiles)[:, column("eosin_coherence")]
    assert aligned > 0.95
    assert random < 0.1


def test_blobs_agree_with_opencv() -> None:
    rng = np.random.default_rng(1)
    plane = cv2.GaussianBlur(rng.random((97, 131)).astype(np.float32), (0, 0), 2.5)
    labels = np.empty(plane.shape, np.int32)
    n = label_above(plane, 0.5, labels)
    mask = (plane > 0.5).astype(np.uint8)
    count, reference, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    assert n == count - 1
    pairs = set(zip(labels.ravel().tolist(), reference.ravel().tolist(), strict=True))
    assert len(pairs) == count
    found = measure(labels, n, plane)
    assert sorted(found[1:, 0]) == sorted(stats[1:, cv2.CC_STAT_AREA])
    assert found[:, 1].sum() == pytest.approx(plane.sum(), rel=1e-5)
    depth = np.empty(plane.shape, np.float32)
    depths(labels, np.arange(n + 1) > 0, depth)
    framed = cv2.copyMakeBorder(mask, 150, 150, 150, 150, cv2.BORDER_REPLICATE)
    exact = cv2.distanceTransform(framed, cv2.DIST_L2, 3)[150:-150, 150:-150]
    inner = np.s_[30:-30, 30:-30]
    assert np.abs(depth[inner] - exact[inner]).max() < 0.02


def test_otsu_agrees_with_opencv() -> None:
    rng = np.random.default_rng(2)
    steps = np.concatenate([rng.normal(60, 12, 3000), rng.normal(170, 20, 1200)]).clip(0, 255)
    plane = steps.astype(np.uint8).reshape(60, 70)
    expected, _ = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    assert otsu_threshold(plane.astype(np.float32), 1.0) == pytest.approx(expected + 1)


def test_speed_of_128_px_tiles() -> None:
    tiles = np.stack([tissue_tile("lymphocytes", k) for k in range(40)])
    tile_statistics(tiles[:2])
    started = time.process_time()
    tile_statistics(tiles)
    # The bar is 1,500 tiles a CPU second on a machine at rest.
    assert len(tiles) / (time.process_time() - started) > 400
