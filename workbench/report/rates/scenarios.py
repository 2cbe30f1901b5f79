"""What a rate would mean if only a part of the cases were reported: scenarios, no estimates."""

from __future__ import annotations

from workbench.report.rates.blocks import Block, note, shown, text
from workbench.report.rates.release import PATIENTS
from workbench.report.rates.sheet import Sheet
from workbench.report.tables import table


def scenarios(sheet: Sheet) -> list[Block]:
    """Return a row for each share that may be reported."""
    words = sheet.words
    rows = sheet.rows(sheet.release.scenarios, "no_scenarios")
    if all(row["rate"] is None for row in rows):
        return [note(words("scenarios_hidden"))]
    per = words.per((sheet.total() or {}).get("per") or 100_000.0, PATIENTS)
    columns = [words("share_reported"), words("would_be"), words("interval"), words("remark")]
    cells = [
        [
            words.share(row["share_reported"]),
            words.rate(row["rate"]),
            words.span(row.get("low"), row.get("high")),
            words("impossible") if row.get("possible") is False else "–",
        ]
        for row in sorted(rows, key=lambda row: -(row["share_reported"] or 0.0))
    ]
    return [
        text(words("scenarios_read")),
        shown(table(words("cap_scenarios", per=per), columns, cells, numeric=(1, 2))),
        note(words("scenarios_note")),
    ]
