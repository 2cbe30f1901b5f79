"""Slides open with format, levels and mpp; what is no slide is refused by name."""

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openslide
import pytest
import tifffile
from PIL import Image

from workbench.imaging.slide import open_slide
from workbench.imaging.slide_error import SlideError
from workbench.imaging.writing import write_dicom_slide


def code_of(path: Path, **options: float) -> str:
    with pytest.raises(SlideError) as refusal:
        open_slide(path, **options)
    assert str(path) in str(refusal.value)
    assert refusal.value.remedy
    return refusal.value.code


def test_real_aperio_slide(shared_data: Path) -> None:
    with open_slide(shared_data / "slides/cmu-1-small-region.svs") as slide:
        assert (slide.format, slide.dimensions, len(slide.levels)) == ("aperio", (2220, 2967), 1)
        assert slide.mpp == (0.499, "property", "")
        assert slide.slide_id == "cmu-1-small-region"


def test_real_slide_without_mpp_needs_a_statement(shared_data: Path) -> None:
    path = shared_data / "slides/tcga-cr-7395-01a-01-ts1.svs"
    assert code_of(path) == "missing-mpp"
    with open_slide(path, mpp=0.5, slide_id="case-1") as slide:
        assert slide.mpp[:2] == (0.5, "stated")
        assert (slide.slide_id, len(slide.levels)) == ("case-1", 2)


def test_real_ndpi_and_dicom_open_with_their_own_mpp(shared_data: Path) -> None:
    with open_slide(shared_data / "slides/test3-dapi.ndpi") as slide:
        assert (slide.format, len(slide.levels)) == ("hamamatsu", 7)
        assert slide.mpp.value == pytest.approx(0.22818, rel=1e-4)
    with open_slide(shared_data / "slides/multiframe_camelyon_challenge_image.dcm") as slide:
        assert (slide.format, slide.mpp.source) == ("dicom", "property")
        assert slide.mpp.value == pytest.approx(28.97, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("broken.svs", "unreadable"),
        ("kidney-48-5.tif", "no-pyramid"),
        ("OS-1-detail.ome.tif", "unsupported-format"),
        ("tiles/no-tissue.png", "no-pyramid"),
    ],
)
def test_real_files_that_are_no_slides(shared_data: Path, name: str, code: str) -> None:
    assert code_of(shared_data / "slides" / name) == code


def test_files_that_are_no_slides(tmp_path: Path) -> None:
    (tmp_path / "empty.svs").touch()
    (tmp_path / "text.svs").write_text("just a few words, no slide")
    (tmp_path / "notes.txt").write_text("just a few words, no slide")
    Image.new("RGB", (64, 64)).save(tmp_path / "photo.jpg")
    assert code_of(tmp_path / "absent.svs") == "missing-file"
    assert code_of(tmp_path / "empty.svs") == "empty-file"
    assert code_of(tmp_path / "text.svs") == "unreadable"
    assert code_of(tmp_path / "notes.txt") == "not-a-slide"
    assert code_of(tmp_path / "photo.jpg") == "no-pyramid"
    assert code_of(tmp_path) == "not-a-slide"


@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_a_cut_off_slide_is_unreadable_whatever_is_left(
    scene_slide: Path, tmp_path: Path, share: float
) -> None:
    content = scene_slide.read_bytes()
    cut = tmp_path / "cut.svs"
    cut.write_bytes(content[: int(share * len(content))])
    assert code_of(cut) == "unreadable"


