"""Which groups of a table may be shown, so that no small one can be read or worked out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError


@dataclass(frozen=True)
class Gate:
    """How many persons and events a shown group must have.

    Attributes:
        persons: Fewest persons (units).
        events: Fewest persons with a case of a class, and fewest with a case of another, for every
            class; 0 asks for none.
    """

    persons: int
    events: int

    def passes(
        self,
        member: NDArray[np.bool_],
        units: NDArray[np.int64],
        classes: NDArray[np.int64],
        k: int,
    ) -> bool:
        """Say whether a set of cases is large enough to be shown.

        Args:
            member: Which cases, shape ``(n,)``.
            units: Number of each case's person.
            classes: Class number of each case.
            k: Number of classes; 0 where nothing is an event.
        """
        own = units[member]
        if len(np.unique(own)) < self.persons:
            return False
        of = classes[member]
        counts = [len(np.unique(own[of == c])) for c in range(k)]
        others = [len(np.unique(own[of != c])) for c in range(k)]
        return min(counts + others, default=self.events) >= self.events


def shown_groups(
    groups: ArrayLike, units: ArrayLike, classes: ArrayLike, gate: Gate, *, n_classes: int
) -> list[str]:
    """Return the groups of a partition that may be shown, sorted by name.

    A group that does not pass is hidden. What is shown can be taken from the total, so what is
    hidden must pass together: while it does not, the smallest shown group (by persons, then name)
    is hidden too. The result depends on the whole table only, not on the order of its rows.

    Args:
        groups: Group of each case, shape ``(n,)``.
        units: Person of each case.
        classes: Class number of each case.
        gate: The rule.
        n_classes: Number of classes; 0 where nothing is an event, and persons alone count.

    Raises:
        DataError: The lengths differ.

    >>> groups = ["a"] * 30 + ["b"] * 20 + ["c"] * 5
    >>> shown_groups(groups, range(55), [0, 1] * 27 + [0], Gate(11, 2), n_classes=2)
    ['a']
    """
    names = np.array([str(group) for group in np.asarray(groups, dtype=object)], dtype=object)
    _, person = np.unique([str(u) for u in np.asarray(units, dtype=object)], return_inverse=True)
    truth = np.asarray(classes, dtype=np.int64)
    if not len(names) == len(person) == len(truth):
        raise DataError(f"{len(names)} groups, {len(person)} persons, {len(truth)} classes")
    found = sorted(set(names.tolist()))
    size = {name: len(np.unique(person[names == name])) for name in found}
    shown = [name for name in found if gate.passes(names == name, person, truth, n_classes)]
    while shown and len(shown) < len(found):
        hidden = ~np.isin(names, shown)
        if gate.passes(hidden, person, truth, n_classes):
            break
        shown.remove(min(shown, key=lambda name: (size[name], name)))
    return shown
