"""Where the workbench keeps its state, and in whose name it writes the audit log."""

from __future__ import annotations

import getpass
import os
from pathlib import Path


def home() -> Path:
    """Return the folder of audit log, opt-out list and cache: ``WORKBENCH_HOME`` or .workbench."""
    return Path(os.environ.get("WORKBENCH_HOME") or ".workbench").expanduser().absolute()


def heads_folder() -> Path:
    """Return the folder of the log heads, kept apart from the logs: ``WORKBENCH_AUDIT_HEADS``."""
    named = os.environ.get("WORKBENCH_AUDIT_HEADS")
    if named:
        return Path(named).expanduser().absolute()
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser().absolute() / "workbench" / "heads"


def actor() -> str:
    """Return who acts, for the audit log only: ``WORKBENCH_ACTOR`` or the login name."""
    named = os.environ.get("WORKBENCH_ACTOR")
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # containers run under a user id that has no name
        return f"uid-{os.getuid()}"
