"""What came of a run: a class anybody may see, figures in coarse steps, details for the host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Ending = Literal["ok", "exit", "timeout", "memory", "output-size", "files", "protocol", "forbidden"]
ENDINGS: dict[str, str] = {
    "ok": "it ended well",
    "exit": "it ended with an error",
    "timeout": "it ran over its time",
    "memory": "it ran over its memory",
    "output-size": "it wrote more than it may",
    "files": "its output folder holds links or special files, or too many files",
    "protocol": "it did not keep to the line protocol",
    "forbidden": "it used a forbidden system call",
}
"""Every ending, in words that depend on nothing else."""

_TIMES_S = ((1, "under 1 s"), (10, "1 to 10 s"), (60, "10 to 60 s"), (600, "1 to 10 min"))
_LONGEST = ((3600, "10 to 60 min"),)
_MEMORY_MB = ((256, "under 256 MiB"), (1024, "256 MiB to 1 GiB"), (4096, "1 to 4 GiB"))
_LARGEST = ((16384, "4 to 16 GiB"), (65536, "16 to 64 GiB"))


@dataclass(frozen=True)
class Outcome:
    """What came of one run.

    Attributes:
        ending: Its class.
        seconds: Wall clock from start to the end of the last process.
        peak_mb: Most memory in use, in MiB; None where no control group counts it.
        exit_code: Of the program, 128 + signal where one ended it; None where it was stopped.
        outputs: Content by relative name of what lies in the output folder; only of a good run.
        log: What it printed, cut and without control characters: for the host.
        detail: What the host should know, in words.
        tier: Name of the tier that held it.
        backend: What ran it.
    """

    ending: Ending
    seconds: float
    peak_mb: int | None
    exit_code: int | None
    log: str
    detail: str
    tier: str
    backend: str
    outputs: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it ended well."""
        return self.ending == "ok"

    @property
    def time(self) -> str:
        """The time it took, in coarse steps: fine ones would carry what a program has read."""
        return time_bucket(self.seconds)

    @property
    def memory(self) -> str:
        """The memory it took, in coarse steps."""
        return memory_bucket(self.peak_mb)

    @property
    def brief(self) -> str:
        """What the host should know, without what the program printed."""
        lines = [f"{self.ending}: {ENDINGS[self.ending]}", self.detail]
        peak = "not counted" if self.peak_mb is None else f"{self.peak_mb} MiB"
        lines.append(f"{self.seconds:.2f} s, memory {peak}, {self.backend}, tier {self.tier}")
        return "\n".join(line for line in lines if line)

    def for_host(self) -> str:
        """Return everything the host should read; a program may have printed what it has read."""
        return f"{self.brief}\nIt printed:\n{self.log}" if self.log else self.brief


def time_bucket(seconds: float) -> str:
    """Return a time in coarse steps.

    >>> time_bucket(0.2), time_bucket(61), time_bucket(99999)
    ('under 1 s', '1 to 10 min', 'over 1 h')
    """
    return next((name for most, name in _TIMES_S + _LONGEST if seconds < most), "over 1 h")


def memory_bucket(peak_mb: int | None) -> str:
    """Return an amount of memory in coarse steps.

    >>> memory_bucket(12), memory_bucket(5000), memory_bucket(None)
    ('under 256 MiB', '4 to 16 GiB', 'not counted')
    """
    if peak_mb is None:
        return "not counted"
    return next((name for most, name in _MEMORY_MB + _LARGEST if peak_mb < most), "over 64 GiB")
