"""From slide files to cases: kept stages, named bad slides, refused data."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import data, digests
from workbench.errors import DataError, UsageError
from workbench.imaging.features import STATISTIC_NAMES
from workbench.imaging.writing import write_slide

from .conftest import CLASSES, part, row, tissue, use_case

stages = part("stages")
PROGRAM = """
import importlib, sys
from pathlib import Path
from workbench import data
home = "workbench.content.use_cases.pathology_slides."
entry = importlib.import_module(home + "use_case").PathologySlides
params = importlib.import_module(home + "params").Params(threads=1)
entry(params).prepare(data.open(sys.argv[1], "train"), Path(sys.argv[2]))
"""


def prepared(source, cache: Path, purpose: str = "train", **params):
    limit = params.pop("limit", None)
    return use_case(**params).prepare(data.open(source, purpose), cache, limit=limit)


def content_of(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    return {p.relative_to(folder).as_posix(): digests.of_file(p) for p in sorted(files)}


def test_slides_become_bags_of_tiles_with_statistics(drawn_set: Path, tmp_path: Path) -> None:
    ready = prepared(drawn_set, tmp_path)
    cases, table = ready.cases, ready.cases.table
    cases.check()
    assert cases.kind == "bags" and cases.classes == CLASSES
    assert cases.features == STATISTIC_NAMES
    assert list(table.columns) == ["case", "person", "label", "centre", "split"]
    assert sorted(table["label"]) == sorted(CLASSES * 2)
    facts = ready.slides.set_index("case")
    for case in cases.ids:
        bag = cases.inputs[case]
        assert bag.features.dtype == np.float32 and len(bag) == facts.loc[case, "tiles"] > 0
        assert (bag.coords % 256 == 0).all() and bag.coords.max() <= 768
    assert set(facts["mpp_source"]) == {"property", "tiff-tag"}
    assert ready.flow[-1]["kept"] == facts["tiles"].sum()
    assert not len(ready.excluded)


def test_each_stage_leaves_something_to_look_at(drawn_set: Path, tmp_path: Path) -> None:
    prepared(drawn_set, tmp_path)
    kinds = {p.parent.name: p.suffix for p in sorted(tmp_path.rglob("*")) if p.is_file()}
    assert set(kinds) == {"inspect", "tissue", "tiles", "statistics"}
    pictures = list((tmp_path / "tissue").glob("*.png"))
    tables = [pd.read_parquet(p) for p in (tmp_path / "tiles").glob("*.parquet")]
    assert len(pictures) == len(tables) == 8
    assert {"slide_id", "x0", "y0", "mpp", "tissue_fraction"} <= set(tables[0].columns)


def test_results_are_recalled_without_opening_a_slide(
    drawn_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = prepared(drawn_set, tmp_path)

    def refuse(*args, **kwargs):
        raise AssertionError("a slide was opened")

    monkeypatch.setattr(stages, "open_slide", refuse)
    again = prepared(drawn_set, tmp_path, threads=1)
    for case in first.cases.ids:
        assert np.array_equal(again.cases.inputs[case].features, first.cases.inputs[case].features)
        assert np.array_equal(again.cases.inputs[case].coords, first.cases.inputs[case].coords)
    assert again.slides.equals(first.slides) and again.flow == first.flow
    with pytest.raises(AssertionError):
        prepared(drawn_set, tmp_path, target_mpp=2.0)


def test_other_settings_and_code_never_meet_a_stale_result(
    drawn_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(drawn_set, tmp_path)
    before = set(content_of(tmp_path))
    prepared(drawn_set, tmp_path, min_tissue=0.7)
    grown = set(content_of(tmp_path)) - before
    assert {Path(name).parts[0] for name in grown} == {"tiles", "statistics"}
    monkeypatch.setattr(stages.digests, "of_code", lambda folders: "other code")
    prepared(drawn_set, tmp_path)
    assert len(content_of(tmp_path)) == 2 * len(before) + len(grown)


def test_threads_do_not_change_the_results(drawn_set: Path, tmp_path: Path) -> None:
    prepared(drawn_set, tmp_path / "one", threads=1)
    prepared(drawn_set, tmp_path / "three", threads=3)
    assert content_of(tmp_path / "one") == content_of(tmp_path / "three")


@pytest.mark.parametrize("stage", ["inspect", "tissue", "tiles", "statistics"])
def test_killed_in_a_stage_then_run_again_gives_the_same_bytes(
    drawn_set: Path, tmp_path: Path, stage: str
) -> None:
    prepared(drawn_set, tmp_path / "whole", threads=1)
    cache = tmp_path / "killed"
    command = [sys.executable, "-c", PROGRAM, str(drawn_set), str(cache)]
    run = subprocess.Popen(command, env=dict(os.environ))
    limit = time.monotonic() + 120
    while not any((cache / stage).glob("*")) and time.monotonic() < limit:
        time.sleep(0.001)
    assert run.poll() is None, "it was too fast to be killed"
    run.send_signal(signal.SIGKILL)
    run.wait()
    prepared(drawn_set, cache, threads=1)
    assert content_of(cache) == content_of(tmp_path / "whole")


def test_what_a_killed_process_left_long_ago_is_removed(drawn_set: Path, tmp_path: Path) -> None:
    old, young = tmp_path / "tiles" / ".a.1.part", tmp_path / "tiles" / ".b.2.part"
    for leftover, age_s in ((old, 7200), (young, 0)):
        leftover.parent.mkdir(exist_ok=True)
        leftover.write_text("half")
        os.utime(leftover, (time.time() - age_s,) * 2)
    prepared(drawn_set, tmp_path, limit=1)
    assert not old.exists() and young.exists()


def test_a_damaged_result_is_made_again(drawn_set: Path, tmp_path: Path) -> None:
    prepared(drawn_set, tmp_path)
    whole = content_of(tmp_path)
    for stage in ("inspect", "tissue", "tiles", "statistics"):
        victim = sorted((tmp_path / stage).iterdir())[0]
        victim.write_bytes(victim.read_bytes()[:40])
    prepared(drawn_set, tmp_path)
    assert content_of(tmp_path) == whole


def test_bad_slides_are_named_and_the_others_go_on(
    set_of: Callable[..., Path], tmp_path: Path
) -> None:
    good = write_slide(tmp_path / "good.svs", tissue(), 0.5).read_bytes()
    glass = np.full((1024, 1024, 3), 243, np.uint8)
    dark = np.zeros((1024, 1024, 3), np.uint8)
    dark[300:700, 300:700, 2] = 200
    card = set_of(
        {
            "good.svs": tissue(seed=1),
            "cut.svs": good[: len(good) // 2],
            "empty.svs": b"",
            "glass.svs": glass,
            "dark.svs": dark,
        },
        [row(name) for name in ("good", "cut", "empty", "glass", "dark")],
    )
    ready = prepared(card, tmp_path / "cache")
    assert ready.cases.ids == ["good"]
    reasons = ready.excluded.set_index("case")["reason"].to_dict()
    assert reasons == {
        "cut": "unreadable", "dark": "fluorescence", "empty": "empty-file", "glass": "no-tissue",
    }  # fmt: skip
    assert ready.excluded["message"].str.contains("Next: ").all()
    assert not ready.excluded["message"].str.contains(str(tmp_path)).any()
    assert {"step": "slides used", "kept": 1, "excluded": 4, "reason": ""} in ready.flow


def test_mpp_is_never_guessed(set_of: Callable[..., Path], tmp_path: Path) -> None:
    card = set_of({"a.svs": tissue()}, [row("a")], mpp=None)
    assert prepared(card, tmp_path / "1").excluded["reason"].tolist() == ["missing-mpp"]
    stated = prepared(card, tmp_path / "1", mpp=0.5)
    assert stated.slides["mpp_source"].tolist() == ["stated"]


def test_mpp_of_the_table_counts_where_the_slide_says_nothing(
    set_of: Callable[..., Path], tmp_path: Path
) -> None:
    card = set_of({"a.svs": tissue()}, [row("a", mpp=0.5)], mpp=None)
    ready = prepared(card, tmp_path / "1")
    assert ready.slides[["mpp", "mpp_source"]].to_numpy().tolist() == [[0.5, "manifest"]]


def test_the_same_slide_under_two_names_is_refused(
    set_of: Callable[..., Path], tmp_path: Path
) -> None:
    card = set_of({"a.svs": tissue(), "b.svs": tissue()}, [row("a"), row("b")])
    with pytest.raises(DataError, match=r"same content as 'slides/a\.svs'"):
        prepared(card, tmp_path / "1")


def test_every_absent_slide_of_the_label_table_is_named(
    set_of: Callable[..., Path], tmp_path: Path
) -> None:
    card = set_of({"a.svs": tissue()}, [row("a"), row("b"), row("c")])
    with pytest.raises(DataError) as caught:
        prepared(card, tmp_path / "1")
    assert {p.where for p in caught.value.problems} == {"slides/b.svs", "slides/c.svs"}


def test_training_leaves_out_unlabelled_slides_and_other_splits(
    set_of: Callable[..., Path], tmp_path: Path
) -> None:
    rows = [row("a", split="train"), row("b", label="", split="train"), row("c", split="test")]
    card = set_of({f"{name}.svs": tissue(seed=n) for n, name in enumerate("abc")}, rows)
    ready = prepared(card, tmp_path / "1")
    assert ready.cases.ids == ["a"]
    reasons = ready.excluded.set_index("case")["reason"].to_dict()
    assert reasons == {"b": "no-label", "c": "other-split"}
    assert len(prepared(card, tmp_path / "1", purpose="evaluate").cases) == 3


def test_loose_slides_are_cases_without_labels(tmp_path: Path) -> None:
    folder = tmp_path / "slides"
    for name, seed in (("a.svs", 0), ("a.tif", 1), ("sub/b.svs", 2)):
        style = "svs" if name.endswith("svs") else "tiff"
        write_slide(folder / name, tissue(seed=seed), 0.5, style=style)
    ready = prepared(folder, tmp_path / "cache", purpose="predict")
    assert ready.cases.ids == ["a.svs", "a.tif", "sub_b"]
    assert "label" not in ready.cases.table and "person" in ready.cases.table
    one = prepared([folder / "sub" / "b.svs"], tmp_path / "cache", purpose="predict")
    assert one.cases.ids == ["b"]


def test_a_folder_without_slides_is_refused(tmp_path: Path) -> None:
    (tmp_path / "slides").mkdir()
    (tmp_path / "slides" / "notes.txt").write_text("no slide")
    with pytest.raises(DataError, match="no slide"):
        prepared(tmp_path / "slides", tmp_path / "cache", purpose="predict")


def test_a_trial_run_keeps_the_classes_in_balance(drawn_set: Path, tmp_path: Path) -> None:
    ready = prepared(drawn_set, tmp_path, limit=4)
    assert sorted(ready.cases.table["label"]) == sorted(CLASSES)
    assert {"step": "slides", "kept": 4, "excluded": 4, "reason": "trial-run"} in ready.flow


@pytest.mark.parametrize(
    "params",
    [{"slide_px": 1000}, {"n_slides": 0}, {"encoder": {"name": "resnet"}}, {"tile": 1}],
)
def test_impossible_settings_are_refused(params: dict) -> None:
    with pytest.raises(UsageError):
        use_case(**params)


def test_real_slides_are_used_or_refused_by_name(shared_data: Path, tmp_path: Path) -> None:
    slides = shared_data / "slides"
    names = ["cmu-1-small-region.svs", "broken.svs", "kidney-48-5.tif", "test3-dapi.ndpi",
             "multiframe_camelyon_challenge_image.dcm", "tcga-cr-7395-01a-01-ts1.svs"]  # fmt: skip
    ready = prepared([slides / name for name in names], tmp_path, purpose="predict")
    assert ready.cases.ids == ["cmu-1-small-region"]
    assert ready.excluded.set_index("case")["reason"].to_dict() == {
        "broken": "unreadable",
        "kidney-48-5": "no-pyramid",
        "test3-dapi": "fluorescence",
        "multiframe_camelyon_challenge_image": "too-coarse",
        "tcga-cr-7395-01a-01-ts1": "missing-mpp",
    }
    tcga = [slides / "tcga-cr-7395-01a-01-ts1.svs"]
    assert len(prepared(tcga, tmp_path, purpose="predict", mpp=0.25).cases) == 1
