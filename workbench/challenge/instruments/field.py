"""An honest field of teams: what choosing by public score does to ranks, without any attack."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from workbench.challenge.instruments.draws import Draws
from workbench.challenge.instruments.ladder import Ladder
from workbench.errors import UsageError
from workbench.metrics.intervals import percentiles


class Field(NamedTuple):
    """One simulated field.

    Attributes:
        winner_public: Score shown for the team that leads the public board.
        winner_private: The same team's score on the private split.
        optimism: Mean over teams of shown less private score.
        tau: Kendall's tau of the public and the private order.
        same_winner: Whether the public leader wins on the private split.
    """

    winner_public: float
    winner_private: float
    optimism: float
    tau: float
    same_winner: bool


def simulate_field(
    draws: Draws,
    *,
    teams: int,
    entries: int,
    n_public: int,
    n_private: int,
    accuracy: float,
    spread: float,
    digits: int,
    ladder: bool,
) -> Field:
    """Let teams of different true accuracy each send a few equally good entries.

    Errors are independent between teams, entries and cases. A team's entry with the best shown
    score counts, under the Ladder the one last released.

    Args:
        draws: Random numbers.
        teams: Number of teams.
        entries: Submissions of each.
        n_public: Public cases.
        n_private: Private cases.
        accuracy: Mean of the teams' true accuracies.
        spread: Their standard deviation.
        digits: Decimals shown.
        ladder: Whether the Ladder decides what is shown.
    """
    true = np.clip(accuracy + spread * draws.normals(teams), 0.01, 0.99)
    shown, private = np.empty(teams), np.empty(teams)
    for team in range(teams):
        right = draws.uniforms(entries, n_public) < true[team]
        entry, shown[team] = _chosen(right, digits, ladder)
        hidden = draws.uniforms(entries, n_private) < true[team]
        private[team] = hidden[entry].mean()
    leader = int(shown.argmax())
    tau = float(kendalltau(shown, private).statistic)
    return Field(
        float(shown[leader]),
        float(private[leader]),
        float((shown - private).mean()),
        tau,
        leader == int(private.argmax()),
    )


def _chosen(right: NDArray[np.bool_], digits: int, ladder: bool) -> tuple[int, float]:
    """Return the entry that counts and the score shown for it."""
    if not ladder:
        scores = np.round(right.mean(axis=1), digits)
        return int(scores.argmax()), float(scores.max())
    rungs = Ladder(np.ones(right.shape[1]), maximize=True)
    released = np.array([rungs.submit(entry) for entry in right])
    return int((released == released[-1]).argmax()), round(float(released[-1]), digits)


@dataclass(frozen=True)
class FieldReport:
    """What choosing by public score does to an honest field, over several runs (means).

    Attributes:
        ladder: Whether the Ladder was on.
        digits: Decimals shown.
        winner_public: Score shown for the public leader.
        winner_private: The same team's private score.
        winner_low: Lower end of the 95 % range of the difference of the two.
        winner_high: Upper end.
        optimism: Mean over teams of shown less private score.
        tau: Kendall's tau of the public and the private order.
        same_winner: Share of runs in which the public leader wins on the private split.
        teams: Number of teams.
        entries: Submissions of each.
        runs: Number of runs.
    """

    ladder: bool
    digits: int
    winner_public: float
    winner_private: float
    winner_low: float
    winner_high: float
    optimism: float
    tau: float
    same_winner: float
    teams: int
    entries: int
    runs: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def simulate_fields(
    *,
    ladder: bool,
    digits: int,
    n_cases: int = 4000,
    teams: int = 100,
    entries: int = 5,
    accuracy: float = 0.8,
    spread: float = 0.01,
    runs: int = 10,
    seed: int = 0,
) -> FieldReport:
    """Simulate honest fields; see :func:`simulate_field`.

    Raises:
        UsageError: A number out of its range.
    """
    if teams < 2 or entries < 1 or runs < 2 or n_cases < 2:
        raise UsageError("needs two teams, one entry, two runs and two cases or more")
    if not (0 < accuracy < 1 and spread >= 0):
        raise UsageError(f"accuracy lies between 0 and 1 and spread is not negative, got {spread}")
    fields = [
        simulate_field(
            Draws(seed, 1000 + run),
            teams=teams,
            entries=entries,
            n_public=n_cases,
            n_private=n_cases,
            accuracy=accuracy,
            spread=spread,
            digits=digits,
            ladder=ladder,
        )
        for run in range(runs)
    ]
    table = np.array(fields, dtype=np.float64)
    public, private, optimism, tau, same = (float(mean) for mean in table.mean(axis=0))
    low, high = percentiles(table[:, 0] - table[:, 1], 0.95)
    return FieldReport(
        ladder, digits, public, private, low, high, optimism, tau, same, teams, entries, runs
    )
