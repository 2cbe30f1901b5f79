"""The sources of a plan of reporting rates: which reader takes which tables of the data set."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from workbench.runs.reported.plan_parts import Part


class ClaimsSource(Part):
    """Where dispensings come from.

    Attributes:
        reader: ``canonical`` takes person, dispensing and, where pseudonyms are not persons,
            beneficiary; ``snds`` and ``omop`` take their own tables.
        tables: Table of the reader -> table of the data card, where the names differ.
        cover_start: First day on which everybody is covered; SNDS tables do not say it.
        cover_end: Last such day.
        last_flow: Last day of a flow that is taken; SNDS only.
    """

    reader: Literal["canonical", "snds", "omop"]
    tables: dict[str, str] = Field(default_factory=dict)
    cover_start: dt.date | None = None
    cover_end: dt.date | None = None
    last_flow: dt.date | None = None

    @model_validator(mode="after")
    def _says_cover(self) -> ClaimsSource:
        if self.reader == "snds" and self.cover_start is None:
            raise ValueError("snds tables do not say from when persons are covered: cover_start")
        return self


class ReportsSource(Part):
    """Where reports come from.

    Attributes:
        reader: ``canonical``, ``bnpv``, ``faers`` or ``long``.
        tables: Table of the reader -> table of the data card, where the names differ.
        columns: Columns of a long table, by what they hold.
        quarters: FAERS: tables of each quarter, as ``tables``; several quarters are read together.
        deleted: FAERS: files of the data set with one case number a line, cases the FDA deleted.
        drop_repeated: Whether cases that repeat an earlier one in onset, age, sex, severity, drugs
            and events are left out.
    """

    reader: Literal["canonical", "bnpv", "faers", "long"]
    tables: dict[str, str] = Field(default_factory=dict)
    columns: dict[str, str] = Field(default_factory=dict)
    quarters: tuple[dict[str, str], ...] = ()
    deleted: tuple[str, ...] = ()
    drop_repeated: bool = True

    @model_validator(mode="after")
    def _fits_reader(self) -> ReportsSource:
        given = {"quarters": ("faers", self.quarters), "deleted": ("faers", self.deleted),
                 "columns": ("long", self.columns)}  # fmt: skip
        for key, (reader, value) in given.items():
            if value and self.reader != reader:
                raise ValueError(f"{key} are of the reader {reader}, the reader is {self.reader}")
        if self.quarters and self.tables:
            raise ValueError("tables are one quarter: name them under quarters")
        return self


class ProductsSource(Part):
    """The packs and their codes.

    Attributes:
        table: Table of the data card with cip13 and codes of coarser grains.
        names: Columns that hold names as people write them, by which uncoded drugs are coded.
    """

    table: str = "product"
    names: tuple[str, ...] = ("substance", "speciality", "label")


class Sources(Part):
    """All sources."""

    claims: ClaimsSource
    reports: ReportsSource
    products: ProductsSource = ProductsSource()
