"""Which claims belong to whom: the same pseudonym on both sides, and how much else agrees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.errors import DataError, Problem, did_you_mean

COLUMNS = ("person_id", "claims_id", "match_quality", "method")
AGREEING = ("sex", "birth_year", "birth_month", "region", "stay_date", "centre")


def link_by_pseudonym(
    cohort: pd.DataFrame, claims: pd.DataFrame, keys: Sequence[str] = AGREEING
) -> pd.DataFrame:
    """Link each person of a cohort to the claims of the same pseudonym.

    Args:
        cohort: ``person_id``, ``pseudonym`` (missing where unknown) and the keys; a row a person.
        claims: ``claims_id``, ``pseudonym`` and the keys; a row a beneficiary.
        keys: What else should agree; the quality of a match is the share of the keys known on both
            sides that do.

    Returns:
        The table ``linkage`` of the schema, a row a person of the cohort in their order: where
        nothing, or more than one beneficiary, has the pseudonym, there is no link (``none``, 0).

    Raises:
        DataError: A column is missing or a person stands twice; all problems are named.
    """
    check_sides(cohort, claims, ["pseudonym", *keys])
    known = claims[claims["pseudonym"].notna()]
    once = known[~known["pseudonym"].duplicated(keep=False)]
    # A pseudonym that two persons of the cohort share says of neither whose the claims are.
    shared = cohort["pseudonym"].duplicated(keep=False)
    mine = cohort["pseudonym"].where(~shared)
    place = pd.Series(np.arange(len(once)), index=once["pseudonym"]).reindex(mine).to_numpy()
    found = ~np.isnan(place)
    beside = once.iloc[place[found].astype(np.int64)]
    quality = np.zeros(len(cohort))
    quality[found] = agreement(cohort[found], beside, keys)
    claims_id = np.full(len(cohort), None, dtype=object)
    claims_id[found] = beside["claims_id"].to_numpy()
    return pd.DataFrame(
        {
            "person_id": cohort["person_id"].to_numpy(),
            "claims_id": claims_id,
            "match_quality": quality.round(4),
            "method": np.where(found, "deterministic", "none"),
        }
    )


def agreement(left: pd.DataFrame, right: pd.DataFrame, keys: Sequence[str]) -> np.ndarray:
    """Return the share of keys that agree, row by row, of those known on both sides; else 0."""
    both = np.zeros(len(left))
    same = np.zeros(len(left))
    for key in keys:
        first, second = left[key].to_numpy(), right[key].to_numpy()
        known = pd.notna(first) & pd.notna(second)
        both += known
        same += known & (first == second)
    return np.divide(same, both, out=np.zeros(len(left)), where=both > 0)


def check_sides(cohort: pd.DataFrame, claims: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse sides without the columns, or with somebody twice.

    Raises:
        DataError: ``missing-column``, ``duplicate-person``; all at once.
    """
    problems = []
    for name, side, who in (("cohort", cohort, "person_id"), ("claims", claims, "claims_id")):
        for column in (who, *keys):
            if column not in side:
                hint = did_you_mean(column, side.columns)
                message = f"there is no column '{column}'; {hint}".rstrip("; ")
                problems.append(Problem("missing-column", message, name))
        twice = side[side[who].duplicated()] if who in side else side.head(0)
        problems += [
            Problem("duplicate-person", "stands twice", f"{name}, {who} {value}", "keep one row")
            for value in (twice[who].head(20) if len(twice) else [])
        ]
    if problems:
        raise DataError("cohort and claims cannot be linked", problems=problems)


def quality_of(linkage: pd.DataFrame, truth: pd.DataFrame, least: float) -> dict[str, float]:
    """Return how good a linkage is where the truth is known.

    Args:
        linkage: The table ``linkage``.
        truth: ``person_id`` and ``claims_id`` of everyone who stands on both sides.
        least: Links of a lower quality count as none.

    Returns:
        ``links``, ``precision`` (share of links that are right) and ``recall`` (share of the
        persons on both sides whose link was found).
    """
    made = linkage[linkage["claims_id"].notna() & (linkage["match_quality"] >= least)]
    right = made.merge(truth, on=["person_id", "claims_id"])
    return {
        "links": float(len(made)),
        "precision": len(right) / len(made) if len(made) else float("nan"),
        "recall": len(right) / len(truth) if len(truth) else float("nan"),
    }
