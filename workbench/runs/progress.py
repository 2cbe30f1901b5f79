"""Progress of a run on stderr: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

from workbench.errors import Problem

T = TypeVar("T")


class Steps:
    """Names each step of a run, shows bars for the long ones and keeps the seconds each took.

    ``progress`` is handed down to the stages; they add tasks to the one live display.
    """

    def __init__(self) -> None:
        self.console = Console(stderr=True, soft_wrap=True, highlight=False)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self.seconds: dict[str, float] = {}
        self._lines: list[str] = []

    def __enter__(self) -> Steps:
        self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.progress.stop()

    def do(self, name: str, work: Callable[[], T]) -> T:
        """Run one step, note how long it took and say that it is done."""
        begin = time.perf_counter()
        result = work()
        self.seconds[name] = round(time.perf_counter() - begin, 3)
        self.say(f"{name} ({self.seconds[name]:.1f} s)")
        return result

    def warn(self, warnings: Sequence[Problem]) -> None:
        """Say what looks wrong with the data and left nobody out, counted by its code.

        Rows of persons are counted, not named: these lines are kept in the run folder.
        """
        for code in dict.fromkeys(one.code for one in warnings):
            same = [one for one in warnings if one.code == code]
            single = len(same) == 1 and "person" not in same[0].where
            said = same[0].message if single else f"{len(same)} rows"
            self.say(f"warning [{code}]: {said}; {same[0].remedy}")

    def say(self, text: str) -> None:
        """Print one line on stderr, above the bars."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._lines.append(json.dumps({"at": at, "message": text}))
        self.console.print(text, markup=False)

    def log(self) -> str:
        """Return every line said so far, with its time (UTC), as JSON lines."""
        return "\n".join(self._lines) + "\n"
