"""Steps of a flow of persons in groups, so that no two numbers on a page differ by a few."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.methods.survival.disclosure import LEAST
from workbench.report.forms import FlowStep


def joined(steps: Sequence[FlowStep], least: int = LEAST) -> list[list[FlowStep]]:
    """Return the steps in groups: one that leaves out fewer than eleven goes with the next.

    The last step goes with those before it, so that no two numbers on the page differ by a few.

    >>> step = lambda kept, gone: FlowStep(step="", kept=kept, excluded=gone)
    >>> [len(group) for group in joined([step(100, 0), step(96, 4), step(50, 46), step(49, 1)])]
    [1, 3]
    """
    groups: list[list[FlowStep]] = []
    waiting: list[FlowStep] = []
    for step in steps:
        waiting.append(step)
        if not 0 < sum(one.excluded for one in waiting) < least:
            groups.append(waiting)
            waiting = []
    # The steps that nobody was left out by stand by themselves: no number is told by them.
    while waiting and groups and not any(one.excluded for one in groups[-1]) and len(groups) > 1:
        waiting = [*groups.pop(), *waiting]
    if waiting:
        groups[-1:] = [[*groups[-1], *waiting]] if groups else [waiting]
    return groups
