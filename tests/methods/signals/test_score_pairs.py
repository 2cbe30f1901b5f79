"""One table of scores: formulas named, nothing invented, false discoveries as claimed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.methods.signals.false_discovery import bayesian_fdr, p_value_fdr
from workbench.methods.signals.gamma_mixture import GammaMixture
from workbench.methods.signals.pairs import PairCounts, count_rows
from workbench.methods.signals.posterior import Posterior
from workbench.methods.signals.prior_bounds import Bounds
from workbench.methods.signals.prior_fit import fit_prior
from workbench.methods.signals.score_pairs import score_pairs, signals
from workbench.methods.signals.shrunken import ebgm


def test_caers_in_one_table(caers: PairCounts) -> None:
    found = score_pairs(caers.counts, fit_prior(caers.cells()))
    assert len(found.table) == 17_189 and found.notes == ()
    for name in ("prr", "ror", "ic", "bcpnn", "chi_square", "ebgm", "ebgm_fdr", "ror_fdr"):
        assert name in found.formulas and name in found.table
    assert signals(found.table)["ebgm"].sum() == 131
    immobile = found.table.query("drug == 'REUMOFAN PLUS' and event == 'IMMOBILE'").iloc[0]
    assert np.isnan(immobile["prr"]) and "no other drug" in immobile["prr_undefined"]
    assert immobile["ebgm_05"] == pytest.approx(10.16, abs=0.006)


def test_no_ebgm_comes_from_a_prior_that_is_not_identified(faers: PairCounts) -> None:
    found = score_pairs(faers.counts, fit_prior(faers.cells()))
    assert not [name for name in found.table if name.startswith("ebgm")]
    assert found.notes[0].startswith("no EBGM: the prior is not identified: alpha2 runs to 0")
    bounded = score_pairs(faers.counts, fit_prior(faers.cells(), bounds=Bounds()), upper=False)
    assert "ebgm" not in bounded.table and bounded.table["ebgm_bounded_05"].notna().all()
    assert bounded.table["ebgm_bounded_95"].isna().all()
    assert "bounded fit" in bounded.notes[0]


def test_scores_need_counted_pairs(caers: PairCounts) -> None:
    with pytest.raises(DataError, match="missing-column"):
        score_pairs(caers.counts.drop(columns="expected"))
    with pytest.raises(DataError, match="missing-column"):
        score_pairs(caers.counts.drop(columns=["n", "n_event"]))


def test_planted_pairs_come_first() -> None:
    rng = np.random.default_rng(3)
    cases, planted = 20_000, [(d, d + 20) for d in range(12)]
    drug, event = rng.integers(0, 60, cases), rng.integers(0, 80, cases)
    for d, e in planted:
        event[(drug == d) & (rng.random(cases) < 0.12)] = e
    rows = pd.DataFrame({"case_id": np.arange(cases), "drug": drug, "event": event})
    counted = count_rows(rows)
    fit = fit_prior(counted.cells(empty=True), "full-table")
    prior = fit.prior if fit.status == "identified" else GammaMixture(1, 0.2, 20, 20, 0.01)
    found = score_pairs(counted.counts, prior).table
    for name in ("prr_low", "ror_low", "ic_low", "bcpnn_low", "ebgm_05"):
        top = found.nlargest(12, name)
        assert set(zip(top["drug"], top["event"], strict=True)) == set(planted), name


def test_the_claimed_share_of_false_signals_is_the_true_share() -> None:
    rng, m = np.random.default_rng(5), 60_000
    prior = GammaMixture(3.0, 0.8, 5.0, 6.0, 0.15)
    first = rng.random(m) < prior.share
    ratio = np.where(first, rng.gamma(3.0, 1 / 0.8, m), rng.gamma(5.0, 1 / 6.0, m))
    expected = np.exp(rng.normal(0.5, 1.0, m))
    n = rng.poisson(ratio * expected)
    rate = bayesian_fdr(Posterior.of(n, expected, prior).below(1.0))
    for claimed in (0.05, 0.2):
        called = rate <= claimed
        error = np.sqrt(claimed / called.sum())
        assert called.sum() > 1_000
        assert (ratio[called] <= 1).mean() == pytest.approx(rate[called].max(), abs=4 * error)


def test_intervals_cover_as_often_as_they_claim_where_the_prior_is_true() -> None:
    rng, m = np.random.default_rng(6), 40_000
    prior = GammaMixture(1.5, 0.3, 4.0, 5.0, 0.2)
    first = rng.random(m) < prior.share
    ratio = np.where(first, rng.gamma(1.5, 1 / 0.3, m), rng.gamma(4.0, 1 / 5.0, m))
    expected = np.exp(rng.normal(0.0, 1.5, m))
    found = ebgm(rng.poisson(ratio * expected), expected, prior).estimate
    for missed in (ratio < found.low, ratio > found.high):
        assert missed.mean() == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / m))


def test_false_discovery_rates_of_small_lists() -> None:
    np.testing.assert_allclose(bayesian_fdr([0.2, 0.0, 0.2, 0.6]), [0.4 / 3, 0.0, 0.4 / 3, 0.25])
    found = p_value_fdr([0.01, np.nan, 0.04, 0.03])
    np.testing.assert_allclose(found, [0.03, np.nan, 0.04, 0.04])
    assert np.isnan(p_value_fdr([np.nan])).all()
    with pytest.raises(DataError, match="null_probability"):
        bayesian_fdr([0.5, 1.2])
