"""Which claims belong to whom where no pseudonym says so: the Fellegi-Sunter model, by splink.

The probability of a match is learnt without labels (expectation-maximisation); links are one to
one. Needs the extra ``linkage``.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import UsageError

from .linking import AGREEING, check_sides

SEED = 1
_SAMPLED_PAIRS = 1_000_000.0


def link_by_probability(
    cohort: pd.DataFrame, claims: pd.DataFrame, least: float = 0.9
) -> pd.DataFrame:
    """Link persons to claims by sex, birth, region, hospital and the day of the operation.

    Candidate pairs share the day of the stay, or sex, birth and region; other pairs are not seen.

    Args:
        cohort: ``person_id`` and the keys of ``linking.AGREEING``; dates as ISO text.
        claims: ``claims_id`` and the same keys.
        least: Least probability of a link.

    Returns:
        The table ``linkage`` of the schema; ``match_quality`` is the probability of a match.

    Raises:
        UsageError: splink is not installed.
        DataError: A column is missing or a person stands twice.
    """
    check_sides(cohort, claims, AGREEING)
    pairs = _pairs(cohort, claims)
    links = _one_to_one(pairs[pairs["match_probability"] >= least])
    linked = cohort[["person_id"]].merge(links, on="person_id", how="left")
    found = linked["claims_id"].notna()
    return pd.DataFrame(
        {
            "person_id": linked["person_id"],
            "claims_id": linked["claims_id"].astype(object).mask(~found),
            "match_quality": linked["match_probability"].fillna(0.0).round(4),
            "method": np.where(found, "probabilistic", "none"),
        }
    )


def _pairs(cohort: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return candidate pairs: ``person_id``, ``claims_id``, ``match_probability``."""
    try:
        import splink.comparison_library as compare
        from splink import Linker, SettingsCreator, block_on
        from splink.backends.duckdb import DuckDBAPI
    except ModuleNotFoundError as error:
        raise UsageError(
            "probabilistic linkage needs the package 'splink', which is not installed",
            remedy="pip install 'clinical-ai-workbench[linkage]'",
        ) from error
    logging.getLogger("splink").setLevel(logging.ERROR)
    birth = ("sex", "birth_year", "birth_month", "region")
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.ExactMatch("sex"),
            compare.ExactMatch("birth_year"),
            compare.ExactMatch("birth_month"),
            compare.ExactMatch("region"),
            compare.ExactMatch("centre"),
            compare.AbsoluteDateDifferenceAtThresholds(
                "stay_date", input_is_string=True, metrics=["day", "day"], thresholds=[1, 5]
            ),
        ],
        blocking_rules_to_generate_predictions=[block_on("stay_date"), block_on(*birth)],
        retain_matching_columns=False,
    )
    database = DuckDBAPI()
    sides = [
        database.register(_side(cohort, "person_id"), table_name="cohort"),
        database.register(_side(claims, "claims_id"), table_name="claims"),
    ]
    linker: Any = Linker(sides, settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("stay_date", "birth_year", "sex")], recall=0.9
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=SEED)
    for rule in (block_on("stay_date"), block_on(*birth)):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict().as_pandas_dataframe()
    from_cohort = found["source_dataset_l"] == "cohort"
    left, right = found["unique_id_l"], found["unique_id_r"]
    return pd.DataFrame(
        {
            "person_id": left.where(from_cohort, right),
            "claims_id": right.where(from_cohort, left),
            "match_probability": found["match_probability"],
        }
    )


def _side(table: pd.DataFrame, who: str) -> pd.DataFrame:
    """Return one side as splink takes it: an id and the keys, all text."""
    keys = table[list(AGREEING)].astype("string")
    return keys.assign(unique_id=table[who].astype("string"))


def _one_to_one(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the most probable pairs of which no side stands in two; a draw links nobody."""
    order = ["match_probability", "person_id", "claims_id"]
    pairs = pairs.sort_values(order, ascending=[False, True, True], ignore_index=True)
    best = [pairs.groupby(who)["match_probability"].transform("max") for who in order[1:]]
    top = pairs[(pairs["match_probability"] == best[0]) & (best[0] == best[1])]
    alone = ~(top["person_id"].duplicated(keep=False) | top["claims_id"].duplicated(keep=False))
    return top[alone]
