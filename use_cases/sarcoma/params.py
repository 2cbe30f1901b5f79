"""Settings of the sarcoma use case."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.errors import Problem, UsageError, did_you_mean

from .cells import DAYS
from .outcomes import ORIGINS, OUTCOMES
from .synthetic.knobs import Knobs

LAYOUTS = ("schema", "tcga", "table")
_CHOICES = {
    "layout": LAYOUTS,
    "outcome": (*OUTCOMES, "dss"),
    "origin": ORIGINS,
    "zero_times": ("reject", "half-day"),
    "bad_rows": ("stop", "exclude"),
}


@dataclass(frozen=True)
class TableParams:
    """Columns of a table with time and event, for ``layout: table``.

    Attributes:
        name: Table of the data card; empty where there is only one.
        person: Column with the person, where the card does not say.
        case: Column that is different in each row; empty: the person's.
        time: Column with the time.
        event: Column with the event.
        event_values: Values that mean an event; empty: the column holds 0 and 1.
        time_unit: ``d``, ``wk``, ``mo`` or ``a`` (UCUM); always to be stated.
        numeric: Columns that are numbers.
        categorical: Columns that are categories.
        log: Columns that are numbers whose logarithm is used.
        centre: Column with the hospital.
        size_mm: Which of the numbers is a tumour's size in mm, to be checked.
        missing: Words that stand for a missing value.
    """

    name: str = ""
    person: str = ""
    case: str = ""
    time: str = ""
    event: str = ""
    event_values: list[str] = field(default_factory=list)
    time_unit: str = ""
    numeric: list[str] = field(default_factory=list)
    categorical: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    centre: str = ""
    size_mm: str = ""
    missing: list[str] = field(default_factory=lambda: ["NA"])

    def __post_init__(self) -> None:
        if self.time_unit and self.time_unit not in DAYS:
            raise UsageError(
                f"no unit of time '{self.time_unit}'; known: {', '.join(DAYS)}",
                where="use_case.params.table.time_unit",
            )
        if self.size_mm and self.size_mm not in (*self.numeric, *self.log):
            raise UsageError(
                f"size_mm '{self.size_mm}' is none of the numbers",
                where="use_case.params.table.size_mm",
                remedy="name the column under numeric or log too",
            )


@dataclass(frozen=True)
class Params:
    """Settings of the sarcoma use case.

    Attributes:
        layout: ``schema`` (the tables of this use case), ``tcga`` (clinical table of TCGA or
            cBioPortal) or ``table`` (any table with time and event).
        outcome: ``os``, ``rfs``, ``lr``, ``dm``; in the layout ``tcga`` ``os``, ``dss``, ``rfs``.
        origin: Day zero in the layout ``schema``: ``surgery`` or ``diagnosis``.
        zero_times: ``reject`` times of 0, or count them as ``half-day``.
        bad_rows: ``stop`` at rows that contradict each other, or ``exclude`` their persons.
        horizon_days: Last day anything is asked about; follow-up must reach it.
        min_match_quality: Least quality of a link to claims that is not warned of, 0 to 1.
        table: Columns, for the layout ``table``.
        synthetic: Knobs of the generator.
    """

    layout: str = "schema"
    outcome: str = "os"
    origin: str = "surgery"
    zero_times: str = "reject"
    bad_rows: str = "stop"
    horizon_days: float = 1826.0
    min_match_quality: float = 0.7
    table: TableParams = field(default_factory=TableParams)
    synthetic: Knobs = field(default_factory=Knobs)

    def __post_init__(self) -> None:
        problems = []
        for name, known in _CHOICES.items():
            given = getattr(self, name)
            if given not in known:
                hint = did_you_mean(given, known) or f"known: {', '.join(known)}"
                where = f"use_case.params.{name}"
                problems.append(Problem("unknown-value", f"no {name} '{given}'; {hint}", where))
        allowed = ("os", "dss", "rfs") if self.layout == "tcga" else tuple(OUTCOMES)
        known_outcome = self.outcome in _CHOICES["outcome"]
        if self.layout != "table" and known_outcome and self.outcome not in allowed:
            message = f"layout {self.layout} has no outcome '{self.outcome}'; {', '.join(allowed)}"
            problems.append(Problem("unknown-value", message, "use_case.params.outcome"))
        if not self.horizon_days > 0:
            problems.append(
                Problem("out-of-range", "it is above 0", "use_case.params.horizon_days")
            )
        if not 0 <= self.min_match_quality <= 1:
            message = "it lies from 0 to 1"
            problems.append(Problem("out-of-range", message, "use_case.params.min_match_quality"))
        if problems:
            raise UsageError("the settings are wrong", problems=problems)
