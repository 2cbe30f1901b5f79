"""What a check is: a function that returns a figure, skips, or fails."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch


class Skip(Exception):
    """The check cannot be done on this machine; the text says why."""


@dataclass(frozen=True)
class Machine:
    """Where the checks run.

    Attributes:
        device: ``cuda`` or ``cpu``.
        quick: True on a machine without CUDA: the same checks on little work.
    """

    device: str
    quick: bool

    def scaled(self, full: int, quick: int) -> int:
        """Return the amount of work for this machine."""
        return quick if self.quick else full


@dataclass(frozen=True)
class Outcome:
    """One row of the table."""

    name: str
    status: str
    figure: str
    seconds: float


Check = Callable[[Machine], str]


def run(name: str, check: Check, machine: Machine) -> Outcome:
    """Run one check; whatever it raises is its row's result, so that the others still run."""
    started = time.perf_counter()
    try:
        status, figure = "pass", check(machine)
    except Skip as reason:
        status, figure = "skip", str(reason)
    except Exception as error:
        status, figure = "fail", f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
    return Outcome(name, status, figure, time.perf_counter() - started)


def expect(holds: bool, figure: str) -> str:
    """Return the figure when the expectation holds; fail with it otherwise."""
    if not holds:
        raise ValueError(figure)
    return figure


def needs_cuda(machine: Machine) -> None:
    """Skip without a CUDA device."""
    if machine.device != "cuda":
        raise Skip("no CUDA device")


def needs(*packages: str) -> None:
    """Skip where a package is missing."""
    absent = [name for name in packages if importlib.util.find_spec(name) is None]
    if absent:
        raise Skip(f"{', '.join(absent)} not installed")


def wait(device: str) -> None:
    """Wait until the GPU has done what it was given, before a clock is read."""
    if device == "cuda":
        torch.cuda.synchronize()
