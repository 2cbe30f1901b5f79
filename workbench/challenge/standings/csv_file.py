"""A board as CSV: one line a row, texts that a spreadsheet shows and does not compute."""

from __future__ import annotations

import csv
import io
from typing import Any

from workbench.challenge.standings.document import BoardDocument
from workbench.storage import csv_cell

COLUMNS = (
    "rank",
    "name",
    "score",
    "low",
    "high",
    "rank_low",
    "rank_high",
    "set_low",
    "set_high",
    "tie_group",
    "p_first",
    "entries",
    "last_submission",
    "optimism",
    "kind",
    "team",
    "submission",
    "note",
)


def board_csv(document: BoardDocument) -> str:
    """Return a board as CSV, secondary metrics with their intervals in the last columns.

    Texts that would be read as a formula get an apostrophe before them.
    """
    others = list(dict.fromkeys(m.name for row in document.rows for m in row.secondary))
    header = [*COLUMNS, *(f"{name}{end}" for name in others for end in ("", " low", " high"))]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([csv_cell(name) for name in header])
    for row in document.rows:
        content = row.model_dump()
        values: list[Any] = [content[name] for name in COLUMNS]
        by_name = {metric.name: metric for metric in row.secondary}
        for name in others:
            metric = by_name.get(name)
            values += [metric and getattr(metric, part) for part in ("value", "low", "high")]
        writer.writerow([csv_cell(value) for value in values])
    return out.getvalue()
