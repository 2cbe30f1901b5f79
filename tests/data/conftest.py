"""A small data set with a table, files and a card, and an opt-out list."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench import data
from workbench.data import DataCard, Field, FileSet, OpenedData, Table
from workbench.errors import DataError

FIELDS = (
    Field(name="slide", type="string", role="id"),
    Field(name="person", type="string", role="person"),
    Field(name="file", type="string", role="file"),
    Field(name="label", type="category", role="label", values=("benign", "low", "high")),
    Field(name="age", type="integer", unit="a", minimum=0, maximum=120),
)
CARD: dict[str, Any] = {
    "name": "demo",
    "version": "1.0",
    "title": "Six slides of three persons",
    "licence": "CC0-1.0",
    "legal_basis": "synthetic",
    "person_key": "person",
    "synthetic": True,
}
# Six slides of three persons; the ids differ in nothing but a leading zero from numbers.
ROWS = [
    (f"s{n}", f"00{n // 2}", f"slides/s{n}.svs", ("benign", "low", "high")[n % 3], 40 + n)
    for n in range(6)
]


class Demo:
    """A data set on disk: card, manifest, one table, six files."""

    rows = ROWS

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "slides").mkdir(parents=True)
        for slide, _, file, *_ in ROWS:
            (folder / file).write_bytes(f"pixels of {slide}".encode())
        self.write()

    def write(
        self,
        rows: list[tuple[Any, ...]] | None = None,
        *,
        header: str = "",
        table: dict[str, Any] | None = None,
        **card: Any,
    ) -> None:
        """Write table, card and manifest with these changes."""
        self.write_rows(rows if rows is not None else ROWS, header)
        data.write_card(self.card(table=table, **card), self.folder)

    def write_rows(self, rows: list[tuple[Any, ...]], header: str = "") -> None:
        """Write rows as CSV under the names of the fields."""
        names = header or ",".join(field.name for field in FIELDS)
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
        (self.folder / "slides.csv").write_text("\n".join([names, *lines]) + "\n")

    def card(self, table: dict[str, Any] | None = None, **changes: Any) -> DataCard:
        """Return the card with these changes."""
        slides = {"name": "slides", "path": "slides.csv", "key": ("slide",), "fields": FIELDS}
        files = FileSet(name="slides", pattern="slides/*.svs", person_from="slides")
        given = {"tables": (Table(**{**slides, **(table or {})}),), "files": (files,)}
        return DataCard(**{**CARD, **given, **changes})

    def open(self, purpose: str = "train") -> OpenedData:
        """Open the data set."""
        return data.open(self.folder, purpose)


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    """Six slides of three persons, with a card."""
    return Demo(tmp_path / "demo")


@pytest.fixture
def opt_out() -> Callable[..., Path]:
    """Write the opt-out list with these persons, or this whole text."""

    def write(*persons: str, text: str | None = None) -> Path:
        path = Path(os.environ["WORKBENCH_HOME"]) / "opt_outs.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = "".join(f"{person},all,2024-01-31\n" for person in persons)
        path.write_text(text if text is not None else f"pseudonym,scope,since\n{rows}")
        return path

    return write


@pytest.fixture
def refusal() -> Callable[[Callable[[], object]], DataError]:
    """Run what must be refused and return the error."""

    def run(action: Callable[[], object]) -> DataError:
        with pytest.raises(DataError) as caught:
            action()
        return caught.value

    return run


@pytest.fixture
def codes(
    refusal: Callable[[Callable[[], object]], DataError],
) -> Callable[[Callable[[], object]], list[str]]:
    """Run what must be refused and return the codes of its problems."""
    return lambda action: [problem.code for problem in refusal(action).problems]
