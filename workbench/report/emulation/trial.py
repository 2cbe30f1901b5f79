"""An emulated trial as its page sees it: what the folder holds, each read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from workbench.errors import DataError
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.protocol_file import load_protocol
from workbench.methods.causal.protocol_words import WORDS
from workbench.report.artefacts import Absent, Artefacts, Row
from workbench.report.languages import Words

RISK_DIFFERENCE = "risk_difference"
NAIVE = "naive"


@dataclass(frozen=True)
class Effect:
    """One row of ``estimates.json``.

    Attributes:
        estimator: Name.
        estimand: What the number is.
        value: The number, in points for risk differences.
        low: Lower end.
        high: Upper end.
        row: All that is known of it.
    """

    estimator: str
    estimand: str
    value: float
    low: float | None
    high: float | None
    row: Mapping[str, Any] = field(default_factory=dict)


class Trial:
    """The artefacts of an emulation in one language.

    Args:
        folder: Of the emulation.
        words: The language.
    """

    def __init__(self, folder: Path, words: Words) -> None:
        self.artefacts = Artefacts(folder)
        self.words = words
        if not (folder / "gate.json").is_file():
            raise DataError(
                "not the folder of an emulation: it has no gate.json",
                where=str(folder),
                remedy="name a folder that `workbench emulate` wrote",
            )

    @cached_property
    def protocol(self) -> Protocol:
        """The target trial."""
        return load_protocol(self.artefacts.folder / "protocol.yaml")

    @cached_property
    def gate(self) -> dict[str, Any]:
        """Every gate, and which estimator decides."""
        return self.artefacts.form("gate.json", dict[str, Any])

    @property
    def main(self) -> str:
        """The protocol's own estimator."""
        return str(self.gate["main"])

    @property
    def open(self) -> bool:
        """Whether an effect is given."""
        return bool(self.gate["open"])

    @cached_property
    def diagnostics(self) -> dict[str, Any]:
        """Counts and weights of each estimator."""
        return self.artefacts.form("diagnostics.json", dict[str, Any])

    @cached_property
    def sensitivity(self) -> list[dict[str, Any]]:
        """Rows of the further analyses."""
        return self.artefacts.form("sensitivity.json", list[dict[str, Any]])

    @cached_property
    def effects(self) -> list[Effect]:
        """Every estimate that is shown, the main estimator first, the naive one last."""
        rows = self.artefacts.form("estimates.json", list[dict[str, Any]])
        rank = {self.main: 0, NAIVE: 2}
        found = [_effect(row) for row in rows]
        return sorted(found, key=lambda one: rank.get(one.estimator, 1))

    def effect(self, estimator: str, estimand: str = RISK_DIFFERENCE) -> Effect | None:
        """Return one estimate, None where there is none."""
        found = [e for e in self.effects if (e.estimator, e.estimand) == (estimator, estimand)]
        return found[0] if found else None

    def rows(self, name: str, estimator: str) -> list[Row]:
        """Return the rows of a table that are of one estimator.

        Raises:
            Absent: The table is missing, or has none.
        """
        rows = [r for r in self.artefacts.rows(name, "estimator") if r["estimator"] == estimator]
        if not rows:
            raise Absent(f"{name} has no rows of {estimator}")
        return rows

    def told(self, text: str) -> str:
        """Return a step or reason of the flow in the language of the page."""
        name, negated = text.removeprefix("not: "), text.startswith("not: ")
        known = WORDS[self.words.language]
        said = self.words.get(name, known.get(name, name))
        return self.words("not", what=said) if negated else said

    @property
    def event(self) -> str:
        """The outcome in words."""
        return self.words(f"event_{self.protocol.outcome.event}")

    @property
    def days(self) -> int:
        """The horizon."""
        return self.protocol.outcome.horizon_days


def _effect(row: Mapping[str, Any]) -> Effect:
    """Return a row as an effect, risk differences in points."""
    scale = 100.0 if row["estimand"] == RISK_DIFFERENCE else 1.0
    value, low, high = (
        None if row[k] is None else scale * row[k] for k in ("value", "low", "high")
    )
    return Effect(row["estimator"], row["estimand"], value or 0.0, low, high, row)
