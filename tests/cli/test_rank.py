"""``workbench rank``: boards, JSON, page and figures of any long table; mistakes told."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

Call = Callable[..., Any]
QUICK = ("--direction", "maximize", "--resamples", "200")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two tasks, four algorithms, 24 cases of 12 patients in three centres, odd column names."""
    rng = np.random.default_rng(0)
    rows = [
        (task, f"{case:03d}", f"p{case // 2}", f"c{case % 3}", name, round(good + noise, 4))
        for task in ("liver", "lung")
        for case, noise in enumerate(rng.normal(0, 0.05, 24))
        for name, good in (("ridge", 0.9), ("=forest", 0.7), ("<b>net", 0.7), ("zero", 0.1))
    ]
    columns = ["task", "image", "patient", "site", "model", "dice"]
    path = tmp_path / "table.csv"
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    return path


MAPPED = (
    "--case", "image", "--unit", "patient", "--centre", "site", "--algorithm", "model",
    "--value", "dice",
)  # fmt: skip


def test_json_gives_each_task_with_ranks_and_their_uncertainty(call: Call, table: Path) -> None:
    code, out, _ = call("rank", str(table), *MAPPED, *QUICK, "--json")
    found = json.loads(out)
    assert code == 0
    assert list(found["tasks"]) == ["liver", "lung"]
    first = found["tasks"]["liver"][0]
    wanted = {"algorithm", "value", "rank", "rank_low", "rank_high", "p_first"}
    assert wanted <= set(first)
    assert (first["algorithm"], first["rank"], first["p_first"]) == ("ridge", 1, 1.0)
    assert [row["rank"] for row in found["tasks"]["lung"]] == [1, 2, 2, 4]
    assert first["n_units"] == 12
    assert found["conventions"]["unit"] != "case"
    assert next(row["algorithm"] for row in found["consensus"]) == "ridge"


def test_the_direction_turns_the_ranking(call: Call, table: Path) -> None:
    arguments = ("rank", str(table), *MAPPED, "--resamples", "200", "--json")
    worst = json.loads(call(*arguments, "--direction", "minimize").out)["tasks"]["lung"]
    assert worst[0]["algorithm"] == "zero"


def test_the_board_fits_80_columns_and_says_what_its_columns_mean(call: Call, table: Path) -> None:
    code, out, err = call("rank", str(table), *MAPPED, *QUICK)
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "consensus over 2 tasks" in out
    assert "bootstrap interval" in err
    assert "Every case is its own unit" not in err


def test_cases_as_units_are_pointed_out(call: Call, table: Path) -> None:
    named = [word for word in MAPPED if word not in ("--unit", "patient")]
    assert "Every case is its own unit" in call("rank", str(table), *named, *QUICK).err


def test_page_and_figures_are_written_and_the_same_again(
    call: Call, table: Path, tmp_path: Path
) -> None:
    written = []
    for name in ("one", "two"):
        page, folder = tmp_path / name / "page.html", tmp_path / name / "figures"
        code = call(
            "rank", str(table), *MAPPED, *QUICK, "--html", str(page), "--figures", str(folder)
        ).code
        assert code == 0
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        written.append((page.read_bytes(), files))
    assert written[0] == written[1]
    assert "1-liver-significance.svg" in written[0][1]
    assert "2-lung-centres.csv" in written[0][1]


def test_row_order_is_nothing(call: Call, table: Path) -> None:
    before = call("rank", str(table), *MAPPED, *QUICK, "--json").out
    frame = pd.read_csv(table, dtype=str).sample(frac=1, random_state=1)
    frame.to_csv(table, index=False)
    assert call("rank", str(table), *MAPPED, *QUICK, "--json").out == before


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, ["--direction"]),
        (("--direction", "up"), 2, ["maximize or minimize", "'up'"]),
        (("--direction", "maximize"), 2, ["no column 'case'", "image", "--case NAME"]),
        ((*MAPPED, *QUICK, "--scheme", "mean_rank"), 2, ["no ranking scheme", "did you mean"]),
        ((*MAPPED, *QUICK, "--ties", "first"), 2, ["min, max or average"]),
        ((*MAPPED, *QUICK, "--missing", "wors"), 2, ["did you mean 'worst'?"]),
        ((*MAPPED, *QUICK, "--level", "95"), 2, ["between 0 and 1"]),
        ((*MAPPED, *QUICK, "--consensus", "median"), 2, ["mean_rank", "kemeny"]),
    ],
)
def test_a_mistake_is_told(
    call: Call, table: Path, arguments: tuple[str, ...], code: int, words: list[str]
) -> None:
    found = call("rank", str(table), *arguments)
    assert (found.code, found.out) == (code, "")
    for word in words:
        assert word in found.err


def test_bad_cells_are_all_named_with_their_rows(call: Call, table: Path) -> None:
    frame = pd.read_csv(table, dtype=str)
    frame.loc[3, "dice"] = "0,5"
    frame.loc[7, "dice"] = "inf"
    frame.loc[9, "patient"] = ""
    frame.to_csv(table, index=False)
    found = call("rank", str(table), *MAPPED, *QUICK)
    assert found.code == 3
    for word in ("row 4, column dice", "row 8, column dice", "row 10, column patient"):
        assert word in found.err


def test_missing_values_need_a_policy(call: Call, table: Path) -> None:
    frame = pd.read_csv(table, dtype=str)
    frame.drop(index=5).to_csv(table, index=False)
    refused = call("rank", str(table), *MAPPED, *QUICK)
    assert refused.code == 3
    assert "--missing POLICY" in refused.err
    assert "--range LOW HIGH" in call("rank", str(table), *MAPPED, *QUICK, "--missing", "worst").err
    dropped = call("rank", str(table), *MAPPED, *QUICK, "--missing", "drop")
    assert dropped.code == 0 and "missing values: 1; policy: drop" in dropped.err
    worst = ("--missing", "worst", "--range", "0", "1", "--json")
    facts = json.loads(call("rank", str(table), *MAPPED, *QUICK, *worst).out)["conventions"]
    assert (facts["missing"], facts["n_missing"]) == ("worst", 1)


def test_a_name_sends_nothing_to_the_terminal(call: Call, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "case": list("abab"),
            "algorithm": ["x\x1b[2J"] * 2 + ["y\u202e"] * 2,
            "value": [1, 2, 3, 5],
        }
    )
    frame.to_csv(tmp_path / "t.csv", index=False)
    found = call("rank", str(tmp_path / "t.csv"), *QUICK)
    assert found.code == 0 and r"x\x1b[2J" in found.out and r"y\u202e" in found.out
    assert not {"\x1b", "\u202e"} & set(found.out)


def test_no_such_file_ends_with_3(call: Call) -> None:
    assert call("rank", "nowhere.csv", "--direction", "maximize").code == 3


def test_the_vignette_of_challenger(call: Call, shared_data: Path) -> None:
    path = shared_data / "challenges/ranking/challenger_vignette.csv"
    typed = ("rank", str(path), "--algorithm", "alg_name", "--direction", "maximize", "--json")
    tasks = json.loads(call(*typed).out)["tasks"]
    assert [row["algorithm"] for row in tasks["c_ideal"]] == ["A1", "A2", "A3", "A4", "A5"]
    assert [row["algorithm"] for row in tasks["c_random"]] == ["A1", "A2", "A4", "A5", "A3"]
    assert all(row["tie_group"] for row in tasks["c_random"])
    assert not any(row["tie_group"] for row in tasks["c_ideal"][1:])
