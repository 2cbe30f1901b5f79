"""Score sheets, comparisons and excluded cases as rows for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.cli.output import print_table, say

if TYPE_CHECKING:
    from workbench.runs import RunResult
    from workbench.scoring import ScoreSheet


def sheet_rows(sheet: ScoreSheet) -> list[dict[str, Any]]:
    """Return one row a metric, the primary one first, and the floor below it."""
    ordered = sorted(sheet.metrics, key=lambda metric: not metric.primary)
    rows = [
        {
            "metric": metric.name + (" (primary)" if metric.primary else ""),
            "value": number(metric.value, metric.digits),
            "interval": interval(metric.low, metric.high, metric.digits),
        }
        for metric in ordered
    ]
    floor, digits = sheet.floor, sheet.primary.digits
    rows.insert(
        1,
        {
            "metric": f"  best constant answer: {floor.answer}",
            "value": number(floor.value, digits),
            "interval": interval(floor.low, floor.high, digits),
        },
    )
    return rows


def sheet_line(sheet: ScoreSheet) -> str:
    """Return what was scored, in one line."""
    level = f"{sheet.primary.level:.0%}"
    return (
        f"{sheet.challenge} {sheet.version}: {sheet.n_cases} cases of {sheet.n_units} "
        f"{sheet.unit}s, {level} intervals"
    )


def comparison_rows(result: RunResult) -> list[dict[str, Any]]:
    """Return one row a model of a run, and the best constant answer."""
    digits = result.sheet.primary.digits
    metric = result.sheet.primary.name
    rows = [_model_row(row, digits) for row in result.comparison]
    floor = result.sheet.floor
    rows.append(
        {
            "model": f"best constant answer: {floor.answer}",
            metric: number(floor.value, digits),
            "interval": interval(floor.low, floor.high, digits),
            "model minus this": _difference(floor.gain, floor.gain_low, floor.gain_high, digits),
        }
    )
    return rows


def print_excluded(excluded: Sequence[Mapping[str, Any]]) -> None:
    """Print the cases that were left out, with the reason of each, on stderr."""
    if excluded:
        say(f"\n{len(excluded)} left out:")
        for row in excluded:
            say("  " + "  ".join(str(value) for value in row.values() if value not in ("", None)))


def print_sheet(sheet: ScoreSheet) -> None:
    """Print a score sheet."""
    print_table(sheet_rows(sheet))
    say(sheet_line(sheet))


def number(value: float | None, digits: int) -> str:
    """Return a number with the decimals its metric is shown with.

    >>> number(0.12345, 3), number(None, 3)
    ('0.123', 'undefined')
    """
    return "undefined" if value is None else f"{value:.{digits}f}"


def interval(low: float | None, high: float | None, digits: int) -> str:
    """Return an interval as text.

    >>> interval(0.1, 0.25, 2)
    '[0.10, 0.25]'
    """
    if low is None or high is None:
        return "undefined"
    return f"[{low:.{digits}f}, {high:.{digits}f}]"


def _model_row(row: Mapping[str, Any], digits: int) -> dict[str, Any]:
    """Return the row of one model of a comparison."""
    primary = _primary(row["score"]["metrics"])
    found: Mapping[str, Any] = row.get("difference") or {}
    gap = _difference(found.get("difference"), found.get("low"), found.get("high"), digits)
    return {
        "model": row["model"] + (" (baseline)" if row.get("baseline") else ""),
        primary["name"]: number(primary["value"], digits),
        "interval": interval(primary["low"], primary["high"], digits),
        "model minus this": gap if found else "",
    }


def _difference(value: float | None, low: float | None, high: float | None, digits: int) -> str:
    """Return a difference with its sign and interval."""
    if value is None:
        return "undefined"
    return f"{value:+.{digits}f} {interval(low, high, digits)}"


def _primary(metrics: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the metric that ranks."""
    return next(metric for metric in metrics if metric["primary"])
