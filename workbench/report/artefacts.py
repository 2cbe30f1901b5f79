"""Reads what a run left in its folder; an artefact that is absent or odd is named, never fatal.

``docs/report.md`` lists the artefacts and their columns.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from workbench.errors import DataError

MARKS = ("run.json", "score.json", "config.yaml", "predictions.parquet")
Form = TypeVar("Form")
Row = dict[str, str]


class Absent(Exception):
    """A part of the report cannot be made; the message says why, in English."""


class Told(Absent):
    """A part of the report cannot be made; the message is in the language of the page."""


class Artefacts:
    """The artefacts of one run folder.

    Args:
        folder: The run folder.

    Raises:
        DataError: The folder does not exist or holds none of a run's artefacts.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise DataError(
                "there is no such run folder",
                where=str(folder),
                remedy="name a run folder that `workbench train` wrote",
            )
        if not any((folder / name).is_file() for name in MARKS):
            raise DataError(
                f"not a run folder: looked for {', '.join(MARKS)} and found none",
                where=str(folder),
                remedy="name a run folder that `workbench train` wrote",
            )
        self.folder = folder

    def text(self, name: str) -> str:
        """Return a text artefact.

        Raises:
            Absent: The file is not there or is not text.
        """
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise Absent(f"{name} is not in the run folder") from None
        except (OSError, UnicodeDecodeError) as error:
            raise Absent(f"{name} cannot be read: {error}") from error

    def json(self, name: str) -> Any:
        """Return a JSON artefact.

        Raises:
            Absent: The file is not there or is not JSON.
        """
        try:
            return json.loads(self.text(name))
        except json.JSONDecodeError as error:
            raise Absent(f"{name} is not valid JSON: {error}") from error

    def form(self, name: str, form: type[Form]) -> Form:
        """Return a JSON artefact checked against its form.

        Raises:
            Absent: The file is not there or does not have this form; the first fault is named.
        """
        value = self.json(name)
        try:
            return TypeAdapter(form).validate_python(value)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise Absent(f"{name} has an unexpected form at '{place}': {first['msg']}") from error

    def facts(self, name: str = "run.json") -> dict[str, Any]:
        """Return the facts of the run, empty when they are absent."""
        try:
            return self.form(name, dict[str, Any])
        except Absent:
            return {}

    def rows(self, name: str, *needed: str) -> list[Row]:
        """Return a CSV artefact as rows of text; nothing is turned into a missing value.

        Raises:
            Absent: The file is not there or lacks a needed column.
        """
        try:
            reader = csv.DictReader(io.StringIO(self.text(name), newline=""), restval="")
            rows = [{str(k): v for k, v in row.items() if k is not None} for row in reader]
        except csv.Error as error:
            raise Absent(f"{name} is not a CSV table: {error}") from error
        missing = [column for column in needed if column not in (reader.fieldnames or ())]
        if missing:
            raise Absent(f"{name} has no column {', '.join(missing)}")
        return rows

    def frame(self, name: str, *needed: str) -> list[dict[str, Any]]:
        """Return a Parquet artefact as rows.

        Raises:
            Absent: The file is not there, is damaged or lacks a needed column.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / name
        if not path.is_file():
            raise Absent(f"{name} is not in the run folder")
        try:
            rows: list[dict[str, Any]] = pq.ParquetFile(path).read().to_pylist()
        except (OSError, pa.ArrowException) as error:
            raise Absent(f"{name} cannot be read: {' '.join(str(error).split())}") from error
        missing = [column for column in needed if rows and column not in rows[0]]
        if missing:
            raise Absent(f"{name} has no column {', '.join(missing)}")
        return rows
