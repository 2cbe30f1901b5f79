"""Dates, ages, counts and codes from text, each with the cells that could not be read."""

from __future__ import annotations

import pandas as pd

from workbench.errors import DataError, Problem

from .ledger import Ledger

UNKNOWN_SEX = {"0", "9", "u", "unk", "ns", "nr", "i", "inconnu", "unknown", "not available"}
_SEX = {
    **dict.fromkeys(["1", "m", "h", "male", "homme", "masculin", "8507"], "M"),
    **dict.fromkeys(["2", "f", "female", "femme", "feminin", "féminin", "8532"], "F"),
}
# Years in one unit, and the codes sources use for it (FAERS, E2B, French words).
_YEARS = {
    "decade": 10.0, "year": 1.0, "month": 1 / 12, "week": 7 / 365.25, "day": 1 / 365.25,
    "hour": 1 / (24 * 365.25),
}  # fmt: skip
_UNITS = {
    **dict.fromkeys(["dec", "800", "decade"], "decade"),
    **dict.fromkeys(["yr", "801", "year", "years", "a", "an", "ans", "annee", "année"], "year"),
    **dict.fromkeys(["mon", "802", "month", "months", "mois", "mo"], "month"),
    **dict.fromkeys(["wk", "803", "week", "weeks", "semaine", "semaines"], "week"),
    **dict.fromkeys(["dy", "804", "day", "days", "jour", "jours", "d", "j"], "day"),
    **dict.fromkeys(["hr", "805", "hour", "hours", "heure", "heures", "h"], "hour"),
}
OLDEST_YEARS = 122.5
"""Nobody has lived longer; an age above it is a unit or a typing error."""


def dates(cells: pd.Series, table: str, ledger: Ledger, *, month_first: bool = False) -> pd.Series:
    """Return ISO, ``dd/mm/yyyy`` and ``yyyymmdd`` dates as datetime64, missing where unreadable.

    03/04/2019 is the third of April unless ``month_first``. A month or a year alone is no date
    (counted as ``partial-date``), and anything else is counted as ``unreadable-date``.

    Raises:
        DataError: ``wrong-date-order``: more dates prove the other order than this one.
    """
    text = cells.astype("object").str.slice(0, 10)
    slashed = text.str.fullmatch(r"\d{2}/\d{2}/\d{4}", na=False)
    packed = text.str.fullmatch(r"\d{8}", na=False)
    iso = text.str.fullmatch(r"\d{4}-\d{2}-\d{2}", na=False)
    _check_order(text[slashed], table, ledger, month_first)
    order = "%m/%d/%Y" if month_first else "%d/%m/%Y"
    value = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[ns]")
    for rows, layout in ((slashed, order), (packed, "%Y%m%d"), (iso, "%Y-%m-%d")):
        value = value.mask(rows, pd.to_datetime(text.where(rows), format=layout, errors="coerce"))
    partial = text.str.fullmatch(r"\d{4}(-?\d{2})?", na=False)
    unread = text.notna() & value.isna()
    column = str(cells.name)
    message = f"{column}: a year or a month alone is no date; set missing"
    ledger.decide("partial-date", table, int((unread & partial).sum()), message)
    message = f"{column}: not a date (yyyy-mm-dd, dd/mm/yyyy, yyyymmdd); set missing"
    ledger.decide("unreadable-date", table, int((unread & ~partial).sum()), message)
    return value


def _check_order(slashed: pd.Series, table: str, ledger: Ledger, month_first: bool) -> None:
    """Refuse ``mm/dd/yyyy`` where ``dd/mm/yyyy`` is expected, and the other way round."""
    first, second = (slashed.str.slice(*at).astype(float) > 12 for at in ((0, 2), (3, 5)))
    right, wrong = (second, first) if month_first else (first, second)
    if wrong.sum() <= right.sum():
        return
    expected = "mm/dd/yyyy" if month_first else "dd/mm/yyyy"
    message = f"{wrong.sum()} dates such as '{slashed[wrong].iloc[0]}', expected {expected}"
    place = f"{table}, column {slashed.name}"
    problem = Problem("wrong-date-order", message, place, "say the order (month_first)")
    raise DataError("dates are in another order", where=ledger.source, problems=[problem])


def ages(amounts: pd.Series, units: pd.Series, table: str, ledger: Ledger) -> pd.Series:
    """Return ages in years from amounts and their units.

    An age without a unit is missing, not a guess of years (``age-without-unit``); so is one above
    122.5 years or below 0 (``impossible-age``: 702 years) and one that is no number.
    """
    number = pd.to_numeric(amounts.str.replace(",", ".", regex=False), errors="coerce")
    unit = units.str.lower().map(_UNITS)
    value = (number * unit.map(_YEARS)).astype(float)
    count = {
        "age-not-a-number": amounts.notna() & number.isna(),
        "age-without-unit": number.notna() & units.isna(),
        "unknown-age-unit": number.notna() & units.notna() & unit.isna(),
        "impossible-age": (value < 0) | (value > OLDEST_YEARS),
    }
    for code, rows in count.items():
        ledger.decide(code, table, int(rows.sum()), "the age is set missing")
    converted = value.notna() & ~count["impossible-age"] & (unit != "year")
    ledger.decide("age-in-other-unit", table, int(converted.sum()), "converted to years")
    return value.mask(count["impossible-age"])


def sexes(cells: pd.Series, table: str, ledger: Ledger) -> pd.Series:
    """Return ``F`` and ``M``, missing where unknown; a code nobody knows is counted."""
    text = cells.str.lower()
    value: pd.Series = text.map(_SEX).astype(object)
    strange = text.notna() & value.isna() & ~text.isin(UNKNOWN_SEX)
    ledger.decide("unknown-sex-code", table, int(strange.sum()), "the sex is set missing")
    return value


def numbers(cells: pd.Series) -> pd.Series:
    """Return numbers as floats, ``1 234,56`` and ``1.234,56`` among them; NaN where unreadable."""
    text = cells.str.replace(r"[\s\u00a0\u202f]", "", regex=True)
    comma = text.str.contains(",", regex=False, na=False)
    french = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return pd.to_numeric(text.mask(comma, french), errors="coerce").astype(float)


def is_cip13(cells: pd.Series) -> pd.Series:
    """Say which cells are CIP13 codes: 13 digits with the right check digit (GS1 modulo 10)."""
    shaped = cells.str.fullmatch(r"\d{13}", na=False)
    weighted = pd.Series(0, index=cells.index)
    for at in range(13):
        digit = pd.to_numeric(cells.where(shaped).str[at], errors="coerce").fillna(0).astype(int)
        weighted += digit * (3 if at % 2 else 1)
    return shaped & (weighted % 10 == 0)
