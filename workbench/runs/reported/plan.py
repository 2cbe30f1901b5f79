"""The plan of a table of reporting rates: what is counted, over whom, and what may be shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, model_validator

from workbench import digests
from workbench.config.yaml_model import load_model
from workbench.runs.reported.plan_parts import (
    AgeBands,
    Coding,
    Comparison,
    Disclosure,
    EngineChoice,
    Measures,
    Part,
    Periods,
    Rates,
    Signals,
)
from workbench.runs.reported.plan_sources import Sources
from workbench.storage import write_text
from workbench.tabular.periods import Period, calendar_years
from workbench.tabular.strata import Strata

Grain = Literal["pack", "speciality", "substance", "atc5", "atc4", "atc3", "atc2", "atc1"]
GRAINS = ("pack", "speciality", "substance", "atc5", "atc4", "atc3", "atc2", "atc1")
Role = Literal["suspect", "interacting", "concomitant"]
ALL = "all"
_SEXES = ("F", "M")


class RatesPlan(Part):
    """A whole plan.

    Attributes:
        title: Of the page.
        date_basis: Day of a report that says its period.
        roles: Roles of a drug in a report that count.
        grains: Grains of the table, the first is the one with sheets.
        under_reporting: Shares of cases that may be reported: scenarios.
    """

    title: str = Field(min_length=1)
    sources: Sources
    coding: Coding
    roles: tuple[Role, ...] = Field(min_length=1)
    grains: tuple[Grain, ...] = Field(min_length=1)
    periods: Periods
    date_basis: Literal["received", "onset"] = "received"
    strata: AgeBands
    measures: Measures = Measures()
    rates: Rates
    comparison: Comparison
    signals: Signals
    under_reporting: tuple[Annotated[float, Field(gt=0, le=1)], ...] = (1.0, 0.5, 0.1, 0.05)
    disclosure: Disclosure
    engine: EngineChoice

    @model_validator(mode="after")
    def _fits_together(self) -> RatesPlan:
        if len(set(self.grains)) < len(self.grains):
            raise ValueError("a grain stands twice")
        if sorted(self.grains, key=GRAINS.index) != list(self.grains):
            raise ValueError(f"grains go from fine to coarse: {', '.join(GRAINS)}")
        if self.rates.standard is not None:
            bands = set(self.bands)
            by_sex = {str(sex): sizes for sex, sizes in self.rates.standard.items()}
            for sex in _SEXES:
                given = set(by_sex.get(sex, {}))
                if given != bands:
                    raise ValueError(
                        f"rates.standard has bands {sorted(given)} for {sex}, "
                        f"strata.age_from gives {list(self.bands)}"
                    )
        if self.disclosure.rounding and self.disclosure.rounding > self.disclosure.threshold:
            raise ValueError("disclosure.rounding is above disclosure.threshold")
        return self

    @property
    def bands(self) -> tuple[str, ...]:
        """Names of the age bands."""
        return Strata(("age",), self.strata.age_from).bands

    def by_person(self) -> Strata:
        """Return sex and age band as strata of persons."""
        return Strata(("sex", "age"), self.strata.age_from)

    def years(self) -> tuple[Period, ...]:
        """Return the calendar years."""
        return calendar_years(self.periods.first_year, self.periods.last_year)

    def all_periods(self) -> tuple[Period, ...]:
        """Return the calendar years and all of them as one period."""
        years = self.years()
        return (*years, Period(ALL, years[0].first, years[-1].last))

    def digest(self) -> str:
        """Return the digest of the plan: of its content, not of how the file is written.

        What runs the counting changes no number and stands aside.
        """
        return digests.of_json(self.model_dump(mode="json", exclude={"engine"}))


def load_plan(path: Path | str) -> RatesPlan:
    """Read and check a plan.

    Raises:
        UsageError: All problems of the file at once, with their lines.
    """
    remedy = "mend the plan; docs/reporting_rates.md says what each key means"
    return load_model(path, RatesPlan, "rates", remedy)


def write_plan(plan: RatesPlan, path: Path) -> Path:
    """Write a plan as YAML, every default written out."""
    content = {"rates": plan.model_dump(mode="json")}
    return write_text(path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100))
