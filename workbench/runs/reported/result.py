"""What a report of rates hands back to the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.runs.folder import RunFolder


@dataclass(frozen=True)
class RatesResult:
    """The outcome.

    Attributes:
        folder: Folder with every artefact.
        summary: Content of ``summary.json``: counts of what was published.
        reused: True when it had been done before and was only read back.
    """

    folder: Path
    summary: dict[str, Any]
    reused: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values (the command line's ``--json``)."""
        return {
            "folder": str(self.folder),
            "report": str(self.folder / "report.html"),
            "report_fr": str(self.folder / "rapport.html"),
            "summary": self.summary,
            "reused": self.reused,
        }


def read_back(run: RunFolder) -> RatesResult:
    """Return the result of a report that was finished before."""
    return RatesResult(run.path, run.read_json("summary.json"), reused=True)
