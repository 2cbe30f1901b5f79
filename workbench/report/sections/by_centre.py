"""A survival run in each centre: sizes, values with intervals, drawn together, their spread."""

from __future__ import annotations

from typing import Any

from workbench.methods.survival.by_centre import TOO_FEW
from workbench.methods.survival.disclosure import LEAST
from workbench.report.artefacts import Row, Told
from workbench.report.languages import Words
from workbench.report.plots.two_values import TwoValues, two_values, two_values_csv
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.sections.null_model import cell
from workbench.report.tables import Table, table

NAMES = ("value", "low", "high", "shrunken", "note")


def by_centre(run: Run) -> dict[str, Any]:
    """Return a plot a metric, one table of all centres, and how far centres lie apart."""
    words = run.words
    if not (run.artefacts.folder / "centres.csv").is_file():
        raise Told(words("no_centres"))
    rows = run.artefacts.rows("centres.csv", "centre", "label", "n", "events", *NAMES)
    spread = run.artefacts.rows("centres_spread.csv", "label", "centres", "mean", "q", "p")
    labels = list(dict.fromkeys(row["label"] for row in rows))
    sizes = shown_sizes([row for row in rows if row["label"] == labels[0]])
    figures = [
        _figure(words, label, [r for r in rows if r["label"] == label], told)
        for label, told in zip(labels, spread, strict=True)
    ]
    return {
        "figures": [figure for figure in figures if figure is not None],
        "table": _table(words, labels, rows, sizes),
        "spread": _spread(words, spread),
    }


def shown_sizes(rows: list[Row], least: int = LEAST) -> dict[str, tuple[str, str]]:
    """Return persons and events of each centre as they may be told.

    A number below eleven is hidden; where it is the only one of its column, so is the next
    smallest, since the sum over centres stands elsewhere on the page.

    Args:
        rows: One a centre, with ``centre, n, events``.
        least: Smallest number that is told.

    >>> rows = [{"centre": c, "n": n, "events": "20"} for c, n in (("A", "5"), ("B", "40"))]
    >>> shown_sizes(rows)
    {'A': ('<11', '20'), 'B': ('–', '20')}
    """
    columns = [_column([int(float(row[name])) for row in rows], least) for name in ("n", "events")]
    names = [row["centre"] for row in rows]
    return {name: (n, events) for name, n, events in zip(names, *columns, strict=True)}


def _column(counts: list[int], least: int) -> list[str]:
    """Return counts with the small ones hidden, and one more where only one is."""
    small = [place for place, n in enumerate(counts) if 0 < n < least]
    shown = [f"<{least}" if place in small else str(n) for place, n in enumerate(counts)]
    if len(small) == 1 and len(counts) > 1:
        others = [place for place in range(len(counts)) if place not in small]
        shown[min(others, key=lambda place: counts[place])] = "–"
    return shown


def _figure(words: Words, label: str, rows: list[Row], spread: Row) -> Figure | None:
    """Return one metric's centres in order of their value, None where none has a value."""
    known = [row for row in rows if cell(row["value"]) is not None]
    if not known:
        return None
    drawn = sorted(
        (
            TwoValues(
                row["centre"] or words("unknown"),
                *(float(row[name] or "nan") for name in ("value", "low", "high", "shrunken")),
            )
            for row in known
        ),
        key=lambda one: one.value,
    )
    title, mean = words.metric(label), cell(spread["mean"])
    said = "; ".join(f"{one.name} {words.number(one.value)}" for one in drawn)
    picture = two_values(
        drawn,
        axis=title,
        label=words("by_centre_label", title=words("by_centre", metric=title), said=said),
        words=(words("own_value"), words("drawn_together")),
        reference=mean,
    )
    data = two_values_csv(drawn, ("value", "shrunken"))
    return Figure(f"centres-{label}", title, words.drawn(picture), "", data)


def _table(
    words: Words, labels: list[str], rows: list[Row], sizes: dict[str, tuple[str, str]]
) -> Table:
    """Return one row a centre: sizes, and each metric's value with its interval."""
    cells = {(row["centre"], row["label"]): row for row in rows}
    return table(
        words("each_centre"),
        [words("centre"), words("persons"), words("events"), *(words.metric(x) for x in labels)],
        [
            [
                name or words("unknown"),
                *(words.number(int(size)) if size.isdigit() else size for size in sizes[name]),
                *(_value(words, cells[name, label]) for label in labels),
            ]
            for name in sizes
        ],
        numeric=range(1, 3 + len(labels)),
        note=words("by_centre_note", n=LEAST),
    )


def _value(words: Words, row: Row) -> str:
    """Return a centre's value with its interval and what it becomes, or why it has none."""
    if row["note"]:
        return words("too_few") if row["note"] == TOO_FEW else words.said(row["note"])
    value, low, high, shrunken = (cell(row[name]) for name in NAMES[:4])
    told = words.interval(value, low, high)
    return told if shrunken is None else f"{told} → {words.number(shrunken)}"


def _spread(words: Words, rows: list[Row]) -> Table:
    """Return how far centres lie apart, one row a metric."""
    columns = ("metric", "centres_n", "mean_ci", "next_centre", "q_statistic", "p_value", "i2")
    return table(
        words("centre_spread"),
        [words(name) for name in columns],
        [
            [
                words.metric(row["label"]),
                row["centres"],
                words.interval(cell(row["mean"]), cell(row["low"]), cell(row["high"])),
                words.ends(cell(row["next_low"]), cell(row["next_high"])),
                words.number(cell(row["q"]), 1),
                words.number(cell(row["p"])),
                _percent(words, row["i_squared"]),
            ]
            for row in rows
        ],
        numeric=range(1, 7),
        note=words("spread_note"),
    )


def _percent(words: Words, text: str) -> str:
    """Return a share, a dash where it is not known."""
    share = cell(text)
    return "–" if share is None else words.percent(share)
