"""How much a public board lies to an adversary, with and without the Ladder."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench.challenge.instruments.attacks import ADVERSARIES, Attack
from workbench.challenge.instruments.boards import PublicBoard
from workbench.challenge.instruments.draws import Draws
from workbench.errors import UsageError, did_you_mean
from workbench.metrics.intervals import percentiles


@dataclass(frozen=True)
class Lie:
    """What an adversary was shown and what it is worth, over several runs.

    Intervals are central 95 % ranges of the runs.

    Attributes:
        adversary: Name of the adversary.
        ladder: Whether the Ladder was on.
        digits: Decimals shown.
        shown: Best score the board showed the adversary, mean of the runs. For the log-loss oracle,
            which is shown losses, the accuracy of its final answers.
        private: Accuracy of its final answers on private cases.
        gain: ``shown`` above chance: above one half, for the oracle above always calling the most
            frequent class.
        gain_low: Lower end of the interval of the gain.
        gain_high: Upper end.
        recovered: Share of public labels the adversary is sure of.
        counts_off: By how many cases its reading of the class counts is off; None where it reads
            none.
        submissions: Submissions sent.
        runs: Number of runs.
    """

    adversary: str
    ladder: bool
    digits: int
    shown: float
    private: float
    gain: float
    gain_low: float
    gain_high: float
    recovered: float
    counts_off: float | None
    submissions: int
    runs: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def simulate_attack(
    adversary: str,
    *,
    ladder: bool,
    digits: int,
    n_cases: int = 4000,
    submissions: int = 400,
    runs: int = 10,
    seed: int = 0,
) -> Lie:
    """Run an adversary against boards with balanced labels.

    Args:
        adversary: ``boosting``, ``climbing``, ``constant``, ``random`` or ``log-loss-oracle``.
        ladder: Whether the Ladder is on.
        digits: Decimals shown.
        n_cases: Public cases; as many private ones.
        submissions: Budget of the adversary.
        runs: How often, with labels and coins drawn anew.
        seed: Seed of all draws; the same labels and coins whatever the board.

    Raises:
        UsageError: An unknown adversary, or a number that is too small.
    """
    if adversary not in ADVERSARIES:
        hint = did_you_mean(adversary, ADVERSARIES) or f"known: {', '.join(ADVERSARIES)}"
        raise UsageError(f"no adversary '{adversary}'; {hint}")
    if n_cases < 2 or submissions < 1 or runs < 2:
        raise UsageError("needs two cases or more, one submission or more and two runs or more")
    oracle = adversary == "log-loss-oracle"
    shown, private, chance, recovered, off = np.zeros((5, runs))
    for run in range(runs):
        draws = Draws(seed, run)
        truth = draws.coins(n_cases).astype(np.int64)
        hidden = draws.coins(n_cases)
        metric = "log-loss" if oracle else "accuracy"
        board = PublicBoard(truth, metric=metric, digits=digits, ladder=ladder)
        attack = ADVERSARIES[adversary](board, draws, submissions)
        shown[run] = board.accuracy(attack.called) if oracle else board.best
        share = truth.mean()
        chance[run] = max(share, 1 - share) if oracle else 0.5
        private[run] = (_private_answers(attack, draws, n_cases) == hidden).mean()
        recovered[run] = attack.recovered / n_cases
        off[run] = abs(attack.counts[1] - truth.sum()) if attack.counts else np.nan
    low, high = percentiles(shown - chance, 0.95)
    return Lie(
        adversary=adversary,
        ladder=ladder,
        digits=digits,
        shown=float(shown.mean()),
        private=float(private.mean()),
        gain=float((shown - chance).mean()),
        gain_low=low,
        gain_high=high,
        recovered=float(recovered.mean()),
        counts_off=None if np.isnan(off).any() else float(off.mean()),
        submissions=submissions,
        runs=runs,
    )


def _private_answers(attack: Attack, draws: Draws, n_cases: int) -> Any:
    """Return an adversary's answers to private cases."""
    return draws.coins(n_cases) if attack.constant is None else attack.constant
