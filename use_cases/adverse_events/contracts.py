"""The tables of the use case: raw flows and raw reports, as readers get them."""

from __future__ import annotations

from workbench.data import Field, Table

from .synthetic.knobs import LABELS

CLASSES = LABELS
ROLES = ("suspect", "concomitant", "interacting")
NOTIFIERS = ("physician", "pharmacist", "patient")
_PERSON = Field(name="person_id", type="string", role="person", description="stable, no pseudonym")
_CASE = Field(name="case_id", type="string", role="id")


def _text(name: str, **more: object) -> Field:
    """Return a required column of text."""
    return Field(name=name, type="string", required=True, **more)  # type: ignore[arg-type]


def _date(name: str, **more: object) -> Field:
    """Return a column of dates."""
    return Field(name=name, type="date", **more)  # type: ignore[arg-type]


def _table(name: str, key: tuple[str, ...], about: str, *fields: Field, **more: object) -> Table:
    """Return a table kept in Parquet."""
    return Table(
        name=name, path=f"{name}.parquet", format="parquet", description=about, key=key,
        fields=fields, **more,  # type: ignore[arg-type]
    )  # fmt: skip


PERSON = _table(
    "person",
    ("person_id",),
    "one row a person of the population",
    _PERSON,
    Field(name="sex", type="category", role="quasi", values=("F", "M")),
    Field(name="birth_year", type="integer", role="quasi", unit="a", minimum=1850, maximum=2120),
    Field(name="region", type="string", role="quasi"),
    _date("cover_start"),
    _date("cover_end", description="empty: covered to the end of the window"),
    _date("death_date"),
)
BENEFICIARY = _table(
    "beneficiary",
    ("pseudonym", "birth_rank"),
    "which pseudonym is whose: some persons have two, twins share one and differ in birth_rank",
    _text("pseudonym"),
    Field(name="birth_rank", type="integer", minimum=1, maximum=2),
    _PERSON,
)
DISPENSING = _table(
    "dispensing",
    (),
    "raw flows: cancellations are negative boxes, a late flow may hold a row again",
    _text("pseudonym"),
    Field(name="birth_rank", type="integer", minimum=1, maximum=2),
    _date("date", required=True),
    _text("cip13", description="pack"),
    Field(name="boxes", type="integer", required=True),
    Field(name="source", type="category", values=("city", "hospital")),
    _date("flow_date"),
    _text("prescriber", description="pseudonym of who prescribed"),
    person_from="beneficiary",
)
PRODUCT = _table(
    "product",
    ("cip13", "cis"),
    "one row a pack and speciality: a pack may stand under several specialities",
    _text("cip13"),
    _text("cis"),
    _text("speciality"),
    _text("label", description="pack as it is written"),
    _text("substance"),
    _text("atc5", description="made up, of the form of ATC"),
    Field(name="days_supply", type="integer", unit="d", minimum=1),
    about_persons=False,
)
REPORT = _table(
    "report",
    ("case_id",),
    "one row a case as received; a case may come twice under two numbers",
    _CASE,
    _date("received", required=True),
    _date("onset"),
    Field(name="age", type="number", role="quasi", minimum=0),
    Field(name="age_unit", type="category", values=("a", "mo"), description="empty: not stated"),
    Field(name="sex", type="category", role="quasi", values=("F", "M")),
    Field(name="serious", type="boolean"),
    Field(name="notifier", type="category", values=NOTIFIERS),
    _text("country"),
    about_persons=False,
)
REPORT_DRUG = _table(
    "report_drug",
    (),
    "drugs of each case as they were written, at the grain of substance, speciality or pack",
    _CASE,
    _text("drug"),
    Field(name="role", type="category", values=ROLES, required=True),
    about_persons=False,
)
REPORT_EVENT = _table(
    "report_event",
    (),
    "events of each case at both levels of a made-up hierarchy",
    _CASE,
    Field(name="level", type="category", values=("pt", "soc"), required=True),
    _text("term"),
    about_persons=False,
)
PAIR = _table(
    "pair",
    ("pair",),
    "the pairs to be judged: every pair of a suspected substance and an event with a report",
    Field(name="pair", type="string", role="id"),
    _text("substance"),
    _text("event"),
    Field(name="label", type="category", role="label", values=CLASSES),
    about_persons=False,
)
TABLES = (
    PERSON, BENEFICIARY, DISPENSING, PRODUCT, REPORT, REPORT_DRUG, REPORT_EVENT, PAIR,
)  # fmt: skip
