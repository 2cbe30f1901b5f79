"""What never leaves for a tracking store: home paths, and files that show single patients."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import UsageError

ROW_LEVEL = frozenset(
    {"predictions", "cases", "excluded", "truth", "attention", "heatmaps", "thumbs", "report"}
)
TEXT = frozenset({".yaml", ".yml", ".json", ".csv", ".txt", ".md"})


def without_home(text: str) -> str:
    """Return the text with the user's home folder written as ``~``: it often holds a login name."""
    home = str(Path.home())
    # A home of "/" would turn every path into a tilde and protect nothing.
    return text.replace(home, "~") if len(home) > 1 else text


def check_not_row_level(path: Path) -> None:
    """Refuse to track a file with rows or pictures of persons.

    Raises:
        UsageError: The file is named like one of a run's row-level artefacts.
    """
    if path.stem in ROW_LEVEL or path.suffix == ".parquet":
        raise UsageError(
            f"'{path.name}' shows single persons and is not given to tracking",
            remedy="it stays in the run folder; track score.json, folds.json or history.csv",
        )
