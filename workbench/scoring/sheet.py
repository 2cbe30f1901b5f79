"""The score sheet: the result of scoring, as one documented, versioned JSON document.

Numbers are kept to 12 significant digits, so that the last bits of a logarithm on another
processor do not change the bytes. The sheet holds no time, no path and no name of a machine.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from workbench.errors import DataError, Problem
from workbench.scoring.files import read_file

SCHEMA_VERSION: Literal["1.0"] = "1.0"


def _twelve_digits(value: Any) -> Any:
    """Round to 12 significant digits; NaN becomes None (undefined).

    >>> _twelve_digits(0.1 + 0.2), _twelve_digits(math.nan)
    (0.3, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return None if math.isnan(value) else float(f"{value:.12g}") + 0.0


Number = Annotated[float | None, BeforeValidator(_twelve_digits)]


class _Part(BaseModel):
    """A part of the sheet."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MetricScore(_Part):
    """One metric: value, interval and how both were made."""

    name: str
    value: Number = Field(description="null where the metric is undefined on these labels")
    low: Number
    high: Number
    level: float
    method: str = Field(description="how the interval was made")
    primary: bool
    direction: Literal["maximize", "minimize", "target"]
    convention: str = Field(description="the choice made where packages differ")
    digits: int = Field(description="decimals to show; ranks use the full value")
    resamples: int
    undefined_resamples: int = Field(description="resamples without a value, before strata")
    seed: int


class Floor(_Part):
    """The best constant answer to the primary metric, and how far the submission is above it."""

    metric: str
    answer: str
    value: Number
    low: Number
    high: Number
    gain: Number = Field(description="improvement over the floor; positive is better")
    gain_low: Number
    gain_high: Number


class Missing(_Part):
    """Cases without an answer, and what was done with them."""

    policy: Literal["reject", "worst", "impute"]
    n_cases: int


class Digests(_Part):
    """The sha256 of what the score was made from."""

    truth: str
    submission: str
    challenge: str
    code: str


class ModelOfSheet(_Part):
    """How the answers were made, where a model was submitted and run by the organiser."""

    archive: str = Field(description="sha256 of the model as it was sent")
    tier: str = Field(description="of the sandbox that held it")
    backend: str
    streaming: bool = Field(description="called day by day, so that it could not look ahead")
    wall_s: float = Field(description="seconds it was allowed")
    memory_mb: int = Field(description="memory it was allowed, in MiB")


class ScoreSheet(_Part):
    """The result of scoring one submission."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    challenge: str
    version: str
    unit: str
    n_cases: int
    n_units: int
    decision: str = Field(description="how probabilities became classes; none: no classes")
    missing: Missing
    metrics: list[MetricScore] = Field(min_length=1)
    floor: Floor
    digests: Digests
    model: ModelOfSheet | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="absent where a file of answers was sent",
    )

    @model_validator(mode="after")
    def _one_primary_with_a_value(self) -> ScoreSheet:
        """A sheet without a primary value could be ranked anywhere: refuse it."""
        primary = [metric for metric in self.metrics if metric.primary]
        if len(primary) != 1 or primary[0].value is None:
            raise ValueError("a sheet has exactly one primary metric, and it has a value")
        return self

    @property
    def primary(self) -> MetricScore:
        """The metric that ranks."""
        return next(metric for metric in self.metrics if metric.primary)

    def to_json(self) -> str:
        """Return the sheet as canonical JSON: the same bytes on every machine."""
        content = self.model_dump(mode="json")
        return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, where: str = "") -> ScoreSheet:
        """Return the sheet in a JSON text.

        Raises:
            DataError: Not JSON, or not a score sheet of this schema version.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            problems = [
                Problem("wrong-sheet", e["msg"], ".".join(str(step) for step in e["loc"]))
                for e in error.errors()
            ]
            raise DataError(
                f"not a score sheet of schema {SCHEMA_VERSION}", where=where, problems=problems
            ) from error

    @classmethod
    def read(cls, path: Path | str) -> ScoreSheet:
        """Return the sheet in a file.

        Raises:
            DataError: The file is absent, no regular file, or holds no score sheet.
        """
        return cls.from_json(read_file(path), str(path))
