"""Kaplan-Meier, Aalen-Johansen, RMST and log-rank on public data: R survival."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.methods.survival.aalen_johansen import aalen_johansen
from workbench.methods.survival.curve import StepCurve
from workbench.methods.survival.gray import gray_test
from workbench.methods.survival.kaplan_meier import kaplan_meier
from workbench.methods.survival.log_rank import log_rank
from workbench.methods.survival.observed import Observed, observe
from workbench.methods.survival.rmst import difference, ratio, restricted_mean

ORACLES = Path(__file__).resolve().parents[2] / "oracles"
KNOWN = json.loads((ORACLES / "survival_curves.json").read_text(encoding="utf-8"))


def table(shared_data: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(shared_data / f"survival/survival_{name}.csv")


def weight(n: int) -> np.ndarray:
    return 0.5 + (np.arange(1, n + 1) % 7) / 4


def numbers(values: list[Any]) -> np.ndarray:
    return np.array([np.nan if value in ("NA", "NaN", None) else value for value in values], float)


def check(curve: StepCurve, known: dict[str, Any], value: str = "surv", band: int = 3) -> None:
    read = curve.at(known["time"])
    close = {"rtol": 1e-9, "atol": 1e-12}
    np.testing.assert_allclose(read["value"], numbers(known[value]), **close)
    # Where survival is 0 there is no spread: R writes NaN or leaves the last one standing.
    inner = (read["value"] > 0).to_numpy()
    np.testing.assert_allclose(read["standard_error"][inner], numbers(known["se"])[inner], **close)
    for end in {"low", "high"} & set(known):
        ours, theirs = read[end].to_numpy(), numbers(known[end])
        both = inner & ~np.isnan(theirs) & ~np.isnan(ours)
        assert both.sum() >= inner.sum() - 1
        np.testing.assert_allclose(ours[both], theirs[both], **close)
    if "risk" in known:
        place = np.searchsorted(curve.times, known["time"])
        np.testing.assert_allclose(curve.at_risk[place], known["risk"], rtol=1e-12)
    if "quartiles" in known:
        for i, share in enumerate((0.75, 0.5, 0.25)):
            found = curve.quantile(share)
            theirs = [numbers(known[f"quartiles{end}"])[i] for end in ("", "_low", "_high")]
            ours = [found.time, found.low, found.high]
            np.testing.assert_allclose(ours[:band], theirs[:band], rtol=1e-12)


@pytest.mark.parametrize("scale", ["log-log", "log", "plain"])
def test_kaplan_meier_is_that_of_survfit_on_every_scale(shared_data, scale) -> None:
    data = table(shared_data, "veteran")
    curve = kaplan_meier(observe(data["time"], data["status"]), interval=scale)
    check(curve, KNOWN["km"][scale])


def test_weighted_and_clustered_kaplan_meier_have_the_robust_variance_of_r(shared_data) -> None:
    data = table(shared_data, "veteran")
    seen = {"weights": weight(len(data))}
    check(kaplan_meier(observe(data["time"], data["status"], **seen)), KNOWN["km_weighted"])
    seen["cluster"] = data["celltype"].to_numpy()
    # Four clusters make a band that comes down twice; R then reads off its second way down.
    curve = kaplan_meier(observe(data["time"], data["status"], **seen))
    check(curve, KNOWN["km_cluster"], band=1)


def test_delayed_entry_is_that_of_start_stop_data_in_r(shared_data) -> None:
    data = table(shared_data, "heart")
    observed = observe(data["stop"], data["event"], entry=data["start"])
    check(kaplan_meier(observed), KNOWN["km_entry"])


@pytest.mark.parametrize("case", range(4))
def test_restricted_means_of_pbc_are_those_of_r(shared_data, case) -> None:
    known = KNOWN["rmst"][case]
    data = table(shared_data, "pbc").dropna(subset=["trt"])
    arm = data[data["trt"] == known["arm"]]
    found = restricted_mean(observe(arm["time"] / 365.25, arm["status"] == 2), known["tau"])
    assert found.value == pytest.approx(known["value"], rel=1e-12)
    assert found.standard_error == pytest.approx(known["se"], rel=1e-9)


def test_contrasts_of_pbc_are_those_of_the_survrm2_vignette(shared_data) -> None:
    data = table(shared_data, "pbc").dropna(subset=["trt"])
    arms = [
        restricted_mean(observe(part["time"] / 365.25, part["status"] == 2), 10.0)
        for _, part in data.groupby("trt")
    ]
    gap = difference(*arms)
    assert [round(x, 3) for x in (gap.value, gap.low, gap.high)] == [-0.137, -0.939, 0.665]
    assert round(gap.p_value, 3) == 0.738
    share = ratio(*arms)
    assert [round(x, 3) for x in (share.value, share.low, share.high)] == [0.981, 0.878, 1.096]


def _rank_cases(shared_data: Path) -> dict[str, Any]:
    colon = table(shared_data, "colon").query("etype == 2")
    veteran = table(shared_data, "veteran")
    pbc = table(shared_data, "pbc").dropna(subset=["trt"])
    deaths = observe(colon["time"], colon["status"])
    cells = observe(veteran["time"], veteran["status"])
    return {
        "colon": log_rank(deaths, colon["rx"]),
        "colon_strata": log_rank(deaths, colon["rx"], strata=colon["surg"]),
        "colon_rho": log_rank(deaths, colon["rx"], rho=1.0),
        "veteran": log_rank(cells, veteran["celltype"]),
        "veteran_rho": log_rank(cells, veteran["celltype"], rho=0.5),
        "pbc": log_rank(observe(pbc["time"], pbc["status"] == 2), pbc["trt"]),
    }


def test_log_rank_is_that_of_survdiff(shared_data) -> None:
    for name, found in _rank_cases(shared_data).items():
        known, by_name = (
            KNOWN["log_rank"][name],
            dict(zip(found.groups, found.observed, strict=True)),
        )
        assert found.statistic == pytest.approx(known["chisq"], rel=1e-9), name
        assert sorted(by_name.values()) == pytest.approx(sorted(known["observed"]), rel=1e-9)
        assert sorted(found.expected) == pytest.approx(sorted(known["expected"]), rel=1e-9)


def _mgus2(shared_data: Path) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    data = table(shared_data, "mgus2")
    kind = np.where(data["pstat"] == 0, 2 * data["death"], 1)
    return data, np.where(data["pstat"] == 0, data["futime"], data["ptime"]), kind


def _incidence(shared_data: Path, name: str) -> StepCurve:
    data, until, kind = _mgus2(shared_data)
    cause, more = int(name[-1]), {}
    if name == "weighted_1":
        more["weights"] = weight(len(data))
    if name == "cluster_1":
        more["cluster"] = data["age"].to_numpy()
    observed: Observed = observe(until, kind, **more)
    if name == "entry_1":
        entry = data["id"].to_numpy() % 13
        keep = until > entry
        observed = observe(until[keep], kind[keep], entry=entry[keep])
    return aalen_johansen(observed, cause, interval="log" if name == "log_1" else "log-log")


@pytest.mark.parametrize("name", list(KNOWN["incidence"]))
def test_cumulative_incidence_is_that_of_multistate_survfit(shared_data, name) -> None:
    check(_incidence(shared_data, name), KNOWN["incidence"][name], "value")


def test_cumulative_incidence_is_that_of_cmprsk_and_its_variance_is_near(shared_data) -> None:
    known = KNOWN["cuminc"]
    read = _incidence(shared_data, "plain_1").at(np.array(known["time"]) - 1e-9)
    read_after = _incidence(shared_data, "plain_1").at(known["time"])
    assert (read["value"] <= read_after["value"]).all()
    np.testing.assert_allclose(read_after["value"], known["value"], rtol=1e-6)
    # cmprsk has another estimator of the variance (Gray's): the two agree to a few percent.
    np.testing.assert_allclose(read_after["standard_error"] ** 2, known["variance"], rtol=0.03)


@pytest.mark.parametrize("cause", [1, 2])
def test_gray_test_is_that_of_cmprsk(shared_data, cause) -> None:
    data, until, kind = _mgus2(shared_data)
    seen = observe(until, kind)
    ages = np.digitize(data["age"], [60, 70, 80], right=True)
    for name, found in {
        "mgus2_sex": gray_test(seen, data["sex"], cause),
        "mgus2_age": gray_test(seen, ages, cause),
        "mgus2_rho": gray_test(seen, data["sex"], cause, rho=1.0),
        "mgus2_strata": gray_test(seen, data["sex"], cause, strata=data["age"] > 70),
    }.items():
        statistic, p_value, degrees = KNOWN["gray"][name][cause - 1]
        assert found.statistic == pytest.approx(statistic, rel=1e-10), name
        assert found.p_value == pytest.approx(p_value, rel=1e-8, abs=1e-12), name
        assert found.degrees == degrees
