"""A pixel size is the slide's own or the user's, never guessed, and says where it is from."""

import pytest

from workbench.errors import UsageError
from workbench.imaging.mpp import resolve_mpp
from workbench.imaging.slide_error import SlideError


def square(mpp: float) -> dict[str, str]:
    return {"openslide.mpp-x": str(mpp), "openslide.mpp-y": str(mpp)}


def tags(x: float, y: float, unit: str) -> dict[str, str]:
    return {"tiff.XResolution": str(x), "tiff.YResolution": str(y), "tiff.ResolutionUnit": unit}


def test_the_scanners_property_comes_first() -> None:
    assert resolve_mpp(square(0.2527), "aperio")[:2] == (0.2527, "property")


def test_a_generic_tiff_says_that_its_mpp_is_from_tags() -> None:
    assert resolve_mpp(square(0.5), "generic-tiff").source == "tiff-tag"


@pytest.mark.parametrize(("unit", "resolution"), [("centimeter", 20_000), ("inch", 50_800)])
def test_resolution_tags_in_either_unit(unit: str, resolution: float) -> None:
    assert resolve_mpp(tags(resolution, resolution, unit), "trestle") == (
        pytest.approx(0.5),
        "tiff-tag",
        "",
    )


@pytest.mark.parametrize("dpi", [72, 96, 300])
def test_screen_resolutions_are_no_statement_on_tissue(dpi: int) -> None:
    with pytest.raises(SlideError) as refusal:
        resolve_mpp(tags(dpi, dpi, "inch"), "aperio", where="a.svs")
    assert refusal.value.code == "missing-mpp"
    assert "--mpp" in refusal.value.remedy


def test_tags_without_a_unit_say_nothing() -> None:
    with pytest.raises(SlideError, match="missing-mpp"):
        resolve_mpp(tags(20_000, 20_000, "none"), "aperio")


def test_stated_value_fills_in_only_what_is_missing() -> None:
    assert resolve_mpp({}, "aperio", stated=0.5) == (0.5, "stated", "")
    assert resolve_mpp({}, "aperio", stated=0.5, stated_source="manifest").source == "manifest"
    own = resolve_mpp(square(0.25), "aperio", stated=0.5)
    assert own[:2] == (0.25, "property")
    assert "0.5 differs" in own.warning


def test_a_stated_value_within_two_percent_is_no_warning() -> None:
    assert resolve_mpp(square(0.499), "aperio", stated=0.5) == (0.499, "property", "")


@pytest.mark.parametrize("mpp", [0.0, -1.0, 0.01, 352.8, float("inf"), float("nan")])
def test_impossible_values_are_refused_by_name(mpp: float) -> None:
    with pytest.raises(SlideError) as refusal:
        resolve_mpp(square(mpp), "aperio")
    assert refusal.value.code == "absurd-mpp"


def test_a_statement_repairs_an_impossible_value_and_says_so() -> None:
    found = resolve_mpp(square(352.8), "generic-tiff", stated=0.5)
    assert found[:2] == (0.5, "stated")
    assert "352.8" in found.warning


def test_an_impossible_statement_is_wrong_use() -> None:
    with pytest.raises(UsageError, match=r"0\.25 at 40x"):
        resolve_mpp({}, "aperio", stated=500.0)


def test_pixels_that_are_not_square_are_refused() -> None:
    with pytest.raises(SlideError) as refusal:
        resolve_mpp({"openslide.mpp-x": "0.25", "openslide.mpp-y": "0.5"}, "aperio")
    assert refusal.value.code == "uneven-mpp"
    slightly = resolve_mpp({"openslide.mpp-x": "0.250", "openslide.mpp-y": "0.252"}, "aperio")
    assert slightly.value == pytest.approx(0.251)


def test_the_objective_counts_only_when_asked_for() -> None:
    properties = {"openslide.objective-power": "40"}
    with pytest.raises(SlideError, match="no measurement"):
        resolve_mpp(properties, "aperio")
    assert resolve_mpp(properties, "aperio", from_objective=True)[:2] == (0.25, "objective")
    assert resolve_mpp(properties, "aperio", from_objective=True, stated=0.3).source == "stated"


def test_text_where_a_number_should_be_counts_as_missing() -> None:
    with pytest.raises(SlideError, match="missing-mpp"):
        resolve_mpp({"openslide.mpp-x": "about 0.5", "openslide.mpp-y": "0.5"}, "aperio")
