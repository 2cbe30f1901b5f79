"""Calls a model day by day on what was known by then, so that it cannot look ahead.

Both sides write one JSON object a line. The host begins, and sends a day only once the day before
is answered; days come in order over all series, so that no series tells the future of another::

    host   {"start": {"protocol": 1, "classes": ["no", "yes"]}}
    model  {"ready": true}
    host   {"day": "3", "series": "p07", "rows": [{"steps": "8041"}], "cases": ["p07-3"]}
    model  {"answers": {"p07-3": {"no": 0.8, "yes": 0.2}}}
    host   closes the model's input; the model ends with exit code 0

Rows are those of this series and day, their cells as text. A model answers exactly the cases it is
asked for: often none.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from workbench.errors import DataError, HostError
from workbench.sandbox import ProtocolError
from workbench.scoring import Challenge
from workbench.scoring.card_models import Streaming
from workbench.scoring.files import read_within

PROTOCOL = 1


class Day(NamedTuple):
    """One day of one series."""

    day: str
    series: str
    rows: list[dict[str, str]]
    cases: list[str]


class Days:
    """The host's side of the conversation; it keeps the answers.

    Args:
        steps: All days, in the order they are sent.
        classes: Of the challenge.
    """

    def __init__(self, steps: list[Day], classes: list[str]) -> None:
        self._steps = iter(steps)
        self._classes = classes
        self._asked: list[str] | None = None
        self._over = False
        self.answers: dict[str, dict[str, float]] = {}

    @property
    def complete(self) -> bool:
        """Whether the last day was answered."""
        return self._over

    def first(self) -> bytes:
        """Return the line that begins."""
        return _line({"start": {"protocol": PROTOCOL, "classes": self._classes}})

    def answer(self, line: bytes) -> bytes | None:
        """Take an answer; return the next day, or None after the last.

        Raises:
            ProtocolError: The line is no answer to what was asked.
        """
        found = _object(line)
        if self._asked is None:
            if found != {"ready": True}:
                raise ProtocolError('the first answer is not {"ready": true}')
        else:
            self._take(found, self._asked)
        step = next(self._steps, None)
        if step is None:
            self._over = True
            return None
        self._asked = step.cases
        return _line(step._asdict())

    def _take(self, found: dict[str, Any], asked: list[str]) -> None:
        """Keep the answers of one day."""
        answers = found.get("answers")
        if set(found) != {"answers"} or not isinstance(answers, dict):
            raise ProtocolError('an answer is {"answers": {case: {class: number}}}')
        if set(answers) != set(asked):
            raise ProtocolError(f"{len(asked)} cases were asked, others were answered")
        for case, values in answers.items():
            if not isinstance(values, dict) or set(values) != set(self._classes):
                raise ProtocolError("a case is answered by one number a class")
            if not all(type(v) in (int, float) for v in values.values()):
                raise ProtocolError("a class is answered by a number")
            self.answers[case] = values

    def table(self, key: str) -> bytes:
        """Return the answers as a table of predictions."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([key, *self._classes])
        for case, values in self.answers.items():
            writer.writerow([case, *(repr(values[name]) for name in self._classes)])
        return text.getvalue().encode("utf-8")


def days_of(inputs: Path, card: Challenge, rules: Streaming) -> list[Day]:
    """Return the days of a split's inputs, in order.

    Raises:
        HostError: A table is absent, lacks a column, or has days that are neither whole numbers nor
            ISO dates.
    """
    measured = list(_rows(inputs, rules.measurements, {rules.series, rules.day}))
    cases = list(_rows(inputs, rules.cases, {card.key, rules.series, rules.day}))
    steps: dict[tuple[int, str], Day] = {}
    for row in [*measured, *cases]:
        place = (_order(row[rules.day]), row[rules.series])
        step = steps.setdefault(place, Day(row[rules.day], row[rules.series], [], []))
        if card.key in row:
            step.cases.append(row[card.key])
        else:
            named = (rules.series, rules.day)
            step.rows.append({k: v for k, v in row.items() if k not in named})
    return [steps[place] for place in sorted(steps)]


def _rows(inputs: Path, name: str, needed: set[str]) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the organiser's tables."""
    try:
        text = read_within(inputs, name, None).decode("utf-8-sig")
    except (DataError, UnicodeDecodeError) as error:
        raise HostError(f"the inputs cannot be read: {error}", where=f"{inputs}/{name}") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    absent = needed - set(reader.fieldnames or [])
    if absent:
        columns = ", ".join(sorted(absent))
        raise HostError(f"the inputs have no column {columns}", where=f"{inputs}/{name}")
    yield from reader


def _order(day: str) -> int:
    """Return a day as a number.

    Raises:
        HostError: It is neither a whole number nor an ISO date.
    """
    try:
        return int(day) if day.lstrip("-").isdecimal() else date.fromisoformat(day).toordinal()
    except ValueError as error:
        raise HostError(f"'{day}' is neither a whole number nor an ISO date") from error


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    """Return the JSON object of a line of the model."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a line is no JSON") from error
    if not isinstance(found, dict):
        raise ProtocolError("a line is no JSON object")
    return found
