"""What ``workbench challenge new`` is told of an answer that is no class."""

from __future__ import annotations

from typing import Any

from workbench.errors import UsageError

_OF_SURVIVAL = ("time", "event", "times")
_OF_ESTIMATES = ("oracle", "group", "answerable", "interval")


def answer_of(said: dict[str, Any]) -> dict[str, Any] | None:
    """Return what is asked for, where it is no class; options of another kind are refused."""
    kind = said["answer"]
    options = [*_OF_SURVIVAL, *_OF_ESTIMATES]
    if kind != "classes":
        options += ["label"]
    answer = {name: said[name] for name in options if said[name] is not None}
    if kind == "classes":
        for name in answer:
            where = "survival" if name in _OF_SURVIVAL else "estimates"
            raise UsageError(f"--{name} has no meaning for classes", remedy=f"--answer {where}")
        return None
    for name in ("classes", "cost"):
        if said[name] is not None:
            raise UsageError(f"--{name} has no meaning for {kind}", remedy="leave it out")
    if "times" in answer:
        answer["times"] = _times(answer["times"])
    return {"kind": kind, **answer}


def _times(text: str) -> list[float]:
    """Read the times of the curves; whole numbers stay whole."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError as error:
        remedy = "write --times 182,365,730"
        raise UsageError(f"'{text}' are no times", where="--times", remedy=remedy) from error
    return [int(time) if time.is_integer() else time for time in found]
