"""The JSON schemas of sheet, check report and card, kept current in ``docs/schemas``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from workbench.scoring.card import Challenge
from workbench.scoring.check_report import CheckReport
from workbench.scoring.sheet import ScoreSheet
from workbench.storage import write_json


def schemas() -> dict[str, dict[str, Any]]:
    """Return each schema by the name of its file."""
    return {
        "score_sheet.schema.json": ScoreSheet.model_json_schema(mode="serialization"),
        "check_report.schema.json": CheckReport.model_json_schema(mode="serialization"),
        "challenge.schema.json": Challenge.model_json_schema(),
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write all schemas into a folder; return their paths."""
    return [write_json(folder / name, schema) for name, schema in schemas().items()]


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
