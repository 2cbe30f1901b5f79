"""A mistake is told in words that help, on stderr, with the exit code of its kind."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Call = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("trian", 2, ["no verb 'trian'", "did you mean 'train'", "workbench --help"]),
        ("audit verfy", 2, ["did you mean 'verify'?", "workbench audit --help"]),
        ("train --jsn", 2, ["no option '--jsn'", "did you mean '--json'?"]),
        ("list modles", 2, ["'modles' is no value of KIND", "did you mean 'models'?"]),
        ("score", 2, ["PREDICTIONS", "workbench score --help"]),
        ("score x.csv", 2, ["--challenge"]),
        ("predict x.svs --run r --out o --mpp 0", 2, ["--mpp"]),
        ("predict x.svs --run r --out o --mpp abc", 2, ["--mpp", "abc"]),
        ("train sed=3", 2, ["no setting 'sed'", "did you mean 'seed'?"]),
        ("train model=null", 2, ["a run needs a model"]),
        ("train seed=1,2", 2, ["--multirun"]),
        ("train -m seed=1,abc", 2, ["'abc' is not a whole number"]),
        ("train +seed=3 --dry-run", 2, ["'+' would add a new key"]),
        ("show model atention_mil", 2, ["did you mean 'attention_mil'?"]),
        ("show config trainer/cpv", 2, ["did you mean 'trainer/cpu'"]),
        ("score x.csv --challenge tissue-lesion", 2, ["did you mean 'tissue-lesions'?"]),
        ("score x.csv --challenge tissue-lesions", 3, ["x.csv"]),
        ("leaderboard nowhere", 3, ["nowhere"]),
        ("report nowhere", 3, ["nowhere"]),
        ("evaluate --run nowhere --data x", 3, ["nowhere"]),
        ("predict x.svs --run nowhere --out o", 3, ["nowhere"]),
        ("validate nowhere.yaml", 3, ["nowhere.yaml"]),
        ("validate seed=1 card.yaml", 2, ["either settings or one card"]),
        ("audit verify --log nowhere.jsonl", 3, ["nowhere.jsonl"]),
        ("synthesize nowhere --out x", 2, ["no use_case named 'nowhere'"]),
        ("completion tcsh", 2, ["bash, zsh, fish"]),
        ("new model My-Model", 2, ["'My-Model' is no snake_case name", "use my_model"]),
        ("new model class", 2, ["'class'"]),
        ("new model 3d", 2, ["'3d'"]),
        ("new model attention_mil", 2, ["named 'attention_mil' already", "models/attention_mil"]),
        ("new challenge tissue_lesions", 2, ["named 'tissue_lesions' already"]),
    ],
)
def test_a_mistake_is_told(
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    code: int,
    words: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    found, out, err = call(*typed.split())
    assert found == code
    assert out == ""
    assert err.startswith("Error: ") and "Traceback" not in err
    for word in words:
        assert word in err
    assert list(tmp_path.iterdir()) == []


def test_with_json_an_error_is_json_too(call: Call) -> None:
    code, out, err = call("train", "sed=3", "trainer.epochs=2", "--json")
    error = json.loads(out)["error"]
    assert code == error["exit_code"] == 2
    assert [problem["code"] for problem in error["problems"]] == ["unknown-key", "unknown-key"]
    assert "no setting 'sed'" in err


def test_a_traceback_is_shown_when_asked_for(call: Call) -> None:
    from workbench.errors import UsageError

    with pytest.raises(UsageError):
        call("train", "sed=3", "--traceback")


def test_nothing_typed_shows_the_help(call: Call) -> None:
    code, out, err = call()
    assert (code, out) == (2, "")
    assert err.startswith("Usage: workbench") and "leaderboard" in err


def test_a_rejected_submission_ends_with_4_and_all_problems(call: Call, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("case,benign,low,high,invasive\nC02_S001,0.5,nan,0,0\nnobody,1,0,0,0\n")
    code, out, err = call("score", str(wrong), "--challenge", "tissue-lesions", "--json")
    codes = {problem["code"] for problem in json.loads(out)["error"]["problems"]}
    assert code == 4
    assert len(codes) >= 3
    assert "wrong.csv" in err


def test_an_unforeseen_error_says_how_to_see_more(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(kind: str) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("workbench.registry.entries", broken)
    code, out, err = call("list")
    assert (code, out) == (1, "")
    assert "unexpected ZeroDivisionError: division by zero" in err and "--traceback" in err


def test_underscores_and_hyphens_in_choices_are_the_same(call: Call) -> None:
    assert call("list", "use_cases").code == 0  # type: ignore[attr-defined]
