"""What a run hands back to the command line: its folder, its score sheet and one line to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.runs.folder import RunFolder
from workbench.scoring import ScoreSheet


@dataclass(frozen=True)
class RunResult:
    """The outcome of a run.

    Attributes:
        folder: The run folder with every artefact.
        sheet: Score sheet of the run's model.
        comparison: One row per model: name, score and, for a baseline, the paired difference.
        excluded: Cases left out, as rows of case, reason and message.
        reused: True when the same run had been done before and was only read back.
    """

    folder: Path
    sheet: ScoreSheet
    comparison: list[dict[str, Any]] = field(default_factory=list)
    excluded: list[dict[str, str]] = field(default_factory=list)
    reused: bool = False

    @property
    def ok(self) -> bool:
        """True when every case that was offered was used."""
        return not self.excluded

    @property
    def next_command(self) -> str:
        """A command worth typing now."""
        return f"workbench predict --run {self.folder} FILE_OR_FOLDER --out predictions"

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values (the command line's ``--json``)."""
        return {
            "run": str(self.folder),
            "report": str(self.folder / "report.html"),
            "score": self.sheet.model_dump(mode="json"),
            "comparison": self.comparison,
            "excluded": self.excluded,
            "reused": self.reused,
            "next": self.next_command,
        }


def read_back(run: RunFolder) -> RunResult:
    """Return the result of a run that was finished before."""
    return RunResult(
        folder=run.path,
        sheet=ScoreSheet.from_json(run.read_text("score.json")),
        comparison=run.read_json("comparison.json"),
        excluded=run.rows("excluded.csv"),
        reused=True,
    )
