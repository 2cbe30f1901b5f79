"""Eligibility criteria as a protocol writes them: a named rule, or a column and its values."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import did_you_mean

#: Columns of the table of persons that a criterion may name, and what they are called there.
COLUMNS = {
    "age": "age",
    "sex": "sex",
    "region": "region",
    "site": "site",
    "histology": "histology_icdo3",
    "fnclcc": "fnclcc_grade",
    "size_mm": "size_mm",
    "depth": "depth",
    "margins": "margins",
    "expert_centre": "expert_centre",
    "mtb_before": "mtb_before",
    "match_quality": "match_quality",
}
#: Rules by name, and what they say.
RULES = {
    "first_localised_sts": "first tumour of the person, no metastasis recorded by time zero",
    "r0_or_r1": "margins R0 or R1",
    "no_chemo_before": "no chemotherapy recorded before time zero",
    "operated": "surgery recorded",
    "alive_at_time_zero": "alive and under observation on the day of time zero",
}
_COMPARED = re.compile(r"^\s*(\w+)\s*(>=|<=|==|>|<)\s*([^\s\[\],]+)\s*$")
_LISTED = re.compile(r"^\s*(\w+)\s+in\s+\[([^\[\]]*)\]\s*$")


@dataclass(frozen=True)
class Criterion:
    """One criterion; whoever has no value for it is not eligible.

    Attributes:
        text: As written.
        name: Rule or column.
        compare: ``rule``, ``in``, or one of ``>= <= == > <``.
        values: What is compared with, as text.
    """

    text: str
    name: str
    compare: str
    values: tuple[str, ...] = ()

    def holds(self, column: pd.Series) -> NDArray[np.bool_]:
        """Say for which rows a column meets the criterion; a missing value does not."""
        if self.compare in ("in", "=="):
            numeric = pd.api.types.is_numeric_dtype(column)
            if numeric and not pd.api.types.is_bool_dtype(column):
                return np.asarray(column.isin([float(value) for value in self.values]), dtype=bool)
            wanted = [value.lower() for value in self.values]
            return np.asarray(column.astype("string").str.lower().isin(wanted), dtype=bool)
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
        bound = float(self.values[0])
        with np.errstate(invalid="ignore"):
            by = {
                ">=": numbers >= bound,
                "<=": numbers <= bound,
                ">": numbers > bound,
                "<": numbers < bound,
            }
        return np.asarray(by[self.compare])


def parse_criterion(text: str) -> Criterion:
    """Read one criterion.

    Raises:
        ValueError: It is no known rule and no known column with a comparison.

    >>> parse_criterion("fnclcc in [2, 3]").values
    ('2', '3')
    >>> parse_criterion("no_chemo_befor")
    Traceback (most recent call last):
    ...
    ValueError: unknown criterion 'no_chemo_befor'; did you mean 'no_chemo_before'?
    """
    listed, compared = _LISTED.match(text), _COMPARED.match(text)
    if listed:
        values = tuple(part.strip() for part in listed[2].split(",") if part.strip())
        found = Criterion(text, listed[1], "in", values)
    elif compared:
        found = Criterion(text, compared[1], compared[2], (compared[3],))
    elif text.strip() in RULES:
        return Criterion(text, text.strip(), "rule")
    else:
        hint = did_you_mean(text.strip(), RULES) or f"known rules: {', '.join(RULES)}"
        raise ValueError(f"unknown criterion '{text}'; {hint}")
    if found.name not in COLUMNS:
        hint = did_you_mean(found.name, COLUMNS) or f"known: {', '.join(COLUMNS)}"
        raise ValueError(f"criterion '{text}': unknown column '{found.name}'; {hint}")
    if not found.values:
        raise ValueError(f"criterion '{text}' lists no value")
    if found.compare in (">=", "<=", ">", "<"):
        float(found.values[0])
    return found
