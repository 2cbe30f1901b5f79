"""What an emulation hands back to the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.runs.folder import RunFolder


@dataclass(frozen=True)
class EmulationResult:
    """The outcome of an emulation.

    Attributes:
        folder: Folder with every artefact.
        gate: Content of ``gate.json``.
        estimates: Rows of ``estimates.json``: one an estimator and estimand.
        reused: True when it had been done before and was only read back.
    """

    folder: Path
    gate: dict[str, Any]
    estimates: list[dict[str, Any]]
    reused: bool = False

    @property
    def open(self) -> bool:
        """Whether the main estimator's effect is given."""
        return bool(self.gate["open"])

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values (the command line's ``--json``)."""
        return {
            "folder": str(self.folder),
            "report": str(self.folder / "report.html"),
            "report_fr": str(self.folder / "rapport.html"),
            "gate": self.gate,
            "estimates": self.estimates,
            "reused": self.reused,
        }


def read_back(run: RunFolder) -> EmulationResult:
    """Return the result of an emulation that was finished before."""
    gate, estimates = run.read_json("gate.json"), run.read_json("estimates.json")
    return EmulationResult(run.path, gate, estimates, reused=True)
