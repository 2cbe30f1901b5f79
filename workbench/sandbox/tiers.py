"""How well a program is sealed off, from not at all to fully: names and their order."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

from workbench.errors import UsageError, did_you_mean

TierName = Literal["none", "limits", "namespaces", "sealed"]


class Tier(IntEnum):
    """What holds a program; each tier holds what the one before it does, and more.

    ``LIMITS``: wall clock, CPU time, memory and file size of each process; the program reads and
    reaches whatever its user may. ``NAMESPACES``: it sees only what it is given, no network, no
    privilege, fewer system calls, sized scratch folders. ``SEALED``: memory and processes are also
    limited in total, by a control group.
    """

    NONE = 0
    LIMITS = 1
    NAMESPACES = 2
    SEALED = 3

    @property
    def label(self) -> str:
        """The name a challenge card writes."""
        return self.name.lower()


def tier_named(name: str) -> Tier:
    """Return a tier by its name.

    >>> tier_named("sealed") > tier_named("namespaces")
    True

    Raises:
        UsageError: There is none of this name.
    """
    known = {tier.label: tier for tier in Tier}
    if name in known:
        return known[name]
    hint = did_you_mean(name, known) or f"the tiers are {', '.join(known)}"
    raise UsageError(f"'{name}' is no sandbox tier; {hint}")
