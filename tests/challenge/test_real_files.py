"""Real files end to end: TissueNet's labels as a challenge, challengeR's vignette, two markers.

The files lie outside the repository; the tests are skipped, visibly, where they are absent.
"""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.challenge.instruments.duplicates import find_duplicates
from workbench.challenge.instruments.planning import plan
from workbench.challenge.ranking import rank
from workbench.challenge.standings import board
from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.teams import create_team
from workbench.challenge.submissions import (
    Labels,
    check_here,
    entry,
    open_challenge,
    organiser_here,
    submit,
    work,
)
from workbench.cli.main import main
from workbench.metrics import TISSUENET_COST
from workbench.metrics.delong import delong
from workbench.scoring import Challenge, load_challenge

ORACLES = Path(__file__).resolve().parents[1] / "oracles"
HEADER = ["filename", "0", "1", "2", "3"]


@pytest.fixture(scope="module")
def files(shared_data: Path) -> Path:
    """Folder of public files of real challenges."""
    folder = shared_data / "challenges"
    if not folder.is_dir():
        pytest.skip("the files of real challenges are absent")
    return folder


@pytest.fixture(scope="module")
def pack(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A challenge made from TissueNet's labels, centres as units, by the command line."""
    place = tmp_path_factory.mktemp("tissuenet")
    (place / "cost.json").write_text(json.dumps(TISSUENET_COST))
    typed = ["challenge", "new", "--id", "tissuenet-mini", "--unit", "centre"]
    typed += ["--from-csv", str(files / "tissuenet/train_labels.csv")]
    typed += ["--unit-pattern", r"^(C\d+)_", "--classes", "benign,low,high,invasive"]
    typed += ["--metric", "cost-score", "--metric", "accuracy"]
    typed += ["--cost", str(place / "cost.json"), "--public-share", "0.5"]
    typed += ["--opens", "2026-03-01T00:00Z", "--closes", "2026-04-01T00:00Z"]
    typed += ["--out", str(place / "pack"), "--labels-out", str(place / "labels")]
    assert main(typed) == 0
    return place


@pytest.fixture
def card(pack: Path) -> Challenge:
    return load_challenge(pack / "pack")


@pytest.fixture
def here(pack: Path, card: Challenge, tmp_path: Path) -> Iterator[Store]:
    """A store on the day after opening, with the challenge."""
    clock = SetClock(datetime(2026, 3, 2, tzinfo=UTC))
    with open_store(tmp_path / "store", clock=clock) as opened:
        open_challenge(opened, card, pack / "labels", "organiser")
        yield opened


def _truth(pack: Path) -> pd.DataFrame:
    parts = [pd.read_csv(path, dtype=str) for path in sorted((pack / "labels").glob("*.csv"))]
    return pd.concat(parts, ignore_index=True)


def _answer(pack: Path, wrong: float, seed: int) -> bytes:
    """Return one-hot answers in TissueNet's own shape; some are one grade off."""
    truth = _truth(pack)
    classes = ["benign", "low", "high", "invasive"]
    codes = np.array([classes.index(label) for label in truth["label"]])
    rng = np.random.default_rng(seed)
    step = np.where(codes == 3, -1, np.where(codes == 0, 1, rng.choice([-1, 1], len(codes))))
    called = np.where(rng.random(len(codes)) < wrong, codes + step, codes)
    table = pd.DataFrame(np.eye(4, dtype=int)[called], columns=HEADER[1:])
    table.insert(0, "filename", truth["filename"])
    return table.to_csv(index=False).encode()


def test_the_submission_format_is_understood_and_its_zeros_refused(
    files: Path, card: Challenge
) -> None:
    """The public format lists 1,527 other slides, all zeros: its header is right, its rows not."""
    content = (files / "tissuenet/submission_format.csv").read_bytes()
    report = check_here(card, content, "public", datetime(2026, 3, 2, tzinfo=UTC))
    assert not report.accepted
    assert report.counts == {"extra-row": 1527, "missing-row": 1015, "sum-not-one": 1527}


def test_tissuenet_from_labels_to_board(pack: Path, card: Challenge, here: Store) -> None:
    sent = {"Sure": (0.10, 1), "Careful": (0.25, 2), "Copy": (0.10, 1)}
    with here.writing("organiser") as transaction:
        ids = {name: create_team(transaction, card.id, name) for name in sent}
    for name, (wrong, seed) in sent.items():
        holder = Principal(ids[name], "participant", team=ids[name], challenge=card.id)
        submit(here, holder, card.id, _answer(pack, wrong, seed), filename="submission.csv")
    done = list(work(here, Labels(pack / "labels"), idle_s=None))
    assert [one.outcome for one in done] == ["scored"] * 3

    public = pd.read_csv(pack / "labels/public-test.csv", dtype=str)
    shown = board(here, card.id, "public", viewer=organiser_here()).document
    rows = {row.name: row for row in shown.rows if row.kind == "team"}
    assert rows["Sure"].score == rows["Copy"].score > rows["Careful"].score
    assert (rows["Sure"].rank, rows["Copy"].rank, rows["Careful"].rank) == (1, 1, 3)
    assert rows["Sure"].tie_group and rows["Copy"].tie_group
    floor = next(row for row in shown.rows if row.kind == "floor")
    assert floor.score is not None and rows["Careful"].score is not None
    assert floor.score < rows["Careful"].score
    assert entry(here, organiser_here()).state == "scored"

    # The official score by its own formula, in whole tenths.
    answer = _answer(pack, 0.10, 1)
    called = pd.read_csv(io.BytesIO(answer)).set_index("filename")[HEADER[1:]]
    classes = ["benign", "low", "high", "invasive"]
    cost = np.rint(np.array(TISSUENET_COST) * 10).astype(int)
    tenths = [
        10 - cost[classes.index(row.label), called.loc[row.filename].to_numpy().argmax()]
        for row in public.itertuples()
    ]
    assert rows["Sure"].score == pytest.approx(sum(tenths) / (10 * len(tenths)), abs=5e-4)

    (found,) = find_duplicates(here, organiser_here(), card.id)
    assert [{one.name for one in group} for group in found.identical] == [{"Sure", "Copy"}]


def test_centres_not_slides_say_what_the_set_can_tell_apart(pack: Path, card: Challenge) -> None:
    found = plan(card, split="public-test", labels=pack / "labels", accuracy=0.8)
    assert found.n_units == 9
    by_slide = card.model_copy(update={"unit": card.key})
    alone = plan(
        by_slide, split="public-test", labels=pack / "labels/public-test.csv", accuracy=0.8
    )
    assert alone.n_units == 685
    assert found.difference > 2 * alone.difference


def test_the_vignette_ranks_as_it_was_made(files: Path) -> None:
    """ChallengeR's tasks: an ideal one, a random one, and one where all orders are equally often.

    Intervals of width 0 and P(first) of 1 in the ideal task; all tied in the worst case.
    """
    table = pd.read_csv(files / "ranking/challenger_vignette.csv")
    found = rank(table, direction="maximize", columns={"algorithm": "alg_name"}).table("scores")
    by_task = {task: part.set_index("algorithm") for task, part in found.groupby("task")}
    ideal, worst = by_task["c_ideal"], by_task["c_worstcase"]
    assert ideal["rank"].to_dict() == {f"A{i}": i for i in range(1, 6)}
    assert (ideal["rank_low"] == ideal["rank_high"]).all()
    assert ideal.loc["A1", "p_first"] == 1
    assert (worst["rank"] == 1).all()
    assert worst["tie_group"].all()
    assert worst["p_first"].to_numpy() == pytest.approx(0.2, abs=0.06)
    assert set(by_task["c_random"]["rank"]) == {1, 2, 3, 4, 5}
    assert by_task["c_random"]["tie_group"].all()


def test_two_markers_compare_as_in_proc(files: Path) -> None:
    """DeLong's areas, variances, covariance and paired test: R pROC to ten digits."""
    oracle = json.loads((ORACLES / "asah.json").read_text())
    table = pd.read_csv(files / "ranking/asah.csv")
    truth = (table["outcome"] == "Poor").astype(int)
    found = delong(truth, table[["s100b", "ndka"]].to_numpy())
    assert len(table) == oracle["n"]
    for place, marker in enumerate(("s100b", "ndka")):
        assert found.areas[place] == pytest.approx(oracle[marker]["auc"], abs=1e-10)
        variance = found.covariance[place, place]
        assert variance == pytest.approx(oracle[marker]["variance"], abs=1e-10)
        interval = found.interval(place, scale="identity")
        assert interval == pytest.approx(oracle[marker]["interval"], abs=1e-10)
    assert found.covariance[0, 1] == pytest.approx(oracle["covariance"], abs=1e-10)
    gap, error, p_value = found.difference(0, 1)
    assert gap / error == pytest.approx(oracle["z"], abs=1e-10)
    assert p_value == pytest.approx(oracle["p_value"], abs=1e-10)
