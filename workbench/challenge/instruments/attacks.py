"""Adversaries that climb a board without any model, from its shown scores alone.

Each sends at most ``budget`` submissions and ends with the answers it would be judged by. Answers
to private cases are as good as a coin or a constant: there is nothing to learn them from.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.instruments.boards import PublicBoard
from workbench.challenge.instruments.draws import Draws
from workbench.challenge.instruments.spelling import labels_spelled, read_spelled, spelled_answer

# Answers that the climbing adversary changes at a time.
_BLOCK = 10
# Log odds from which the oracle starts where it must improve every time.
_BAD = 32.0


class Attack(NamedTuple):
    """What an adversary ended with.

    Attributes:
        called: Class of each public case, shape ``(n,)``.
        constant: Class of every private case; None: a coin for each.
        recovered: Labels of public cases the adversary is sure of.
        counts: Number of cases of each class as read off the board; None where not read.
    """

    called: NDArray[np.int8]
    constant: int | None = None
    recovered: int = 0
    counts: tuple[int, int] | None = None


Adversary = Callable[[PublicBoard, Draws, int], Attack]


def boosting(board: PublicBoard, draws: Draws, budget: int) -> Attack:
    """Send coins, then the vote of all, each weighed by how far above one half it was shown.

    Blum and Hardt 2015, section 4, with weights in place of a threshold (which is stronger). Under
    the Ladder only a score that changed says anything.
    """
    vote, last = np.zeros(board.n_cases), math.nan
    for _ in range(max(budget - 1, 1)):
        guess = draws.coins(board.n_cases)
        shown = board.submit(guess)
        if board.ladder is None or shown != last:
            vote += (shown - 0.5) * (2.0 * guess - 1.0)
        last = shown
    called = (vote > 0).astype(np.int8)
    if budget > 1:
        board.submit(called)
    return Attack(called)


def climbing(board: PublicBoard, draws: Draws, budget: int) -> Attack:
    """Change a few answers of the best so far at a time; keep what the board calls better.

    Unlike boosting it adapts, and finds out what one standard error of a small change lets through.
    """
    best = draws.coins(board.n_cases)
    shown = board.submit(best)
    order = draws.uniforms(board.n_cases).argsort()
    for turn in range(budget - 1):
        changed = best.copy()
        places = np.arange(turn * _BLOCK, (turn + 1) * _BLOCK) % board.n_cases
        changed[order[places]] ^= 1
        found = board.submit(changed)
        if found > shown:
            best, shown = changed, found
    return Attack(best)


def random(board: PublicBoard, draws: Draws, budget: int) -> Attack:
    """Send coins; keep the one that was shown best."""
    best, highest = draws.coins(board.n_cases), -math.inf
    for _ in range(budget):
        guess = draws.coins(board.n_cases)
        shown = board.submit(guess)
        if shown > highest:
            best, highest = guess, shown
    return Attack(best)


def constant(board: PublicBoard, draws: Draws, budget: int) -> Attack:
    """Answer one class for all cases: its accuracy is its share, which says the class counts."""
    ones = np.ones(board.n_cases, dtype=np.int8)
    n_ones = round(board.submit(ones) * board.n_cases)
    likelier = int(2 * n_ones >= board.n_cases)
    if budget > 1 and not likelier:
        board.submit(ones - 1)
    return Attack(likelier * ones, likelier, counts=(board.n_cases - n_ones, n_ones))


def log_loss_oracle(board: PublicBoard, draws: Draws, budget: int) -> Attack:
    """Spell the labels of a few cases in the digits of each shown log loss.

    See :mod:`workbench.challenge.instruments.spelling`. Where the Ladder is on, the other cases are
    first answered very badly, then a little less so with each submission: every score is a clear
    improvement and is released. Cases left over are called the class seen more often.
    """
    n, span = board.n_cases, board.metric.range[1]
    guarded = board.ladder is not None
    each = labels_spelled(n, board.digits, span, rounded=float(guarded))
    step = span / 2.0 ** (each - 1) if each else 0.0
    known = np.full(n, -1, dtype=np.int8)
    backgrounds = np.linspace(_BAD if guarded else 0.0, 0.0, max(budget, 2))[:budget]
    n_ones, last, place = 0, math.nan, 0
    for turn, background in enumerate(backgrounds if each else ()):
        probed = np.arange(place, min(n, place + each)) if turn or not guarded else np.arange(0)
        answer = spelled_answer(n, probed, step, background)
        shown = board.submit(np.column_stack([1.0 - answer, answer]))
        if guarded and not turn:
            n_ones = n - round(shown * n / background)
        elif shown != last or not guarded:
            known[probed] = read_spelled(shown, n, n_ones, answer, probed, step, background)
            place += each
        if place >= n:
            break
        last = shown
    sure = known >= 0
    likelier = int(2 * (known == 1).sum() >= sure.sum())
    return Attack(np.where(sure, known, likelier).astype(np.int8), likelier, int(sure.sum()))


ADVERSARIES: dict[str, Adversary] = {
    "boosting": boosting,
    "climbing": climbing,
    "constant": constant,
    "random": random,
    "log-loss-oracle": log_loss_oracle,
}
"""Every adversary by its name."""
