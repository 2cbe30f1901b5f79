"""One figure of a ranking."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup


@dataclass(frozen=True)
class Figure:
    """One picture of a ranking.

    Attributes:
        name: What it shows, in one word; part of a file's name.
        title: Heading.
        svg: The picture.
        caption: How to read it.
        data: The rows behind it.
    """

    name: str
    title: str
    svg: Markup
    caption: str
    data: pd.DataFrame


def only_some(shown: int, n: int) -> str:
    """Say how many of many algorithms are drawn."""
    return f" The first {shown} of {n} algorithms; the table has all." if shown < n else ""
