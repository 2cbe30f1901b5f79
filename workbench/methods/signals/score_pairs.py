"""All measures of disproportionality of counted pairs, in one table with their formulas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.methods.signals.estimate import Estimate
from workbench.methods.signals.false_discovery import (
    BAYES_RULE,
    P_VALUE_RULE,
    bayesian_fdr,
    p_value_fdr,
)
from workbench.methods.signals.gamma_mixture import GammaMixture
from workbench.methods.signals.information import bcpnn_ic, shrunken_ic
from workbench.methods.signals.prior_fit import PriorFit
from workbench.methods.signals.ratios import chi_square, one_sided_p, prr, ror
from workbench.methods.signals.shrunken import ebgm
from workbench.methods.signals.two_by_two import TwoByTwo


@dataclass(frozen=True, eq=False)
class PairScores:
    """Scores of pairs.

    Attributes:
        table: The counted pairs with one column a number; ``<measure>_undefined`` says why where
            a measure has none.
        formulas: The formula of each measure, by its column.
        notes: What was left out and why, such as EBGM from a prior that is not identified.
    """

    table: pd.DataFrame
    formulas: dict[str, str]
    notes: tuple[str, ...]


def score_pairs(
    counts: pd.DataFrame,
    prior: PriorFit | GammaMixture | None = None,
    *,
    level: float = 0.95,
    upper: bool = True,
) -> PairScores:
    """Score counted pairs by every measure.

    A prior that is not identified gives no EBGM: its columns are left out and a note says why. A
    bounded fit gives ``ebgm_bounded`` in place of ``ebgm``.

    Args:
        counts: Columns ``drug``, ``event``, ``n``, ``expected``, ``n_drug``, ``n_event``,
            ``n_total``, as :func:`workbench.methods.signals.pairs.count_rows` gives them.
        prior: For EBGM; without one there is none.
        level: Of the intervals of PRR, ROR and IC. EBGM has EB05 and EB95.
        upper: Whether EB95 is computed.

    Raises:
        DataError: The table is none of counted pairs.
    """
    if "expected" not in counts.columns:
        raise DataError("there is no column 'expected' [missing-column]")
    table = TwoByTwo.of(counts)
    odds, formulas, notes = ror(table, level), {}, []
    chi, p_value, formulas["chi_square"] = chi_square(table)
    one_sided = one_sided_p(odds)
    parts = [counts.reset_index(drop=True)]
    for one in (prr(table, level), odds, *_information(counts, table, level)):
        parts.append(one.columns())
        formulas[one.name] = one.formula
    rates = {"chi_square": chi, "chi_square_p": p_value, "ror_fdr": p_value_fdr(one_sided)}
    parts.append(pd.DataFrame(rates))
    formulas["ror_fdr"] = f"{P_VALUE_RULE}, of ROR > 1"
    if isinstance(prior, PriorFit) and prior.status == "not-identified":
        notes.append(f"no EBGM: the prior is not identified: {'; '.join(prior.reasons)}")
    elif prior is not None:
        found = ebgm(counts["n"], counts["expected"], prior, upper=upper)
        name = found.estimate.name
        shrunken = found.estimate.columns().rename(
            columns={f"{name}_low": f"{name}_05", f"{name}_high": f"{name}_95"}
        )
        shrunken[f"{name}_fdr"] = bayesian_fdr(found.null_probability)
        parts.append(shrunken)
        formulas |= {name: found.estimate.formula, f"{name}_fdr": BAYES_RULE}
        if isinstance(prior, PriorFit) and prior.reasons:
            notes.append(f"EBGM is from a bounded fit: {'; '.join(prior.reasons)}")
    return PairScores(pd.concat(parts, axis=1), formulas, tuple(notes))


def _information(counts: pd.DataFrame, table: TwoByTwo, level: float) -> tuple[Estimate, Estimate]:
    """Return both forms of the information component."""
    return shrunken_ic(counts["n"], counts["expected"], level), bcpnn_ic(table, level)


def signals(scores: pd.DataFrame) -> pd.DataFrame:
    """Return which pairs common rules call signals: one truth value a pair and rule.

    Evans: PRR of at least 2, chi-square of at least 4, 3 cases or more (Evans 2001). ROR and IC:
    lower end above 1 and 0 (with 3 cases for ROR). EB05 of at least 2 (Szarfman 2002). A pair
    without a value is no signal by that rule.

    Args:
        scores: ``PairScores.table``.
    """
    found = {
        "evans": (scores["prr"] >= 2) & (scores["chi_square"] >= 4) & (scores["n"] >= 3),
        "ror": (scores["ror_low"] > 1) & (scores["n"] >= 3),
        "ic": scores["ic_low"] > 0,
    }
    for name in ("ebgm", "ebgm_bounded"):
        if f"{name}_05" in scores:
            found[name] = scores[f"{name}_05"] >= 2
    return pd.DataFrame({name: np.asarray(rows, dtype=bool) for name, rows in found.items()})
