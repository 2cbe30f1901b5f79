"""What a sandbox of this machine holds: found out by running a program in one."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from workbench.errors import HostError
from workbench.sandbox import bubblewrap
from workbench.sandbox.cgroup import find_parents
from workbench.sandbox.cgroup_places import PARENT
from workbench.sandbox.limits import Limits
from workbench.sandbox.run import run
from workbench.sandbox.task import Task
from workbench.sandbox.tiers import Tier

_TOOLS = ("/usr/bin/prlimit", "/usr/bin/setpriv", "/usr/bin/tar", "/usr/bin/sh")


@dataclass(frozen=True)
class Probe:
    """What is in force.

    Attributes:
        tier: The tier a program runs under.
        found: What makes it up, in words.
        missing: What a higher tier lacks; empty at the highest.
        remedy: How to get it.
    """

    tier: Tier
    found: str
    missing: str = ""
    remedy: str = ""

    def without_groups(self) -> Probe:
        """Return what is left where no control group is used."""
        missing = "memory and processes are not limited in total"
        return replace(self, tier=min(self.tier, Tier.NAMESPACES), missing=missing)


@lru_cache(maxsize=1)
def probe() -> Probe:
    """Return what is in force on this machine, for this user."""
    if platform.system() != "Linux":
        return _none(f"{platform.system()} has no namespaces", "run models on a Linux machine")
    if bubblewrap.bwrap() is None:
        remedy = "install bubblewrap (apt-get install bubblewrap)"
        return _none("bubblewrap is not installed", remedy)
    absent = [tool for tool in _TOOLS if not Path(tool).exists()]
    if absent:
        return _none(f"{', '.join(absent)} is absent", "install util-linux, tar and dash")
    try:
        outcome = run(Task(("/usr/bin/true",), {}, Limits(wall_s=10.0)))
    except HostError as error:
        remedy = "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1), or run as root"
        return _none(f"bubblewrap does not start: {error.remedy}", remedy)
    if not outcome.ok:
        return _none(f"a program does not end well in it: {outcome.detail}", "")
    parents = find_parents()
    sealed = "namespaces, no network, system call filter"
    if outcome.tier != Tier.SEALED.label or parents is None:
        return Probe(
            Tier.NAMESPACES,
            sealed,
            "no control group for memory and processes can be made",
            f"run as root, or have a group delegated and named by {PARENT}",
        )
    found = f"{sealed}, cgroup v{parents.version} for memory and processes"
    return Probe(Tier.SEALED, found)


def _none(missing: str, remedy: str) -> Probe:
    return Probe(Tier.NONE, "nothing", missing, remedy)
