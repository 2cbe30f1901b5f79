"""Scenes with known content, and slides made of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.imaging.writing import write_slide

GLASS = (244, 243, 245)
EOSIN = (226, 150, 186)
NUCLEUS = (86, 52, 128)


def make_scene(height: int = 2048, width: int = 3072, *, seed: int = 0) -> np.ndarray:
    """Glass with one block of tissue, x 512..2048 and y 512..1536, strewn with nuclei."""
    rng = np.random.default_rng(seed)
    rgb = np.full((height, width, 3), GLASS, np.uint8)
    rgb[512:1536, 512:2048] = EOSIN
    yy, xx = np.mgrid[-7:8, -7:8]
    disc = yy**2 + xx**2 <= 49
    for y, x in zip(rng.integers(520, 1520, 900), rng.integers(520, 2030, 900), strict=True):
        rgb[y - 7 : y + 8, x - 7 : x + 8][disc] = NUCLEUS
    noise = rng.normal(0, 2, rgb.shape)
    return np.clip(rgb + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def scene() -> np.ndarray:
    return make_scene()


@pytest.fixture(scope="session")
def scene_slide(scene: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scene as an SVS of 0.5 micrometres a pixel with levels 1, 4 and 16."""
    return write_slide(tmp_path_factory.mktemp("slides") / "scene.svs", scene, 0.5, smallest_px=256)


@pytest.fixture
def slide_of(tmp_path: Path) -> Callable[..., Path]:
    """Write any image as a slide of its own."""

    def write(rgb: np.ndarray, mpp: float | None = 0.5, name: str = "a.svs", **options) -> Path:
        style = "tiff" if name.endswith("tif") else "svs"
        return write_slide(tmp_path / name, rgb, mpp, style=style, **options)

    return write
