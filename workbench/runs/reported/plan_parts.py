"""The parts of a plan of reporting rates."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from workbench.tabular.episodes import EpisodeRules

Share = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """A part of the plan: no key it does not know, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Coding(Part):
    """How much may stay without a code before the run stops."""

    max_uncoded: Share
    max_rejected: Share


class Periods(Part):
    """Calendar years, first and last included; all years together are one more period."""

    first_year: int = Field(ge=1950, le=2150)
    last_year: int = Field(ge=1950, le=2150)

    @model_validator(mode="after")
    def _in_order(self) -> Periods:
        if self.last_year < self.first_year:
            raise ValueError(f"last_year {self.last_year} is before first_year {self.first_year}")
        return self


class AgeBands(Part):
    """First age of each band, years, from 0."""

    age_from: tuple[int, ...]

    @field_validator("age_from")
    @classmethod
    def _rise(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if value[:1] != (0,) or any(b <= a for a, b in pairwise(value)):
            raise ValueError("ages rise from 0")
        return value


class PersonYears(Part):
    """How dispensings become time on treatment; see ``tabular.episodes.EpisodeRules``."""

    gap_days: int = Field(ge=0)
    grace_days: int = Field(ge=0)
    stockpiling: bool
    supply: Literal["stated", "ddd"]

    def rules(self) -> EpisodeRules:
        """Return the rules of episodes."""
        return EpisodeRules(self.gap_days, self.grace_days, self.stockpiling, self.supply)


class Measures(Part):
    """Which measures of exposure are denominators. Patients always are.

    Attributes:
        exposed_patients: Always true: rates per patient decide what may be shown.
        person_years: Rules of time on treatment; None where it is not asked for.
    """

    exposed_patients: Literal[True] = True
    person_years: PersonYears | None = None


class Rates(Part):
    """How rates are given.

    Attributes:
        interval: ``garwood`` (exact) or ``mid-p``.
        level: Of intervals.
        standard: Size of each sex and age band of the standard population, in any unit; None gives
            no standardised rate.
    """

    interval: Literal["garwood", "mid-p"]
    level: float = Field(default=0.95, gt=0, lt=1)
    standard: dict[Literal["F", "M"], dict[str, Annotated[float, Field(ge=0)]]] | None = None


class Comparison(Part):
    """The class in which a drug is compared; one of fewer drugs than ``least_drugs`` is not."""

    grain: Literal["atc5", "atc4", "atc3", "atc2", "atc1"]
    least_drugs: int = Field(default=5, ge=2)


class Signals(Part):
    """Disproportionality.

    Attributes:
        level: Level of events.
        class_level: Coarser level that events belong to.
        likelihood: Of the prior of EBGM.
        alert: Which rule is called an alert.
        fdr: Largest share of false alerts, beside the rule.
    """

    level: str = "pt"
    class_level: str = "soc"
    likelihood: Literal["zero-truncated", "zero-truncated-mixture", "full-table"]
    alert: Literal["ebgm", "ic", "ror", "evans"]
    fdr: float = Field(default=0.05, gt=0, lt=1)


class Disclosure(Part):
    """What may be shown: no count from 1 to below the threshold, and none that can be found."""

    threshold: int = Field(ge=2)
    rounding: int | None = Field(default=None, ge=2)


class EngineChoice(Part):
    """What runs the counting."""

    name: Literal["duckdb", "pyspark"]
    threads: int | None = Field(default=None, ge=1)
    memory_gb: float | None = Field(default=None, gt=0)