def test_a_real_slide_cut_in_half(shared_data: Path, tmp_path: Path) -> None:
    content = (shared_data / "slides/cmu-1-small-region.svs").read_bytes()
    (tmp_path / "half.svs").write_bytes(content[: len(content) // 2])
    assert code_of(tmp_path / "half.svs") == "unreadable"


def test_a_dicom_file_that_is_no_slide(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\0" * 64)
    assert code_of(tmp_path / "a.dcm") == "unreadable"


def test_absurd_and_uneven_pixel_sizes(slide_of: Callable[..., Path], scene: np.ndarray) -> None:
    small = scene[:600, :600]
    assert code_of(slide_of(small, 72.0, name="a.svs")) == "absurd-mpp"
    assert code_of(slide_of(small, 352.8, name="b.tif")) == "absurd-mpp"
    assert code_of(slide_of(small, None, name="c.svs")) == "missing-mpp"
    assert code_of(slide_of(small, None, name="d.tif")) == "missing-mpp"


def test_resolution_tags_of_a_generic_tiff_are_told_apart(
    slide_of: Callable[..., Path], scene: np.ndarray
) -> None:
    with open_slide(slide_of(scene, 0.37, name="a.tif")) as slide:
        assert slide.mpp[:2] == (pytest.approx(0.37, rel=1e-4), "tiff-tag")


@pytest.mark.parametrize(
    ("pixels", "options"),
    [
        (np.zeros((512, 512), np.uint8), {"photometric": "minisblack"}),
        (np.zeros((512, 512), np.uint16), {"photometric": "minisblack"}),
        (np.zeros((512, 512, 3), np.uint16), {"photometric": "rgb"}),
        (np.zeros((512, 512, 4), np.uint8), {"photometric": "separated"}),
    ],
    ids=["grey", "16-bit grey", "16-bit", "cmyk"],
)
def test_tiled_images_that_are_not_8_bit_rgb_are_refused(
    pixels: np.ndarray, options: dict, tmp_path: Path
) -> None:
    tifffile.imwrite(tmp_path / "a.tif", pixels, tile=(256, 256), **options)
    assert code_of(tmp_path / "a.tif", mpp=0.5) == "not-rgb"


def test_native_reads_equal_openslide(shared_data: Path) -> None:
    path = shared_data / "slides/cmu-1-small-region.svs"
    reference = openslide.OpenSlide(path)
    with open_slide(path) as slide:
        for x, y in ((0, 0), (613, 1207), (1500, 2400)):
            expected = np.asarray(reference.read_region((x, y), 0, (240, 240)).convert("RGB"))
            assert np.array_equal(slide.read(x, y, 0, 240, 240), expected)


def test_what_lies_outside_is_white(scene_slide: Path) -> None:
    with open_slide(scene_slide) as slide:
        width, height = slide.dimensions
        region = slide.read(width - 8, height - 8, 0, 32, 32)
        assert (region[8:] == 255).all()
        assert (region[:, 8:] == 255).all()
        assert abs(int(region[:8, :8].mean()) - 244) <= 2


def test_resampled_reads_take_the_best_level_and_keep_the_mean(
    scene_slide: Path, scene: np.ndarray
) -> None:
    with open_slide(scene_slide) as slide:
        assert [slide.best_level(d) for d in (0.5, 1.0, 3.9, 4.0, 8.0, 16.0)] == [0, 0, 0, 1, 1, 2]
        for size0 in (256, 512, 1000):
            tile = slide.read_at(700, 600, size0, 128)
            truth = scene[600 : 600 + size0, 700 : 700 + size0]
            assert tile.shape == (128, 128, 3)
            assert np.abs(tile.mean((0, 1)) - truth.mean((0, 1))).max() < 2.0


def test_thumbnail_has_the_slides_shape(scene_slide: Path) -> None:
    with open_slide(scene_slide) as slide:
        assert slide.thumbnail(300).shape == (200, 300, 3)
        assert slide.thumbnail(10_000).shape == (2048, 3072, 3)


def test_one_pixel_slide_opens_and_reads(slide_of: Callable[..., Path]) -> None:
    with open_slide(slide_of(np.full((1, 1, 3), 200, np.uint8))) as slide:
        assert slide.dimensions == (1, 1)
        assert slide.thumbnail(100).shape == (1, 1, 3)


def test_generated_dicom_slide_opens_with_its_mpp(scene: np.ndarray, tmp_path: Path) -> None:
    path = write_dicom_slide(tmp_path / "one" / "a.dcm", scene[:1024, :1024], 0.5)
    with open_slide(path) as slide:
        assert (slide.format, slide.mpp[:2]) == ("dicom", (0.5, "property"))


def test_slide_errors_survive_a_worker_process() -> None:
    error = SlideError("no-tissue", "nothing there", where="a.svs", remedy="look")
    back = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (back.code, str(back), back.exit_code) == ("no-tissue", str(error), 3)
    assert back.problem().code == "no-tissue"
