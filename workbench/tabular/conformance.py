"""Small expressions whose meaning differs between engines, each with the one answer asked for.

Run it on an engine before its numbers are believed: ``differences(engine)`` is empty where the
engine means by every expression what the exposure measures mean by it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd

from workbench.errors import Problem
from workbench.tabular.days import date_of, days
from workbench.tabular.engine import Engine

_DAY = dt.date
TYPES = {
    "row": "int64", "group": "string", "whole": "int64", "divisor": "int64", "real": "float64",
    "day": "date", "text": "string", "money": "decimal(18,2)", "flag": "boolean",
}  # fmt: skip
ROWS = pd.DataFrame(
    [
        (1, "a", 7, 2, 0.5, _DAY(2019, 12, 31), "x", Decimal("0.10"), True),
        (2, "a", -7, 2, 1.5, _DAY(2020, 1, 1), None, Decimal("0.20"), False),
        (3, "a", None, 3, 2.5, _DAY(2020, 2, 29), "x", Decimal("0.30"), None),
        (4, "b", 0, 3, -0.5, None, "", Decimal("100000000.01"), True),
        (5, "b", 7, 4, None, _DAY(2020, 12, 31), "É", Decimal("0.01"), True),
        (6, None, 1, 4, 1e9, _DAY(1970, 1, 1), "0034009", None, False),
    ],
    columns=list(TYPES),
).astype({"whole": "Int64"})

Case = tuple[str, Callable[[Any], Any], list[Any]]


def cases() -> list[Case]:
    """Return (name, expression of the table that gives one column, its values in order)."""
    return [*_numbers(), *_dates(), *_nulls(), *_texts(), *_windows()]


def differences(engine: Engine) -> list[Problem]:
    """Return every expression to which an engine gives another answer than was asked for."""
    table = engine.frame(ROWS, TYPES)
    problems = []
    for name, expression, asked in cases():
        try:
            found = engine.table(expression(table)).to_pydict()
            found = found.get("value", next(iter(found.values())))
        except Exception as error:  # an engine's own classes: each is an answer not given
            problems.append(Problem("engine-fails", f"{type(error).__name__}: {error}", name))
            continue
        if not _same(found, asked):
            text = f"got {found}, expected {asked}"
            problems.append(Problem("engine-differs", text, name, "do not use this engine"))
    return problems


def _same(found: list[Any], asked: list[Any]) -> bool:
    """Return whether two columns are equal, type by type; a missing number is no NaN."""
    if len(found) != len(asked):
        return False
    return all(
        math.isclose(a, b, rel_tol=1e-12) if isinstance(b, float) and a is not None else a == b
        for a, b in zip(found, asked, strict=True)
    )


def _column(expression: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the six values of an expression, by row."""
    return lambda t: t.select("row", value=expression(t)).order_by("row")


