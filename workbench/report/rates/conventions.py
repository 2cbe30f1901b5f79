"""How a release was made, in words: its periods, interval, threshold, data and plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.report.rates.blocks import Block, facts, listed
from workbench.report.rates.release import ALL, Release
from workbench.report.rates.words import Words
from workbench.report.tables import table
from workbench.report.words import without_home

THRESHOLD = 11
CAVEATS = ("c_report", "c_incidence", "c_cause", "c_compare", "c_several", "c_hidden", "c_time")
SHEET_CAVEATS = ("c_stop", "c_signal")
TOLD = (
    *("per", "interval", "level", "threshold", "rounding", "periods", "date_basis", "ages"),
    *("grains", "measures", "person_years", "roles", "comparison", "signals", "under_reporting"),
)


def periods_of(release: Release, words: Words) -> str:
    """Return the first and the last period.

    >>> from workbench.report.rates.words import words_of
    >>> from types import SimpleNamespace
    >>> run = SimpleNamespace(conventions={"periods": ["2019", "2020", "2021", "all"]})
    >>> periods_of(run, words_of("en"))
    '2019 to 2021'
    """
    found = release.conventions.get("periods")
    names = [str(one) for one in found if one != ALL] if isinstance(found, Sequence) else []
    if not names:
        return words("all_periods")
    if len(names) == 1:
        return names[0]
    return words("from_to", low=names[0], high=names[-1])


def interval_of(release: Release, words: Words) -> str:
    """Return level and name of the interval of rates."""
    found = release.conventions
    level = found.get("level", 0.95)
    name = str(found.get("interval") or "")
    said = words("interval_level", level=words.level(float(level)))
    return f"{said}, {words.known('interval', name)}" if name else said


def notices(release: Release, words: Words) -> list[str]:
    """Return what a reader must know before trusting the numbers."""
    data = release.facts.get("data")
    synthetic = isinstance(data, Mapping) and data.get("synthetic")
    return [words("synthetic")] if synthetic else []


def caveats(release: Release, words: Words, more: Sequence[str] = ()) -> list[Block]:
    """Return what a rate of reports does not say, in plain words."""
    threshold = words.whole(float(release.conventions.get("threshold") or THRESHOLD))
    return [listed(words(key, threshold=threshold) for key in (*CAVEATS, *more))]


def provenance(release: Release, words: Words) -> list[Block]:
    """Return conventions, data and versions as names and values."""
    found, conventions = release.facts, release.conventions
    rows = [
        [words.known("k", name), _convention(words, name, conventions[name])]
        for name in TOLD
        if conventions.get(name) not in (None, "", [], {})
    ]
    groups = [facts(table(words("t_conventions"), [], rows))] if rows else []
    for name in ("data", "since", "digests", "versions"):
        group = found.get(name)
        if isinstance(group, Mapping) and group:
            cells = [[words.known("k", str(k)), _written(words, v)] for k, v in group.items()]
            groups.append(facts(table(words(f"g_{name}"), [], cells)))
    return groups


def _convention(words: Words, name: str, value: Any) -> str:
    """Return a convention as text."""
    if name == "per" and isinstance(value, Mapping):
        return words.listed([words.per(float(v), str(k)) for k, v in value.items()])
    if name == "periods" and isinstance(value, Sequence):
        value = [one for one in value if one != ALL]
    if name == "level":
        return words.level(float(value))
    if name == "under_reporting" and isinstance(value, Sequence):
        return ", ".join(words.share(float(one)) for one in value)
    return _written(words, value)


def _written(words: Words, value: Any) -> str:
    """Return a fact as text."""
    if isinstance(value, bool):
        return words("yes" if value else "no")
    if isinstance(value, int):
        return words.whole(value) if value >= 10_000 else str(value)
    if isinstance(value, float):
        return words.mark(f"{value:g}")
    if isinstance(value, Mapping):
        told = [
            words("named", what=words.known("k", str(k)), value=_written(words, v))
            for k, v in value.items()
        ]
        return "; ".join(told)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_written(words, one) for one in value) or "–"
    return words.known("v", without_home(str(value))) or "–"
