"""Pairs of drug and event by disproportionality, released with what margins give away in mind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.methods.disclosure.dimension import Dimension
from workbench.methods.disclosure.publish import Published
from workbench.methods.signals.pairs import PairCounts, count_rows
from workbench.methods.signals.prior_fit import PriorFit, fit_prior
from workbench.methods.signals.score_pairs import PairScores, score_pairs, signals
from workbench.runs.reported.cases import Cases
from workbench.runs.reported.facets import CLASS_OF_EVENT
from workbench.runs.reported.margins import given_away
from workbench.runs.reported.plan import ALL, RatesPlan
from workbench.runs.reported.releases import Shape, release

NOT_IDENTIFIED = "not identified"
_SCORES = (
    "expected", "prr", "prr_low", "prr_high", "ror", "ror_low", "ror_high", "chi_square", "ic",
    "ic_low", "ic_high", "bcpnn", "bcpnn_low", "bcpnn_high", "ebgm", "eb05", "eb95", "q",
)  # fmt: skip
COLUMNS = ("code", "event", "soc", "n", *_SCORES, "alert", "masked")
_DIGITS = 4


@dataclass(frozen=True, eq=False)
class Signals:
    """Released pairs, and what is said of the measures.

    Attributes:
        published: Pairs with a case, scores of the shown ones.
        facts: Formulas, prior, alert rule, what was left out.
    """

    published: Published
    facts: dict[str, Any]


def release_signals(cases: Cases, rates: pd.DataFrame, facets: pd.DataFrame,
                    plan: RatesPlan) -> Signals:  # fmt: skip
    """Count pairs, score them and release what may be shown.

    A pair of fewer cases than the threshold is hidden with all its scores. Scores give the cases of
    the drug and of the event away, so that a hidden pair may be what is left of a margin: such a
    pair, and the smallest shown pair beside it, are left out.

    Args:
        cases: The cases.
        rates: Released cells of the first grain: totals of drugs.
        facets: Released facets: totals of drugs by class of event.
        plan: Level, likelihood, alert rule, threshold.
    """
    counted, of_class = _counted(cases, plan)
    prior, why = _prior(counted, plan)
    scored = score_pairs(counted.counts, prior, level=plan.rates.level)
    table = _named(scored, of_class, plan)
    out = _left_out(table, rates, facets, plan)
    cells = table[~out].drop(columns="n_event").reset_index(drop=True)
    cells = cells.assign(alert=cells["alert"].astype("boolean"))
    shape = Shape(
        {"code": Dimension(), "event": Dimension()}, ("n",), (*_SCORES, "alert"), ("soc",)
    )
    hidden_whole = plan.disclosure.model_copy(update={"rounding": None})
    published = release([cells], shape, hidden_whole)
    return Signals(
        Published(published.table[list(COLUMNS)], published.audit),
        _facts(scored, prior, why, plan, int(out.sum())),
    )


def _counted(cases: Cases, plan: RatesPlan) -> tuple[PairCounts, dict[str, str]]:
    """Return counted pairs, and the class of each event."""
    events = cases.events[cases.events["level"] == plan.signals.level]
    drugs = cases.drugs[plan.grains[0]]
    rows = drugs.assign(drug=drugs["code"].astype("category"))[["case", "drug"]].merge(
        events.assign(event=events["term"].astype("category"))[["case", "event"]], on="case"
    )
    counted = count_rows(rows, case="case")
    upper = cases.events[cases.events["level"] == plan.signals.class_level]
    single = upper[~upper["case"].duplicated(keep=False)]
    alone = events[~events["case"].duplicated(keep=False)]
    # A case of one event and one class says which class the event belongs to.
    pairs = alone.merge(single, on="case", suffixes=("", "_class"))
    seen = pairs[["term", "term_class"]].astype(str).value_counts().reset_index()
    first = seen.drop_duplicates("term")
    return counted, {
        str(t): str(c) for t, c in zip(first["term"], first["term_class"], strict=True)
    }


def _prior(counted: PairCounts, plan: RatesPlan) -> tuple[PriorFit | None, str]:
    """Return the prior of EBGM, or why there is none."""
    try:
        cells = counted.cells(empty=plan.signals.likelihood == "full-table")
        return fit_prior(cells, plan.signals.likelihood), ""
    except DataError as error:
        return None, error.message


def _named(scored: PairScores, of_class: dict[str, str], plan: RatesPlan) -> pd.DataFrame:
    """Return the scores under the names of the table, missing where there are none."""
    table = scored.table.rename(
        columns={"drug": "code", "ebgm_05": "eb05", "ebgm_95": "eb95"}
    )  # fmt: skip
    rules = signals(scored.table)
    q = "ebgm_fdr" if plan.signals.alert == "ebgm" and "ebgm_fdr" in table else "ror_fdr"
    table = table.assign(q=table[q], soc=table["event"].map(of_class).fillna(""))
    for name in (name for name in _SCORES if name not in table):
        table[name] = np.nan
    rule = plan.signals.alert
    fires = rules[rule].to_numpy() if rule in rules else np.full(len(table), False)
    alert = fires & (table["q"] <= plan.signals.fdr).to_numpy()
    numbers = table[list(_SCORES)].astype(float).apply(_rounded)
    kept = table[["code", "event", "soc", "n", "n_event"]].astype({"code": str, "event": str})
    return kept.assign(**{name: numbers[name] for name in _SCORES}, alert=alert)


def _rounded(values: pd.Series) -> pd.Series:
    """Return numbers of four digits: what the fit of many cells leaves in them is not needed."""
    size = np.floor(np.log10(values.abs().where(values != 0))).fillna(0.0)
    scale = 10.0 ** (_DIGITS - 1 - size)
    found: pd.Series = (values * scale).round() / scale
    return found


def _left_out(
    table: pd.DataFrame, rates: pd.DataFrame, facets: pd.DataFrame, plan: RatesPlan
) -> np.ndarray:
    """Return which pairs are left out: those that a margin gives away, or would help to."""
    whole = rates[(rates[["period", "sex", "age"]] == ALL).all(axis=1)]
    of_drug = dict(zip(whole["code"], whole["cases"].astype("Float64"), strict=True))
    by_class = facets[facets["by"] == CLASS_OF_EVENT]
    keys = zip(by_class["code"], by_class["value"], strict=True)
    of_class = dict(zip(keys, by_class["cases"].astype("Float64"), strict=True))
    pairs = list(zip(table["code"], table["soc"], strict=True))
    # Events of a class whose cases are hidden would say something about them.
    closed = np.array([pd.isna(of_class.get(p, 0)) and bool(p[1]) for p in pairs], dtype=bool)
    closed |= np.array([pd.isna(of_drug.get(code)) for code in table["code"]], dtype=bool)
    margins = [
        (table["code"].to_numpy(), table["code"].map(of_drug)),
        (table["event"].to_numpy(), table["n_event"].where(_shows_event(table, closed, plan))),
        (np.array([f"{a}\0{b}" for a, b in pairs], dtype=object),
         pd.Series([of_class.get(p) for p in pairs])),
    ]  # fmt: skip
    numeric = [(keys, pd.to_numeric(total).to_numpy(dtype=float, na_value=np.nan))
               for keys, total in margins]  # fmt: skip
    return given_away(table["n"].to_numpy(), closed, numeric, plan.disclosure.threshold)


def _shows_event(table: pd.DataFrame, closed: np.ndarray, plan: RatesPlan) -> pd.Series:
    """Return whether a pair of the same event is shown, whose scores give its total away."""
    shown = (table["n"] >= plan.disclosure.threshold) & ~closed
    return shown.groupby(table["event"]).transform("any")


def _facts(
    scored: PairScores, prior: PriorFit | None, why: str, plan: RatesPlan, left_out: int
) -> dict[str, Any]:
    """Return what is said of the measures; parameters have three digits."""
    identified = prior is not None and prior.status == "identified"
    parameters: Any = NOT_IDENTIFIED
    if prior is not None and identified:
        rows = prior.table()
        values = zip(rows["parameter"], rows.iloc[:, 1], strict=True)
        parameters = {str(name): float(f"{float(value):.3g}") for name, value in values}
    reasons = list(prior.reasons) if prior is not None else [why]
    return {
        "formulas": scored.formulas,
        "notes": list(scored.notes),
        "likelihood": plan.signals.likelihood,
        "prior": parameters,
        "ebgm": "given" if identified else NOT_IDENTIFIED,
        "reasons": reasons,
        "alert": {"rule": plan.signals.alert, "largest_q": plan.signals.fdr,
                  "q": "mean posterior probability of a ratio of at most 1"
                  if plan.signals.alert == "ebgm" and identified
                  else "Benjamini and Hochberg over ROR > 1"},
        "pairs_left_out_for_margins": "some" if left_out else "none",
        "digits": _DIGITS,
    }  # fmt: skip
