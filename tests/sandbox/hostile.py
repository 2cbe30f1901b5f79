"""What hostile scripts share: they write what they reached into their output folder."""

from __future__ import annotations

import json
from typing import Any

from workbench.sandbox import Outcome

TELL = """
import errno, json, os, sys
told = {}
def attempt(name, deed):
    try:
        told[name] = f"REACHED {deed()!r}"[:200]
    except BaseException as error:
        told[name] = f"{type(error).__name__} {getattr(error, 'errno', '')}".strip()
def done():
    with open('/output/told.json', 'w') as file:
        json.dump(told, file)
"""
SYSCALLS = """
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == 'x86_64'
def call(*arguments):
    ctypes.set_errno(0)
    value = libc.syscall(*arguments)
    if value < 0:
        raise OSError(ctypes.get_errno(), 'refused')
    return value
"""


def told(outcome: Outcome) -> dict[str, Any]:
    """Return what a script wrote of its attempts."""
    assert outcome.ok, outcome.for_host()
    found: dict[str, Any] = json.loads(outcome.outputs["told.json"])
    return found


def reached(outcome: Outcome) -> list[str]:
    """Return the attempts that went through."""
    return [name for name, text in told(outcome).items() if str(text).startswith("REACHED")]
