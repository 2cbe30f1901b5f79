"""A target trial from a protocol and a data card: estimates, gate, pages, and no person named."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from workbench.audit import AuditLog
from workbench.cli.main import main
from workbench.errors import DataError, UsageError
from workbench.methods.causal.gate import Override
from workbench.methods.causal.protocol_file import load_protocol
from workbench.report import write_report
from workbench.runs import emulate_trial, synthesize
from workbench.runs.stages import STAGES

HERE = Path(__file__).parent
PERSONS = 700
BASELINE_ONLY = {"landmark", "iptw", "standardisation", "aipw"}
SHIPPED = {
    "adjuvant": {"clone_censor_weight", "sequential_trials", "naive", *BASELINE_ONLY},
    "adjuvant_time_varying": {"clone_censor_weight", "sequential_trials", "naive"},
    "neoadjuvant": {"clone_censor_weight", "naive", *BASELINE_ONLY},
}


@pytest.fixture(scope="module")
def registry_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up registry linked with claims."""
    folder = tmp_path_factory.mktemp("registry") / "data"
    return synthesize("sarcoma", folder, seed=5, params={"synthetic": {"n": PERSONS}})


@pytest.fixture(scope="module")
def emulated(registry_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an emulation whose gate is open."""
    out = tmp_path_factory.mktemp("emulated") / "out"
    result = emulate_trial(HERE / "adjuvant.yaml", registry_data, out)
    assert result.open
    return out


@pytest.fixture
def protocol(tmp_path: Path) -> Callable[..., Path]:
    """Write the protocol with some keys changed."""

    def write(**changed: Any) -> Path:
        content = yaml.safe_load((HERE / "adjuvant.yaml").read_text())
        content["protocol"] |= changed
        path = tmp_path / "changed.yaml"
        path.write_text(yaml.safe_dump(content))
        return path

    return write


@pytest.mark.parametrize("name", ["adjuvant", "adjuvant_time_varying", "neoadjuvant"])
def test_the_protocols_that_are_shipped_are_right(name: str) -> None:
    root = Path(__file__).resolve().parents[3]
    found = load_protocol(root / f"use_cases/sarcoma/protocols/{name}.yaml")
    assert found.checks.max_asmd == 0.1, "what is shown first keeps to the custom"
    assert found.sensitivity
    assert set(found.estimators) == SHIPPED[name], "side by side, all that apply"


def _persons(registry_data: Path) -> set[str]:
    return set(pd.read_csv(registry_data.parent / "person.csv", dtype=str)["person_id"])


def test_every_estimator_stands_beside_the_others(emulated: Path) -> None:
    table = pd.read_csv(emulated / "estimates.csv")
    others = {"landmark", "iptw", "standardisation", "naive"}
    assert set(table["estimator"]) == {"clone_censor_weight", *others}
    assert table.loc[table["main"], "estimator"].unique().tolist() == ["clone_censor_weight"]
    known = table.dropna(subset=["low", "high"])
    assert ((known["low"] <= known["value"]) & (known["value"] <= known["high"])).all()


def test_the_pages_give_the_effect_and_name_the_naive_one_wrong(emulated: Path) -> None:
    english, french = ((emulated / n).read_text() for n in ("report.html", "rapport.html"))
    assert '<html lang="en">' in english and '<html lang="fr">' in french
    effect = pd.read_csv(emulated / "estimates.csv").iloc[0]["value"]
    points = f"{abs(100 * effect):.1f}"
    assert f"{points} points" in english and f"{points.replace('.', ',')} points" in french
    assert "It is the wrong answer" in english and "mauvaise réponse" in french
    assert "Not shown" not in english and "Non montré" not in french
    told = re.sub(r'<section id="provenance".*?</section>', "", french, flags=re.DOTALL)
    marked = re.findall(r'<(\w+)[^>]*lang="en"[^>]*>([^<]*)', told)
    assert marked == [("a", "English version")], "the conventions are French too"
    assert "clones dès le jour 0" in french
    ticks = re.findall(r'<text[^>]*class="tick"[^>]*>([^<]*)</text>', french)
    assert [t for t in ticks if re.search(r"\d,\d", t)]
    assert not [t for t in ticks if re.search(r"\d\.\d", t)]
    for page in (english, french):
        assert json.loads((emulated / "run.json").read_text())["digests"]["protocol"] in page
        assert not re.search(r"url\(|@import|<script|<link|<iframe", page)


def test_every_figure_has_its_rows(emulated: Path) -> None:
    figures = {path.stem for path in (emulated / "figures").glob("*.svg")}
    assert figures == {path.stem for path in (emulated / "figures").glob("*.csv")}
    assert {"estimates", "balance", "weights", "curves-clone_censor_weight"} <= figures


def test_no_artefact_names_a_person(emulated: Path, registry_data: Path) -> None:
    persons = _persons(registry_data)
    assert len(persons) == PERSONS
    assert not (emulated / STAGES).exists()
    for path in emulated.rglob("*"):
        if path.is_file():
            words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
            assert not words & persons, path


def test_small_numbers_at_risk_are_not_told(emulated: Path) -> None:
    for name in ("curves.csv", "figures/at-risk-clone_censor_weight.csv"):
        shown = pd.read_csv(emulated / name, dtype=str)["at_risk"].dropna()
        assert all(n == "<11" or n == "0" or int(n) >= 11 for n in shown)
    assert pd.read_csv(emulated / "weights.csv")["n"].min() >= 11


def test_each_sensitivity_analysis_says_something(emulated: Path) -> None:
    rows = pd.read_csv(emulated / "sensitivity.csv")
    asked = {"e_value", "negative_control_outcome", "grace", "cens_model_off"}
    assert asked | {"effect_by_predicted_risk"} == set(rows["analysis"])
    assert rows.loc[rows["analysis"] != "effect_by_predicted_risk", "value"].notna().all()
    assert (rows["value"].notna() | rows["note"].notna()).all()


def test_the_same_again_is_read_back_and_another_is_refused(
    emulated: Path, registry_data: Path, protocol: Callable[..., Path]
) -> None:
    before = (emulated / "manifest.json").stat().st_mtime_ns
    assert emulate_trial(HERE / "adjuvant.yaml", registry_data, emulated).reused
    assert (emulated / "manifest.json").stat().st_mtime_ns == before
    with pytest.raises(DataError, match="another protocol"):
        emulate_trial(protocol(sensitivity=[]), registry_data, emulated)


def test_a_folder_with_other_files_is_refused(registry_data: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match=r"the folder holds mine\.txt"):
        emulate_trial(HERE / "adjuvant.yaml", registry_data, tmp_path / "out")


def test_a_closed_gate_gives_no_effect_anywhere(
    registry_data: Path, protocol: Callable[..., Path], tmp_path: Path
) -> None:
    strict = protocol(checks={"max_asmd": 0.0001})
    result = emulate_trial(strict, registry_data, tmp_path / "out")
    assert not result.open
    assert result.estimates == []
    assert (tmp_path / "out" / "curves.csv").read_text().count("\n") == 1
    assert json.loads((tmp_path / "out" / "sensitivity.json").read_text()) == []
    page = (tmp_path / "out" / "report.html").read_text()
    assert "No effect is given" in page
    assert "points lower" not in page and "points higher" not in page
    assert not list((tmp_path / "out" / "figures").glob("curves*"))


def test_an_override_is_kept_with_who_and_why(
    registry_data: Path, protocol: Callable[..., Path], tmp_path: Path
) -> None:
    strict = protocol(checks={"max_asmd": 0.0001}, sensitivity=[])
    opened = Override("Dr Example", "the board asked for it")
    result = emulate_trial(strict, registry_data, tmp_path / "out", override=opened)
    assert result.open and result.estimates
    page = (tmp_path / "out" / "report.html").read_text()
    assert "opened by Dr Example: the board asked for it" in page


def test_an_override_goes_to_the_audit_chain_and_one_that_nothing_needs_does_not(
    registry_data: Path, protocol: Callable[..., Path], tmp_path: Path
) -> None:
    opened = Override("Dr Example", "the board asked for it")
    open_gate = protocol(sensitivity=[], assignment={"method": "clone_censor_weight"})
    emulate_trial(open_gate, registry_data, tmp_path / "open", override=opened)
    strict = protocol(checks={"max_asmd": 0.0001}, sensitivity=[])
    emulate_trial(strict, registry_data, tmp_path / "out", override=opened)
    log = AuditLog.default()
    found = [one for one in log.records() if one["action"] == "gate.override"]
    assert {one["estimator"] for one in found} >= {"clone_censor_weight", "landmark"}
    assert {(one["who"], one["reason"]) for one in found} == {(opened.who, opened.reason)}
    assert all(one["failed"][0].startswith("imbalance: covariate") for one in found)
    digests = json.loads((tmp_path / "out" / "run.json").read_text())["digests"]
    assert {one["protocol_digest"] for one in found} == {digests["protocol"]}
    assert log.verify() == []


def test_an_emulation_killed_after_its_estimators_does_not_estimate_twice(
    registry_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulated: Path
) -> None:
    from workbench.runs import emulation

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(emulation, "write_emulation_report", killed)
        with pytest.raises(KeyboardInterrupt):
            emulate_trial(HERE / "adjuvant.yaml", registry_data, out)
    monkeypatch.setattr(emulation, "emulate", killed)
    assert emulate_trial(HERE / "adjuvant.yaml", registry_data, out).open
    first, second = (json.loads((f / "manifest.json").read_text()) for f in (emulated, out))
    assert first == second


def test_the_pages_can_be_written_again(emulated: Path) -> None:
    before = (emulated / "report.html").read_bytes()
    assert write_report(emulated) == emulated / "report.html"
    assert (emulated / "report.html").read_bytes() == before


def test_the_command_line_says_what_is_wrong_with_a_protocol(
    registry_data: Path,
    protocol: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = protocol(time_zro="surgery", estimands=["risk_diference_5y"])
    words = ["emulate", str(broken), "--data", str(registry_data), "--out", str(tmp_path / "o")]
    assert main([*words, "--tracking", "none"]) == 2
    said = capsys.readouterr().err
    assert "Did you mean 'time_zero'?" in said
    assert "unknown estimand 'risk_diference_5y'" in said
    assert not (tmp_path / "o").exists()


def test_the_command_line_prints_the_estimates_and_ends_with_3_behind_a_closed_gate(
    registry_data: Path,
    protocol: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    strict = protocol(checks={"max_asmd": 0.0001}, sensitivity=[])
    words = ["emulate", str(strict), "--data", str(registry_data), "--tracking", "jsonl"]
    assert main([*words, "--out", str(tmp_path / "closed")]) == 3
    said = capsys.readouterr()
    assert "no effect is given" in said.err and "risk_difference" not in said.out
    opened = ["--override", "asked for", "--who", "Dr Example", "--json"]
    assert main([*words, "--out", str(tmp_path / "opened"), *opened]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["gate"]["gates"]["clone_censor_weight"]["override"]["who"] == "Dr Example"
    assert {row["estimator"] for row in printed["estimates"]} >= {"naive", "clone_censor_weight"}
    logged = (tmp_path / "opened" / "tracking.jsonl").read_text()
    assert "clone_censor_weight/risk_difference" in logged


def test_an_override_needs_a_reason_and_a_name(tmp_path: Path) -> None:
    words = ["emulate", str(HERE / "adjuvant.yaml"), "--data", "x", "--out", str(tmp_path / "o")]
    assert main([*words, "--override", "asked for"]) == 2
    with pytest.raises(UsageError, match="who"):
        Override(" ", "asked for")


@pytest.mark.parametrize("name", ["report.html", "rapport.html"])
@pytest.mark.parametrize("width", [390, 1200])
def test_a_page_fits_its_window_and_asks_for_nothing(
    emulated: Path, browser: Any, name: str, width: int
) -> None:
    view = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    view.goto((emulated / name).as_uri())
    view.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [view.url]
    view.close()


def test_an_alternative_that_cannot_answer_is_a_row_and_the_others_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    params = {"synthetic": {"n": 900, "question": "neoadjuvant"}}
    card = synthesize("sarcoma", tmp_path / "data", seed=3, params=params)
    shipped = Path(__file__).resolve().parents[3] / "use_cases/sarcoma/protocols/neoadjuvant.yaml"
    content = yaml.safe_load(shipped.read_text())
    content["protocol"] |= {
        "assignment": {"method": "clone_censor_weight", "alt": ["sequential_trials", "landmark"]},
        "adjust": {"baseline": ["age", "size", "grade"]},
        "uncertainty": {"bootstrap": 0},
        "checks": {"max_asmd": 0.5, "min_ess_frac": 0.01},
        "sensitivity": [],
    }
    (tmp_path / "trial.yaml").write_text(yaml.safe_dump(content))
    out = tmp_path / "out"
    words = ["emulate", str(tmp_path / "trial.yaml"), "--data", str(card), "--out", str(out)]
    assert main([*words, "--tracking", "none"]) == 0
    said = capsys.readouterr().out
    assert "both strategies start a treatment [one-start-only]" in said
    gate = json.loads((out / "gate.json").read_text())["gates"]["sequential_trials"]
    assert gate["refused"] and not gate["open"]
    shown = {row["estimator"] for row in json.loads((out / "estimates.json").read_text())}
    assert shown == {"clone_censor_weight", "landmark", "naive"}
    assert (
        "could not answer: strategies: both strategies start" in (out / "report.html").read_text()
    )
    assert "pas de réponse" in (out / "rapport.html").read_text()
