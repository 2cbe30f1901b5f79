"""Says what came of a run: from how it was stopped, its exit code, and what it used."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from workbench.errors import HostError
from workbench.sandbox.limits import Limits
from workbench.sandbox.log import Log
from workbench.sandbox.outcome import Ending, Outcome
from workbench.sandbox.outputs import OutputError, files_of
from workbench.sandbox.watching import Watched

_SIGNALLED = 128
_BY_SIGNAL: dict[int, Ending] = {
    signal.SIGSYS: "forbidden",
    signal.SIGXCPU: "timeout",
    signal.SIGXFSZ: "output-size",
}


@dataclass(frozen=True)
class Used:
    """What a run has used.

    Attributes:
        seconds: Of wall clock.
        peak_mb: Most memory, in MiB; None where nobody counts.
        memory_kills: Processes the kernel ended for memory.
        refused: How often a further process was refused.
    """

    seconds: float
    peak_mb: int | None = None
    memory_kills: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Held:
    """What held a run.

    Attributes:
        backend: Name of the backend.
        tier: Name of the tier.
        gone: Whether nothing of the run is left.
        talks: Whether it was a conversation, which leaves no files.
    """

    backend: str
    tier: str
    gone: bool
    talks: bool


def outcome_of(limits: Limits, watched: Watched, used: Used, held: Held) -> Outcome:
    """Return what came of a run that has ended.

    Raises:
        HostError: The program was never reached, or the sandbox was ended from outside.
    """
    log = Log.text(watched.log)
    if not watched.started and watched.stopped is None:
        raise HostError(
            "the sandbox could not be set up, the program did not start",
            where=f"{held.backend}, exit code {watched.exit_code}",
            remedy=f"`workbench doctor` says what is in force; it printed: {log or 'nothing'}",
        )
    if _killed_from_outside(watched, used):
        raise HostError(
            "somebody ended the sandbox from outside: what the program did is not known",
            where=held.backend,
            remedy="it is run again; look for an operator, or a machine that is out of memory",
        )
    outputs: dict[str, bytes] = {}
    ending, facts = _ending(watched, used)
    if ending == "ok" and not held.talks:
        try:
            outputs = files_of(watched.result, limits)
        except OutputError as error:
            ending, facts = "files", [*facts, str(error)]
    if not held.gone:
        facts.append("processes were left that could not be ended")
    return Outcome(
        ending=ending,
        seconds=used.seconds,
        peak_mb=used.peak_mb,
        exit_code=watched.exit_code,
        log=log,
        detail="; ".join(facts),
        tier=held.tier,
        backend=held.backend,
        outputs=outputs,
    )


def _killed_from_outside(watched: Watched, used: Used) -> bool:
    """Say whether the sandbox's own first process, which no program reaches, was killed."""
    code = watched.exit_code
    return watched.stopped is None and code is not None and code < 0 and not used.memory_kills


def _ending(watched: Watched, used: Used) -> tuple[Ending, list[str]]:
    """Return the class of a run's end, and what the host should know."""
    facts = [watched.reason] if watched.reason else []
    if used.memory_kills:
        facts.append(f"{used.memory_kills} processes ended for memory")
    if used.refused:
        facts.append(f"a further process was refused {used.refused} times")
    if watched.stopped is not None:
        return watched.stopped, facts
    code = watched.exit_code or 0
    if code == 0:
        return "ok", facts
    number = code - _SIGNALLED
    if number in set(signal.Signals):
        facts.append(f"ended by {signal.Signals(number).name}")
    else:
        facts.append(f"exit code {code}")
    if used.memory_kills:
        return "memory", facts
    return _BY_SIGNAL.get(number, "exit"), facts
