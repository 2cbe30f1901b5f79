"""The data card: what a data set holds, whom it is about, and under which terms it may be used.

A card is a YAML file beside the data. Its tables and fields say what may be read; a column the card
does not name is refused, so that nothing reaches code that nobody described.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Setting
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from workbench.data.card_checks import findings

FieldType = Literal["string", "integer", "number", "boolean", "date", "category"]
Role = Literal[
    "id", "person", "quasi", "sensitive", "label", "feature", "file", "weight", "split", "other"
]


class _Part(BaseModel):
    """Base of all parts of a card: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Field(_Part):
    """One column of a table.

    Attributes:
        name: Column name as in the file.
        type: string, integer, number, boolean, date (ISO 8601) or category.
        role: What the column is for. ``person`` marks the pseudonym opt-outs are matched against;
            ``file`` holds paths relative to the card.
        unit: Unit of a number, in UCUM form where there is one (``mg/L``, ``d``).
        values: The categories, in order where they have one (classes of a label).
        minimum: Smallest plausible number.
        maximum: Largest plausible number.
        required: A missing value is an error (ids, persons and key columns are always required).
    """

    name: str = Setting(min_length=1)
    type: FieldType
    role: Role = "other"
    description: str = ""
    unit: str | None = None
    values: tuple[str, ...] | None = Setting(default=None, strict=False)
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False


class Table(_Part):
    """One table of the data set.

    Attributes:
        path: File relative to the card.
        key: Columns that identify a row; rows are returned sorted by them. Empty: file order.
        splits: Column that names the split each row belongs to.
        split: The one split all rows belong to, when there is no such column.
        person_from: Table whose key columns stand in this one too and say which person a row is
            about; needed when this table has no column with the role ``person``.
        about_persons: False for dictionaries and other tables that hold no row about a person.
        delimiter: Column separator of a CSV file.
    """

    name: str = Setting(min_length=1)
    path: str = Setting(min_length=1)
    format: Literal["csv", "parquet"] = "csv"
    description: str = ""
    key: tuple[str, ...] = Setting(strict=False)
    fields: tuple[Field, ...] = Setting(min_length=1, strict=False)
    splits: str | None = None
    split: str | None = None
    person_from: str | None = None
    about_persons: bool = True
    delimiter: str = Setting(default=",", min_length=1, max_length=1)

    def names(self, role: Role) -> list[str]:
        """Return the names of the columns with this role."""
        return [field.name for field in self.fields if field.role == role]

    @property
    def person(self) -> str | None:
        """Name of the column that holds the person's pseudonym, if the table has one."""
        return next(iter(self.names("person")), None)

    def field(self, name: str) -> Field:
        """Return the field of this name."""
        return next(field for field in self.fields if field.name == name)


class FileSet(_Part):
    """A set of files, such as slides.

    Attributes:
        pattern: Glob relative to the card (``slides/*.svs``, ``**/*.dcm``).
        person_from: Table that has a ``file`` column and says whose file it is.
        about_persons: False for files that are about nobody.
        holds: ``label`` for files that give the truth away, such as masks.
        split: The one split all files belong to, if so.
    """

    name: str = Setting(min_length=1)
    pattern: str = Setting(min_length=1)
    description: str = ""
    person_from: str | None = None
    about_persons: bool = True
    holds: Literal["input", "label"] = "input"
    split: str | None = None


class Split(_Part):
    """One split of the data; the labels of a hidden one must not lie in the data set."""

    hidden: bool = False
    description: str = ""


class OptOut(_Part):
    """Whether the right to object applies to this data set, and why not.

    Attributes:
        few_matches_expected: The opt-out list is about far more people than this data set, so that
            a share of matches under 1 % is no sign of a wrong key.
    """

    applies: bool = True
    reason: str = ""
    few_matches_expected: bool = False


class DataCard(_Part):
    """The card of a data set.

    Attributes:
        name: Short name; opt-outs may name it as their scope.
        version: Version of the data, text (quote it in YAML: ``"1.0"``).
        legal_basis: Why the data may be used (``consent``, ``public data``, ``synthetic``, ...).
        person_key: Name of the column that identifies the person, the same in every table.
        label_tables: Tables that hold the truth.
        known_biases: What a user must know before trusting a result.
        synthetic: True when no row is about a real person.
        ad_hoc: True for a card made on the spot for loose files; whose they are is not known.
        manifest: File with name, size and sha256 of every file of the data set.
    """

    name: str = Setting(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    version: str = Setting(min_length=1)
    title: str = Setting(min_length=1)
    description: str = ""
    licence: str = Setting(min_length=1)
    legal_basis: str = Setting(min_length=1)
    person_key: str | None = None
    tables: tuple[Table, ...] = Setting(default=(), strict=False)
    files: tuple[FileSet, ...] = Setting(default=(), strict=False)
    splits: dict[str, Split] = {}
    label_tables: tuple[str, ...] = Setting(default=(), strict=False)
    known_biases: tuple[str, ...] = Setting(default=(), strict=False)
    opt_out: OptOut = OptOut()
    source: str = ""
    synthetic: bool = False
    ad_hoc: bool = False
    manifest: str = "manifest.csv"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Check what no single key can show; all findings are raised at once."""
        details = [
            InitErrorDetails(
                type=PydanticCustomError(found.code, "{message}", {"message": found.message}),
                loc=found.keys,
                input=None,
            )
            for found in findings(self)
        ]
        if details:
            raise ValidationError.from_exception_data(self.name, details)
        return self

    def table(self, name: str) -> Table:
        """Return the table of this name; KeyError when there is none."""
        return next(table for table in self.tables if table.name == name)

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the card's JSON Schema (draft 2020-12), for editors and other programs."""
        schema = DataCard.model_json_schema()
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
