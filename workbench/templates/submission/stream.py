"""Answers day by day, with what was known by then: put your model into `Model`.

The host speaks over standard input, the model over standard output, one JSON object a line. Print
anything for people with `file=sys.stderr`.
"""

import json
import sys
from typing import Any

CLASSES = ["template_classes"]


class Model:
    """Remembers what it was shown."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {}

    def show(self, series: str, day: str, rows: list[dict[str, str]]) -> None:
        """Take the measurements of one day of one series; every cell is text."""
        self.rows.setdefault(series, []).extend(rows)

    def predict(self, series: str, day: str, case: str) -> list[float]:
        """Return one probability a class, which sum to 1."""
        return [1 / len(CLASSES)] * len(CLASSES)


def main() -> None:
    model = Model()
    for line in sys.stdin:
        told = json.loads(line)
        print(json.dumps(answer(model, told)), flush=True)


def answer(model: Model, told: dict[str, Any]) -> dict[str, Any]:
    """Return what is said to one line of the host."""
    if "start" in told:
        return {"ready": True}
    series, day = told["series"], told["day"]
    model.show(series, day, told["rows"])
    chances = {case: model.predict(series, day, case) for case in told["cases"]}
    return {"answers": {case: dict(zip(CLASSES, values)) for case, values in chances.items()}}


if __name__ == "__main__":
    main()
