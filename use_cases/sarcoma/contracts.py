"""The tables of a sarcoma cohort linked with claims: names, keys, columns, units.

A subset of the OMOP common data model in spirit. The synthetic set's card is made of these
contracts, and the loader holds the card of any other data set against them.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.data import Field, Table

SITES = ("extremity", "trunk", "retroperitoneum", "head_neck")
MARGINS = ("R0", "R1", "R2", "RX")
DEPTHS = ("superficial", "deep")
PROCEDURES = ("biopsy", "surgery", "rt")
DRUG_SOURCES = ("hospital", "reimb")
VISITS = ("consultation", "mtb", "stay")
EVENTS = ("local_recurrence", "distant_metastasis", "complication", "fracture", "other")
REASONS = ("death", "lost", "end_of_study")
CAUSES = ("sarcoma", "other", "unknown")

_PERSON = Field(name="person_id", type="string", role="person", description="pseudonym")


def _date(name: str = "date", **more: object) -> Field:
    """Return a required date column."""
    return Field(name=name, type="date", required=True, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Contract:
    """What one table must hold.

    Attributes:
        name: Name of the table.
        key: Columns that identify a row.
        fields: Its columns.
        optional: Columns a data set may lack.
        needed: False where a data set may lack the whole table.
        about: One line for the data card.
    """

    name: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    about: str
    optional: tuple[str, ...] = ()
    needed: bool = True

    def table(self, ending: str = "csv") -> Table:
        """Return the table of a data card that keeps this contract."""
        return Table(
            name=self.name,
            path=f"{self.name}.{ending}",
            format="parquet" if ending == "parquet" else "csv",
            description=self.about,
            key=self.key,
            fields=self.fields,
        )


PERSON = Contract(
    "person",
    ("person_id",),
    (
        _PERSON,
        Field(name="sex", type="category", role="quasi", values=("female", "male")),
        Field(name="birth_year", type="integer", role="quasi", unit="a", minimum=1900, maximum=2100,
              required=True),
        Field(name="region", type="string", role="quasi", description="of residence"),
    ),
    "one row a person",
    optional=("region",),
)  # fmt: skip
TUMOUR = Contract(
    "tumour",
    ("person_id",),
    (
        _PERSON,
        _date("dx_date", description="of the biopsy that gave the diagnosis"),
        Field(name="site", type="category", values=SITES),
        Field(name="histology_icdo3", type="string", description="ICD-O-3 morphology, 8890/3"),
        Field(name="fnclcc_grade", type="integer", minimum=1, maximum=3),
        Field(name="size_mm", type="number", unit="mm", minimum=0, description="largest diameter"),
        Field(name="depth", type="category", values=DEPTHS),
        Field(name="margins", type="category", values=MARGINS),
        Field(name="mtb_before", type="boolean", description="discussed before treatment"),
        Field(name="expert_centre", type="boolean"),
        Field(name="centre", type="string", description="hospital of the surgery"),
    ),
    "the first localised sarcoma of each person",
    optional=("mtb_before", "expert_centre", "centre"),
)
PROCEDURE = Contract(
    "procedure",
    ("procedure_id",),
    (
        Field(name="procedure_id", type="string", role="id"),
        _PERSON,
        _date(),
        Field(name="kind", type="category", values=PROCEDURES, required=True),
    ),
    "biopsies, operations, radiotherapy (first day)",
)
DRUG = Contract(
    "drug",
    ("drug_id",),
    (
        Field(name="drug_id", type="string", role="id"),
        _PERSON,
        _date(),
        Field(name="atc", type="string", description="L01DB, L01AA06 ...", required=True),
        Field(name="source", type="category", values=DRUG_SOURCES),
        Field(name="quantity", type="number", minimum=0),
        Field(name="days", type="integer", unit="d", minimum=0),
    ),
    "administrations in hospital stays and reimbursed drugs",
    optional=("quantity", "days"),
)
VISIT = Contract(
    "visit",
    ("visit_id",),
    (
        Field(name="visit_id", type="string", role="id"),
        _PERSON,
        _date(),
        Field(name="kind", type="category", values=VISITS),
        Field(name="ecog", type="integer", minimum=0, maximum=4, description="performance status"),
    ),
    "consultations, board meetings and stays, with performance status where it was noted",
    optional=("ecog",),
    needed=False,
)
CONDITION = Contract(
    "condition",
    ("condition_id",),
    (
        Field(name="condition_id", type="string", role="id"),
        _PERSON,
        _date(),
        Field(name="icd10", type="string", required=True),
        Field(name="event", type="category", role="label", values=EVENTS,
              description="what the registry says of it"),
    ),
    "relapses, complications and other conditions",
    optional=("event",),
    needed=False,
)  # fmt: skip
DEATH = Contract(
    "death",
    ("person_id",),
    (
        _PERSON,
        _date(role="label"),
        Field(name="cause", type="category", role="label", values=CAUSES),
    ),
    "one row a person who died; recent causes are often unknown",
    optional=("cause",),
)
OBSERVATION = Contract(
    "observation_period",
    ("person_id",),
    (
        _PERSON,
        _date("start"),
        _date("end", role="label", description="last contact, or death"),
        Field(name="reason", type="category", role="label", values=REASONS,
              description="why it ended"),
    ),
    "from when to when a person was followed",
)  # fmt: skip
LINKAGE = Contract(
    "linkage",
    ("person_id",),
    (
        _PERSON,
        Field(name="claims_id", type="string", description="pseudonym in the claims; empty: none"),
        Field(name="match_quality", type="number", minimum=0, maximum=1,
              description="share of agreeing keys, or probability of a match"),
        Field(name="method", type="category", values=("deterministic", "probabilistic", "none")),
    ),
    "which claims belong to whom, and how sure that is",
    needed=False,
)  # fmt: skip
CONTRACTS = (
    PERSON, TUMOUR, PROCEDURE, DRUG, VISIT, CONDITION, DEATH, OBSERVATION, LINKAGE,
)  # fmt: skip