def _total(expression: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the one value of an expression over all rows."""
    return lambda t: t.aggregate(value=expression(t))


def _numbers() -> list[Case]:
    """Division, rounding, sums of decimals."""
    return [
        ("division of integers is real", _column(lambda t: t.whole / t.divisor),
         [3.5, -3.5, None, 0.0, 1.75, 0.25]),
        ("floor division goes down", _column(lambda t: (t.whole // t.divisor).cast("int64")),
         [3, -4, None, 0, 1, 0]),
        ("cast of a positive real cuts", _column(lambda t: (t.divisor / 4).floor().cast("int64")),
         [0, 0, 0, 0, 1, 1]),
        ("sum of integers", _total(lambda t: t.whole.sum()), [8]),
        ("sum of decimals is exact", _total(lambda t: t.money.sum().cast("decimal(18,2)")),
         [Decimal("100000000.62")]),
        ("mean leaves nulls out", _total(lambda t: t.whole.mean()), [1.6]),
        ("sum of nothing is null", _total(lambda t: t.whole.sum(where=t.row > 9)), [None]),
        ("count of nothing is 0", _total(lambda t: t.whole.count(where=t.row > 9)), [0]),
        ("greatest of two", _column(lambda t: _ibis().greatest(t.row, t.divisor)),
         [2, 2, 3, 4, 5, 6]),
        ("absolute value", _column(lambda t: t.whole.abs()), [7, 7, None, 0, 7, 1]),
        ("large whole numbers stay", _total(lambda t: (t.row * 10**15).sum()), [21 * 10**15]),
    ]  # fmt: skip


def _dates() -> list[Case]:
    """Years, differences in days, comparisons."""
    return [
        ("year of a date", _column(lambda t: t.day.year().cast("int64")),
         [2019, 2020, 2020, None, 2020, 1970]),
        ("month of a date", _column(lambda t: t.day.month().cast("int64")),
         [12, 1, 2, None, 12, 1]),
        ("days since 1970", _column(lambda t: days(t.day)),
         [18261, 18262, 18321, None, 18627, 0]),
        ("date from days", _column(lambda t: date_of(days(t.day))),
         ROWS["day"].tolist()),
        ("comparison with a date", _total(lambda t: (t.day <= _DAY(2019, 12, 31)).sum()), [2]),
        ("between takes both ends",
         _total(lambda t: t.day.between(_DAY(2019, 12, 31), _DAY(2020, 12, 31)).sum()), [4]),
        ("first date", _total(lambda t: t.day.min()), [_DAY(1970, 1, 1)]),
        ("date from text", _column(lambda t: _ibis().literal("2020-02-29").cast("date")),
         [_DAY(2020, 2, 29)] * 6),
    ]  # fmt: skip


def _nulls() -> list[Case]:
    """Nulls in distinct counts, comparisons, groups, joins and order."""
    return [
        ("distinct count leaves null out", _total(lambda t: t.text.nunique()), [4]),
        ("distinct keeps one null", lambda t: t.select("text").distinct().aggregate(
            value=lambda d: d.count()), [5]),
        ("null is a group of its own", lambda t: t.group_by("group").aggregate(
            value=t.count()).order_by(_ibis().asc("group", nulls_first=True)).select("value"),
         [1, 3, 2]),
        ("null is not equal to null", _total(lambda t: (t.text == t.text).count()), [5]),
        ("identical_to joins nulls", _total(lambda t: t.text.identical_to(t.text).sum()), [6]),
        ("a join drops null keys", lambda t: t.join(
            t.view().select(group2="group"), [("group", "group2")]).aggregate(
            value=lambda j: j.count()), [13]),
        ("nulls last where said", lambda t: t.order_by(
            [_ibis().asc("day", nulls_first=False)]).select("row"), [6, 1, 2, 3, 5, 4]),
        ("nulls first where said", lambda t: t.order_by(
            [_ibis().asc("day", nulls_first=True)]).select("row"), [4, 6, 1, 2, 3, 5]),
        ("fill_null", _column(lambda t: t.whole.fill_null(0)), [7, -7, 0, 0, 7, 1]),
        ("and with null", _total(lambda t: (t.flag & (t.row < 9)).sum()), [3]),
        ("filter leaves null out", lambda t: t.filter(t.flag).aggregate(
            value=lambda f: f.count()), [3]),
    ]  # fmt: skip


def _texts() -> list[Case]:
    """Texts are compared byte for byte; leading zeros stay."""
    return [
        ("empty text is not null", _total(lambda t: t.text.isnull().sum()), [1]),
        ("leading zeros stay", _total(lambda t: (t.text == "0034009").sum()), [1]),
        ("case matters", _total(lambda t: (t.text == "X").sum()), [0]),
        ("accent matters", _total(lambda t: (t.text == "E").sum()), [0]),
        ("length in characters", _column(lambda t: t.text.length().cast("int64")),
         [1, None, 1, 0, 1, 7]),
        ("part of a code", _column(lambda t: t.text.substr(0, 3)),
         ["x", None, "x", "", "É", "003"]),
    ]  # fmt: skip


def _windows() -> list[Case]:
    """Running sums and maxima: what treatment episodes are made of."""

    def before(t: Any) -> Any:
        return _ibis().cumulative_window(group_by=t.divisor, order_by=t.row)

    return [
        ("running sum", _column(lambda t: t.row.sum().over(before(t))), [1, 3, 3, 7, 5, 11]),
        ("running maximum leaves null out", _column(lambda t: t.whole.max().over(before(t))),
         [7, 7, None, 0, 7, 7]),
        ("previous row", _column(lambda t: t.row.lag().over(
            _ibis().window(group_by=t.divisor, order_by=t.row))), [None, 1, None, 3, None, 5]),
        ("row number from 0", _column(lambda t: _ibis().row_number().over(
            _ibis().window(group_by=t.divisor, order_by=t.row)).cast("int64")),
         [0, 1, 0, 1, 0, 1]),
    ]  # fmt: skip


def _ibis() -> Any:
    import ibis

    return ibis
