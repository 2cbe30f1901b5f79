"""What a reader did to its input, counted: attrition flow, rejected codes, decisions.

Nothing leaves a reading silently. A step of the flow may only lose rows and says why; a code nobody
knows goes to the rejects with its share of the volume; any other choice is a counted decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.errors import DataError, Problem

MOST_REJECTED = 0.02
"""Share of the volume that unknown codes may take before a reading stops."""


@dataclass(frozen=True)
class Step:
    """One step of an attrition flow.

    Attributes:
        table: Which rows are counted.
        reason: Why rows were left out, in words.
        before: Rows before it.
        after: Rows after it.
        volume_after: Boxes (claims) or None, after it.
    """

    table: str
    reason: str
    before: int
    after: int
    volume_after: float | None = None


@dataclass(frozen=True)
class Decision:
    """One choice a reader took on ``rows`` rows of ``table``, with a stable code."""

    code: str
    table: str
    rows: int
    message: str


@dataclass
class Ledger:
    """Everything counted while one source is read.

    Attributes:
        source: The source, for messages.
        max_rejected: Share of the volume (0 to 1) above which unknown codes stop the reading.
        steps: The attrition flow, in order.
        decisions: Counted decisions, in order.
        rejects: Unknown codes; columns of :meth:`reject_table`.
    """

    source: str
    max_rejected: float = MOST_REJECTED
    steps: list[Step] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    rejects: list[dict[str, object]] = field(default_factory=list)

    def start(self, table: str, rows: int, volume: float | None = None) -> None:
        """Open the flow of a table with the rows received."""
        self.steps.append(Step(table, "received", rows, rows, volume))

    def stack(self, table: str, rows: int) -> None:
        """Open the flow of a table once whose parts, read one by one, had opened it each."""
        self.steps[:] = [step for step in self.steps if step.table != table]
        self.start(table, rows)

    def step(self, table: str, reason: str, after: int, volume: float | None = None) -> None:
        """Add a step that leaves ``after`` rows of ``table``.

        Raises:
            DataError: ``flow-gained-rows``: a step made rows, as a join that fans out does.
        """
        before = next((s.after for s in reversed(self.steps) if s.table == table), None)
        if before is None:
            raise ValueError(f"the flow of '{table}' was not started")
        if after > before:
            problem = Problem(
                "flow-gained-rows",
                f"'{reason}' took {before} rows to {after}, expected no more than before",
                table,
                "look for a key that stands more than once in a table joined here",
            )
            raise DataError("a step gained rows", where=self.source, problems=[problem])
        self.steps.append(Step(table, reason, before, after, volume))

    def decide(self, code: str, table: str, rows: int, message: str) -> None:
        """Note a decision, unless it touched no row."""
        if rows:
            self.decisions.append(Decision(code, table, int(rows), message))

    def reject(self, table: str, column: str, codes: pd.DataFrame, total: float) -> None:
        """Note unknown codes.

        Args:
            table: Where they stand.
            column: The column.
            codes: Columns ``code``, ``rows``, ``volume`` (absolute).
            total: Volume of all rows of the table, known or not, absolute.

        Raises:
            DataError: ``too-many-unknown-codes``: their share is above ``max_rejected``.
        """
        for code, rows, volume in codes[["code", "rows", "volume"]].itertuples(index=False):
            share = float(volume) / total if total else 0.0
            self.rejects.append(
                {"table": table, "column": column, "code": None if pd.isna(code) else str(code),
                 "rows": int(rows), "volume": float(volume), "share": share}
            )  # fmt: skip
        share = float(codes["volume"].sum()) / total if total and len(codes) else 0.0
        if share > self.max_rejected:
            raise DataError(
                f"{share:.1%} of the volume has unknown codes, expected at most "
                f"{self.max_rejected:.1%}",
                where=self.source,
                problems=[self._worst(table, column, codes)],
                remedy="bring the reference table of these codes up to date, or raise max_rejected "
                "and say why",
            )

    def reject_table(self) -> pd.DataFrame:
        """Return ``table, column, code, rows, volume, share``, largest volume first."""
        names = ["table", "column", "code", "rows", "volume", "share"]
        frame = pd.DataFrame(self.rejects, columns=names)
        return frame.sort_values(["volume", "code"], ascending=[False, True], ignore_index=True)

    def flow_table(self) -> pd.DataFrame:
        """Return the attrition flow: ``table, reason, before, left_out, after, volume_after``."""
        rows = [
            (s.table, s.reason, s.before, s.before - s.after, s.after, s.volume_after)
            for s in self.steps
        ]
        names = ["table", "reason", "before", "left_out", "after", "volume_after"]
        return pd.DataFrame(rows, columns=names)

    def decision_table(self) -> pd.DataFrame:
        """Return ``code, table, rows, message``."""
        rows = [(d.code, d.table, d.rows, d.message) for d in self.decisions]
        return pd.DataFrame(rows, columns=["code", "table", "rows", "message"])

    def _worst(self, table: str, column: str, codes: pd.DataFrame) -> Problem:
        """Return the unknown codes with the largest volume as one problem."""
        first = codes.sort_values("volume", ascending=False).head(5)
        names = ", ".join(f"'{code}'" for code in first["code"])
        message = f"{len(codes)} unknown codes, the largest: {names}"
        return Problem("too-many-unknown-codes", message, f"{table}, column {column}")


def check_unique(frame: pd.DataFrame, key: list[str], table: str, source: str) -> None:
    """Refuse a table whose key repeats: a join on it would make rows.

    Raises:
        DataError: ``repeated-key``, with the first repeated keys.
    """
    repeated = frame[frame.duplicated(key)]
    if len(repeated):
        first = ", ".join(
            "/".join(map(str, row)) for row in repeated[key].head(5).itertuples(index=False)
        )
        problem = Problem(
            "repeated-key",
            f"{len(repeated)} rows repeat a key ({first}), expected each once",
            f"{table}, columns {', '.join(key)}",
            "keep one row of each key",
        )
        raise DataError("a key stands more than once", where=source, problems=[problem])


def check_conserved(before: float, after: float, left_out: float, what: str, source: str) -> None:
    """Refuse a join or an aggregation that loses or makes volume without saying so.

    Args:
        before: Volume before it.
        after: Volume after it.
        left_out: Volume left out on purpose, counted.
        what: The step.
        source: The source.

    Raises:
        DataError: ``not-conserved``: ``before`` is not ``after + left_out`` within rounding.
    """
    tolerance = 1e-9 * max(1.0, abs(before))
    if abs(before - after - left_out) > tolerance:
        message = (
            f"{what}: {before:g} before, {after:g} after and {left_out:g} left out on purpose, "
            f"expected before = after + left out"
        )
        problem = Problem("not-conserved", message, what, "look for a key that repeats")
        raise DataError("a step is not conserved", where=source, problems=[problem])
