"""A progress bar that may not be there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


@contextmanager
def counting(progress: Progress | None, title: str, total: int) -> Iterator[Callable[[], None]]:
    """Give a function to call once an item is done; the bar goes when the block ends.

    Args:
        progress: The live display to add the bar to, or None for no bar.
        title: What is counted.
        total: How many items there are.
    """
    if progress is None:
        yield lambda: None
        return
    task = progress.add_task(title, total=total)
    try:
        yield lambda: progress.advance(task)
    finally:
        progress.remove_task(task)
