"""The pixel size of a slide, in micrometres a pixel (mpp), and where it comes from.

A wrong pixel size shifts every feature a pathologist would measure, so it is never guessed:

1. the slide's own statement: its scanner's property (``property``) or, for a generic TIFF, its
   resolution tags (``tiff-tag``);
2. the value the user states (``stated``), for slides without one of their own. When both exist the
   slide's own counts, and a difference above 2 % is a warning;
3. the objective's nominal value, 10 / power (``objective``), only when the user asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workbench.errors import UsageError
from workbench.imaging.slide_error import SlideError

PLAUSIBLE_MPP = (0.05, 40.0)  # a 200x objective to a photograph of the whole glass
_UNIT_UM = {"inch": 25_400.0, "centimeter": 10_000.0}
_MOST_UNEVEN = 0.05
_MOST_DIFFERENT = 0.02
_STATE_IT = "state it with --mpp or use_case.params.mpp, from the scanner's documentation"


class Mpp(NamedTuple):
    """A pixel size with its provenance.

    Attributes:
        value: Micrometres a pixel at level 0.
        source: ``property``, ``tiff-tag``, ``stated``, ``manifest`` or ``objective``.
        warning: Why the value deserves a look; empty when nothing does.
    """

    value: float
    source: str
    warning: str = ""


def resolve_mpp(
    properties: Mapping[str, str],
    vendor: str,
    *,
    stated: float | None = None,
    stated_source: str = "stated",
    from_objective: bool = False,
    where: str = "",
) -> Mpp:
    """Return the pixel size of a slide by the order of the module's docstring.

    Args:
        properties: OpenSlide's properties.
        vendor: OpenSlide's format name.
        stated: Value the user gives for slides without one.
        stated_source: Who states it: ``stated`` (configuration) or ``manifest`` (the slide's row).
        from_objective: Accept 10 / objective power when nothing better exists.
        where: The slide, for messages.

    Raises:
        UsageError: The stated value is implausible.
        SlideError: ``missing-mpp``, ``absurd-mpp`` or ``uneven-mpp``.

    >>> resolve_mpp({"openslide.mpp-x": "0.25", "openslide.mpp-y": "0.25"}, "aperio")
    Mpp(value=0.25, source='property', warning='')
    >>> resolve_mpp({}, "aperio", stated=0.5)
    Mpp(value=0.5, source='stated', warning='')
    """
    if stated is not None and not is_plausible(stated):
        raise UsageError(
            f"the stated mpp {stated:g} is outside {PLAUSIBLE_MPP[0]} to {PLAUSIBLE_MPP[1]}",
            where=where,
            remedy="give micrometres a pixel at full resolution: about 0.25 at 40x, 0.5 at 20x",
        )
    own = _own_mpp(properties, vendor)
    fallback = None if stated is None else Mpp(stated, stated_source)
    if own is None and fallback is None and from_objective:
        fallback = _objective_mpp(properties)
    if own is None:
        return fallback or _refuse_missing(properties, where)
    return _checked(*own, fallback, where)


def is_plausible(mpp: float) -> bool:
    """Return whether a pixel size can be that of a slide.

    >>> is_plausible(0.25), is_plausible(352.8), is_plausible(float("nan"))
    (True, False, False)
    """
    return PLAUSIBLE_MPP[0] <= mpp <= PLAUSIBLE_MPP[1]


def _own_mpp(properties: Mapping[str, str], vendor: str) -> tuple[float, float, str] | None:
    """Return what the slide itself states, across and down, with its source."""
    across = _number(properties.get("openslide.mpp-x"))
    down = _number(properties.get("openslide.mpp-y"))
    if across is not None and down is not None:
        # For a generic TIFF OpenSlide derives mpp-x from the resolution tags.
        return across, down, "tiff-tag" if vendor == "generic-tiff" else "property"
    unit_um = _UNIT_UM.get(properties.get("tiff.ResolutionUnit", ""))
    tags = [_number(properties.get(f"tiff.{axis}Resolution")) for axis in "XY"]
    if unit_um is None or not tags[0] or not tags[1]:
        return None
    across, down = unit_um / tags[0], unit_um / tags[1]
    # 72 or 300 dots an inch is what image programs write by default, no statement on the tissue.
    return (across, down, "tiff-tag") if is_plausible(across) and is_plausible(down) else None


def _checked(across: float, down: float, source: str, fallback: Mpp | None, where: str) -> Mpp:
    """Return the slide's own pixel size, or the stated one when its own is impossible."""
    if not (is_plausible(across) and is_plausible(down)):
        if fallback is None:
            raise SlideError(
                "absurd-mpp",
                f"the slide states {across:.6g} x {down:.6g} micrometres a pixel ({source}),"
                f" outside {PLAUSIBLE_MPP[0]} to {PLAUSIBLE_MPP[1]}",
                where=where,
                remedy=_STATE_IT,
            )
        return fallback._replace(warning=f"replaces the slide's own {across:.6g} ({source})")
    if abs(across - down) > _MOST_UNEVEN * min(across, down):
        raise SlideError(
            "uneven-mpp",
            f"pixels are not square: {across:.6g} x {down:.6g} micrometres ({source})",
            where=where,
            remedy="resample the slide to square pixels, or repair its header",
        )
    value, warning = (across + down) / 2, ""
    if fallback is not None and abs(fallback.value - value) > _MOST_DIFFERENT * value:
        warning = f"the stated {fallback.value:g} differs and is not used"
    return Mpp(value, source, warning)


def _objective_mpp(properties: Mapping[str, str]) -> Mpp | None:
    """Return 10 / objective power, the convention by which 40x is 0.25."""
    power = _number(properties.get("openslide.objective-power"))
    if not power or not is_plausible(10 / power):
        return None
    return Mpp(10 / power, "objective", f"nominal for a {power:g}x objective, not measured")


def _refuse_missing(properties: Mapping[str, str], where: str) -> Mpp:
    """Raise ``missing-mpp``, naming what was looked at."""
    power = properties.get("openslide.objective-power")
    seen = f"objective power {power} is no measurement" if power else "nor an objective power"
    raise SlideError(
        "missing-mpp",
        f"the slide states no pixel size (no mpp property, no usable TIFF resolution; {seen})",
        where=where,
        remedy=_STATE_IT,
    )


def _number(text: str | None) -> float | None:
    """Return a property as a number, None when it is absent or no number."""
    try:
        return float(text) if text else None
    except ValueError:
        return None
