"""stdout holds the result and nothing else; an interrupt ends with 130."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

KIT = Path(__file__).resolve().parents[2] / "challenges/tissue_lesions/starting_kit"
RUN = ["use_case=visit_risk", "challenge=visits", "baselines=[]", "tracking=none", "debug=quick"]
Call = Callable[..., tuple[int, str, str]]


def test_json_output_is_json_alone_even_when_a_library_prints(
    call: Call, joined: Path, hospital: Path
) -> None:
    model = hospital / "models/marker/model.py"
    text = model.read_text()
    try:
        model.write_text(
            text.replace(
                "        from sklearn.linear", "        print('loud')\n        from sklearn.linear"
            )
        )
        sys.modules.pop("workbench.content.models.marker.model", None)
        code, out, err = call("train", *RUN, "model=marker", "seed=77", "--json")
    finally:
        model.write_text(text)
        sys.modules.pop("workbench.content.models.marker.model", None)
    assert code == 0
    assert json.loads(out)["score"]["challenge"] == "visits"
    assert "loud" in err


def test_score_writes_the_canonical_sheet(call: Call) -> None:
    from workbench.scoring import score_file

    submission = KIT / "submission.csv"
    _, out, _ = call("score", str(submission), "--challenge", "tissue-lesions", "--json")
    assert out == score_file(submission, "tissue-lesions").to_json()


def test_score_against_own_labels(call: Call) -> None:
    words = [str(KIT / "submission.csv"), "--challenge", "tissue-lesions"]
    sample = call("score", *words, "--json")
    assert call("score", *words, "--truth", str(KIT / "labels.csv"), "--json") == sample


def test_a_table_in_a_pipe_is_complete(
    in_process_of_its_own: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = in_process_of_its_own("list", "configs", "--roots", COLUMNS="40")
    assert "configs/challenge/tissue_lesions.yaml" in done.stdout
    assert "…" not in done.stdout


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m workbench.cli.main list configs | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("group") and done.stderr == ""


def test_an_interrupt_ends_with_130(joined: Path, hospital: Path) -> None:
    slow = joined / "slow"
    assert _new(slow, hospital) == 0
    synthetic = slow / "use_cases/slow_visits/synthetic.py"
    text = synthetic.read_text()
    wait = "    storage.write_text(folder / 'begun', '')\n    import time\n    time.sleep(60)\n"
    synthetic.write_text(text.replace("    rows = make_visits", f"{wait}    rows = make_visits"))
    paths = os.pathsep.join([str(hospital), str(slow)])
    running = subprocess.Popen(
        [sys.executable, "-m", "workbench.cli.main", "synthesize", "slow_visits", "--out", "x"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "WORKBENCH_PATH": paths},
        # A shell's background job ignores the interrupt and hands that on to its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    for _ in range(600):
        if (joined / "x/begun").exists():
            break
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert err.endswith("Interrupted.\n") and "Traceback" not in err


def _new(root: Path, hospital: Path) -> int:
    """Make a use case in another root."""
    from workbench.cli.main import main

    return main(["new", "use-case", "slow_visits", "--into", str(root)])


@pytest.mark.parametrize("verb", ["verify", "show"])
def test_the_audit_log_of_what_was_opened(call: Call, joined: Path, verb: str) -> None:
    call("synthesize", "visit_risk", "--out", "d", "persons=12")
    assert call("validate", "d")[0] == 0
    code, out, _ = call("audit", verb, "--json")
    assert code == 0
    found = json.loads(out)
    records = found["records"] if verb == "verify" else len(found)
    assert records == 1


def test_an_altered_audit_line_is_named(call: Call, joined: Path) -> None:
    call("synthesize", "visit_risk", "--out", "d", "persons=12")
    for _ in range(3):
        call("validate", "d")
    log = Path(os.environ["WORKBENCH_HOME"]) / "audit/log.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join([lines[0], lines[1].replace("validate", "describe"), lines[2]]))
    code, out, _ = call("audit", "verify")
    assert code == 3 and "line 2" in out
