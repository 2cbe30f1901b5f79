"""Settings of the use case."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.errors import UsageError

from .contracts import ROLES
from .synthetic.knobs import Knobs


@dataclass(frozen=True)
class Params:
    """Settings of the use case.

    Attributes:
        roles: Roles of a drug in a report that count.
        max_uncoded: Largest share of written drug names that no product fits; above it the run
            stops.
        synthetic: Knobs of the generator.
    """

    roles: list[str] = field(default_factory=lambda: ["suspect", "interacting"])
    max_uncoded: float = 0.05
    synthetic: Knobs = field(default_factory=Knobs)

    def __post_init__(self) -> None:
        unknown = [role for role in self.roles if role not in ROLES]
        if unknown or not self.roles:
            raise UsageError(
                f"roles are some of {', '.join(ROLES)}; got {', '.join(unknown) or 'none'}",
                where="use_case.params.roles",
            )
        if not 0 <= self.max_uncoded <= 1:
            raise UsageError(
                f"it lies from 0 to 1, got {self.max_uncoded}", where="use_case.params.max_uncoded"
            )
