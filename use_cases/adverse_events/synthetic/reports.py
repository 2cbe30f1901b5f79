"""The tables of reports: cases, their drugs as written, their events, and cases that come twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .catalogue import Catalogue
from .effects import Events, Exposed
from .knobs import Knobs
from .persons import Persons, dates
from .reporting import NOTIFIERS, Reported
from .streams import pseudonyms, stream
from .writing_names import write_names

Ints = NDArray[np.int64]
_CASES_A_BLOCK = 2**24
_SECOND_EVENT = 0.15  # share of reports with another event of the person
_UNIT_LOST = 0.03  # share of ages whose unit is not stated
_ROLES = ("suspect", "concomitant", "interacting")
_SECOND_ROLE = (0.35, 0.6, 0.05)


def report_tables(
    events: Events,
    reported: Reported,
    exposed: Exposed,
    who: Persons,
    market: Catalogue,
    knobs: Knobs,
    seed: int,
    block: int,
) -> dict[str, pd.DataFrame]:
    """Return the tables ``report``, ``report_drug`` and ``report_event`` of a block.

    A case that comes twice has another number, is received later and may be written otherwise.
    """
    random = stream(seed, block, "reports")
    first = np.flatnonzero(reported.known)
    twice = first[random.random(len(first)) < knobs.duplicate_reports]
    of, later = np.concatenate([first, twice]), np.repeat([0, 1], [len(first), len(twice)])
    second = _others(exposed, events.row, random)
    more = random.random(len(events.row)) < knobs.several_suspects
    role = np.searchsorted(np.cumsum(_SECOND_ROLE), random.random(len(events.row)), side="right")
    also = np.where(random.random(len(events.row)) < _SECOND_EVENT, events.event[::-1], -1)
    ids = pseudonyms(seed, "case", block * _CASES_A_BLOCK + np.arange(len(of)))
    cases = np.char.add("AE", ids)
    received = events.day[of] + reported.delay[of] + later * random.integers(3, 60, len(of))
    report = _report(of, cases, received, events, reported, exposed, who, knobs, random)
    named = more[of] & (second[of] >= 0)
    drugs = pd.concat(
        [
            _drugs(cases, exposed.substance[events.row[of]], np.zeros(len(of), dtype=np.int64),
                   market, knobs, random),
            _drugs(cases[named], second[of][named], role[of][named], market, knobs, random),
        ]
    )  # fmt: skip
    extra = also[of] >= 0
    terms = np.concatenate([events.event[of], also[of][extra]])
    told = np.concatenate([cases, cases[extra]])
    levels = [("pt", market.terms[terms]), ("soc", market.classes[terms])]
    happened = pd.concat(
        pd.DataFrame({"case_id": told, "level": level, "term": names}) for level, names in levels
    ).drop_duplicates()
    made = {"report": report, "report_drug": drugs, "report_event": happened}
    # By number, which means nothing: repeated cases and those of one person stand nowhere together.
    return {name: table.sort_values("case_id", kind="stable") for name, table in made.items()}


def _others(exposed: Exposed, row: Ints, random: np.random.Generator) -> Ints:
    """Return another substance of the same person near in time, or -1 where there is none."""
    step = np.where(random.random(len(row)) < 0.5, 1, -1)
    near = (row + step) % max(len(exposed.person), 1)
    same = exposed.person[near] == exposed.person[row]
    other = exposed.substance[near] != exposed.substance[row]
    return np.where(same & other, exposed.substance[near], -1)


def _report(
    of: Ints,
    cases: NDArray[np.str_],
    received: Ints,
    events: Events,
    reported: Reported,
    exposed: Exposed,
    who: Persons,
    knobs: Knobs,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Return one row a case; ages of infants come in months, some without a unit."""
    person = exposed.person[events.row[of]]
    age = who.age_years(person, events.day[of])
    months = age < 2
    lost = random.random(len(of)) < _UNIT_LOST
    return pd.DataFrame(
        {
            "case_id": cases,
            "received": dates(knobs, received),
            "onset": dates(knobs, events.day[of]),
            "age": np.where(months, np.floor(age * 12), np.floor(age)),
            "age_unit": pd.Series(np.where(months, "mo", "a"), dtype=object).where(~lost),
            "sex": np.where(who.female[person], "F", "M"),
            "serious": events.serious[of],
            "notifier": np.array(NOTIFIERS, dtype=object)[reported.notifier[of]],
            "country": "FR",
        }
    )


def _drugs(
    cases: NDArray[np.str_],
    substance: Ints,
    role: Ints,
    market: Catalogue,
    knobs: Knobs,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Return drugs of cases as they are written; ``number`` of the truth is not in the contract."""
    names, _ = write_names(substance, market, knobs.typos, random)
    roles = np.array(_ROLES, dtype=object)[role.clip(0, len(_ROLES) - 1)]
    return pd.DataFrame({"case_id": cases, "drug": names, "role": roles, "number": substance})
