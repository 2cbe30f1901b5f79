"""Parameters that all networks on rows have."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.errors import Problem, UsageError


@dataclass(frozen=True)
class NetworkParams:
    """Parameters of a network on rows.

    Attributes:
        hidden: Widths of the hidden layers; none is a linear model.
        dropout: Share of hidden units dropped while training, [0, 1).
        batch_size: Cases in a batch, 2 or more.
    """

    hidden: list[int] = field(default_factory=lambda: [32, 32])
    dropout: float = 0.1
    batch_size: int = 128

    def __post_init__(self) -> None:
        problems = [Problem("out-of-range", text) for text in self._faults()]
        if problems:
            raise UsageError(
                "the network cannot be built so", where="model.params", problems=problems
            )

    def _faults(self) -> list[str]:
        """Return what is out of range, in words."""
        faults = []
        if any(width < 1 for width in self.hidden):
            faults.append(f"hidden={self.hidden}, expected widths of 1 or more")
        if not 0 <= self.dropout < 1:
            faults.append(f"dropout={self.dropout}, expected 0 to below 1")
        if self.batch_size < 2:
            faults.append(f"batch_size={self.batch_size}, expected 2 or more: one case is no set")
        return faults
