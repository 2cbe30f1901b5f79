"""What is found to be alike between the submissions of different teams."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple


class Sent(NamedTuple):
    """A submission that was sent.

    Attributes:
        id: Its id.
        team: Id of its team.
        name: Name of the team.
        received_at: When it came.
        withdrawn: Whether it was withdrawn.
        digest: sha256 of its canonical table: the same for the same answers in any file.
    """

    id: str
    team: str
    name: str
    received_at: str
    withdrawn: bool
    digest: str


@dataclass(frozen=True)
class NearPair:
    """The two most alike submissions of two teams.

    Attributes:
        first: Of the one team.
        second: Of the other.
        rank_correlation: Spearman's.
        correlation: Pearson's of the stated numbers.
        same_decisions: Share of cases with the same decision.
        pairs: How many pairs of the two teams' submissions are reported in this one.
    """

    first: Sent
    second: Sent
    rank_correlation: float
    correlation: float
    same_decisions: float
    pairs: int


@dataclass(frozen=True)
class Duplicates:
    """What is alike between teams in one phase.

    Attributes:
        phase: Id of the phase.
        n_submissions: Submissions compared.
        n_teams: Their teams.
        identical: Groups of submissions of two teams or more with the same answers.
        near: Pairs of teams above both thresholds, identical ones left out.
        least_correlation: Threshold of the rank correlation.
        least_same: Threshold of the share of equal decisions.
        field_median: Median rank correlation of submissions of different teams; None: no pair.
        field_high: Its 99 % point.
        baselines: Highest rank correlation and share of equal decisions of two baselines; None
            where fewer than two were given.
    """

    phase: str
    n_submissions: int
    n_teams: int
    identical: list[list[Sent]]
    near: list[NearPair]
    least_correlation: float
    least_same: float
    field_median: float | None
    field_high: float | None
    baselines: tuple[float, float] | None

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        plain = asdict(self)
        plain["identical"] = [[one._asdict() for one in group] for group in self.identical]
        for pair in plain["near"]:
            pair |= {"first": pair["first"]._asdict(), "second": pair["second"]._asdict()}
        return plain
