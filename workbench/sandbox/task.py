"""What is to be run: the command as the program sees it, and what it is given to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from workbench.sandbox.limits import Limits

OUTPUT = "/output"
"""Where a program leaves its files."""


class Talk(Protocol):
    """The host's side of a conversation over the program's standard input and output."""

    def first(self) -> bytes | None:
        """Return what is sent first; None where there is nothing to say."""

    def answer(self, line: bytes) -> bytes | None:
        """Take one line of the program; return what is sent next, or None: it is over.

        Raises:
            ProtocolError: The line is no answer.
        """


class ProtocolError(Exception):
    """A program did not keep to the conversation; the text is for the host."""


@dataclass(frozen=True)
class Task:
    """One run of one program.

    Attributes:
        command: Program and arguments, in the sandbox's own paths.
        reads: Host folder or file by the path at which the program finds it, read-only.
        limits: What it may use.
        variables: Environment variables besides the sandbox's own.
        devices: Device files passed through, such as those of a GPU; none without configuration.
        folder: Folder it starts in.
    """

    command: tuple[str, ...]
    reads: Mapping[str, Path]
    limits: Limits
    variables: Mapping[str, str] = field(default_factory=dict)
    devices: tuple[Path, ...] = ()
    folder: str = "/"
