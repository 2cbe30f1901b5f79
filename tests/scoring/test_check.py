"""The submission check: each way to be wrong has a code, a place and a remedy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, SubmissionRejected
from workbench.scoring import check_submission
from workbench.scoring.reading import read_csv_bytes

KEYS = ["0001", "0002", "0003"]
HEAD = "case,benign,low,high,invasive\n"
GOOD = HEAD + "0001,1,0,0,0\n0002,0.25,0.25,0.25,0.25\n0003,.1,.2,.3,4e-1\n"


def rejected(content: str | bytes, challenge, keys=KEYS) -> SubmissionRejected:
    raw = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(SubmissionRejected) as caught:
        check_submission(read_csv_bytes(raw, "x.csv"), challenge, keys)
    assert caught.value.exit_code == 4
    return caught.value


def codes(content: str | bytes, challenge, keys=KEYS) -> list[str]:
    return [problem.code for problem in rejected(content, challenge, keys).problems]


def accepted(content: str | bytes, challenge, keys=KEYS) -> pd.DataFrame:
    raw = content if isinstance(content, bytes) else content.encode()
    return check_submission(read_csv_bytes(raw, "x.csv"), challenge, keys)


def test_good_file_keeps_ids_as_text(challenge) -> None:
    table = accepted(GOOD, challenge)
    assert table["case"].tolist() == KEYS
    assert table.loc[2, ["benign", "low", "high", "invasive"]].tolist() == [0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "missing-value"),
        ("NaN", "missing-value"),
        ("NA", "missing-value"),
        ("null", "missing-value"),
        ("inf", "infinite"),
        ("-Infinity", "infinite"),
        ("1e309", "infinite"),
        ("abc", "not-a-number"),
        ("0x1", "not-a-number"),
        ("1+2j", "not-a-number"),
        ("٠", "not-a-number"),
        ("1_0", "not-a-number"),
        ("1 000", "thousand-separator"),
        ('"1,000.5"', "thousand-separator"),
        ('"0,25"', "decimal-comma"),
        ("1.5", "out-of-range"),
        ("-0.1", "out-of-range"),
    ],
)
def test_each_bad_cell_has_its_code_and_place(challenge, cell, code) -> None:
    error = rejected(HEAD + f"0001,1,0,0,0\n0002,{cell},0,0,0\n0003,1,0,0,0\n", challenge)
    problem = next(p for p in error.problems if p.code == code)
    assert problem.where == "row 2 (line 3), case 0002, column benign"
    assert problem.as_dict()["row"] == 2
    assert problem.as_dict()["column"] == "benign"


def test_minus_zero_is_zero(challenge) -> None:
    table = accepted(GOOD.replace("1,0,0,0", "1,-0.0,0,0"), challenge)
    assert not np.signbit(table["low"].iloc[0])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("0.5,0.5,0.5,0.5", "sum-not-one"),
        ("0,0,0,0", "sum-not-one"),
        ("0.99,0,0,0", "sum-not-one"),
        ("1,1,0,0", "sum-not-one"),
    ],
)
def test_rows_that_do_not_sum_to_one(challenge, row, code) -> None:
    error = rejected(GOOD.replace("0.25,0.25,0.25,0.25", row), challenge)
    assert [p.code for p in error.problems] == [code]
    assert "case 0002" in error.problems[0].where


def test_rounding_is_allowed(challenge) -> None:
    table = accepted(GOOD.replace("0.25,0.25,0.25,0.25", "0.333,0.333,0.333,0.0005"), challenge)
    assert len(table) == 3


def test_one_hot_only_refuses_probabilities(challenge) -> None:
    rules = challenge.submission.model_copy(update={"forms": ["one-hot"]})
    strict = challenge.model_copy(update={"submission": rules})
    assert codes(GOOD, strict) == ["not-one-hot", "not-one-hot"]


def test_all_problems_are_listed_at_once(challenge) -> None:
    content = HEAD + "0001,1,0,0,0\n0001,1,0,0,0\n0002,nan,2,0,0\n9999,1,0,0,0\n,1,0,0,0\n"
    assert sorted(codes(content, challenge)) == [
        "duplicate-row",
        "empty-key",
        "extra-row",
        "missing-row",
        "missing-value",
        "out-of-range",
    ]


def test_duplicate_names_the_first_place(challenge) -> None:
    error = rejected(GOOD + "0001,1,0,0,0\n", challenge)
    assert error.problems[0].message == "case 0001 stands here again, first in row 1 (line 2)"


@pytest.mark.parametrize(
    ("key", "code", "hint"),
    [
        ("3", "leading-zeros", "did you mean '0003'? keep the id column as text"),
        ("0003.svs", "extra-row", "did you mean '0003'?"),
        ("slides/0003.tif", "extra-row", "did you mean '0003'?"),
        ("00003", "leading-zeros", "did you mean '0003'? keep the id column as text"),
        ("qqq", "extra-row", "remove the row"),
    ],
)
def test_foreign_keys_get_a_hint(challenge, key, code, hint) -> None:
    error = rejected(GOOD.replace("0003,", f"{key},"), challenge)
    assert (error.problems[0].code, error.problems[0].remedy) == (code, hint)
    assert error.problems[1].code == "missing-row"


def test_keys_differing_in_case_are_named(challenge) -> None:
    error = rejected(HEAD + "c01_b,1,0,0,0\n", challenge, ["C01_B"])
    assert error.problems[0].remedy == "did you mean 'C01_B'?"


@pytest.mark.parametrize(
    ("header", "code", "remedy"),
    [
        ("case,benign,low,high,invasve", "missing-column", "did you mean 'invasve'?"),
        ("case,Benign,low,high,invasive", "unknown-column", "did you mean 'benign'?"),
        ("id,benign,low,high,invasive", "missing-column", "expected header: case,benign,low"),
        ("case,benign,low,high,invasive,low", "duplicate-column", ""),
    ],
)
def test_wrong_headers(challenge, header, code, remedy) -> None:
    extra = ",0" * (header.count(",") - 4)
    error = rejected(f"{header}\n0001,1,0,0,0{extra}\n", challenge, ["0001"])
    problem = next(p for p in error.problems if p.code == code)
    assert problem.remedy.startswith(remedy)


def test_byte_order_mark_and_windows_line_ends_are_read(challenge) -> None:
    windows = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    pd.testing.assert_frame_equal(accepted(windows, challenge), accepted(GOOD, challenge))


def test_quotes_blank_lines_and_spaces_are_read(challenge) -> None:
    content = GOOD.replace("0001,1", '"0001", 1').replace("0002", "\n0002") + "\n\n"
    pd.testing.assert_frame_equal(accepted(content, challenge), accepted(GOOD, challenge))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"  \n \n", "empty-file"),
        (b"\xef\xbb\xbf", "empty-file"),
        (GOOD.encode("utf-16"), "encoding"),
        (GOOD.replace("0001", "é001").encode("latin-1"), "encoding"),
        (GOOD.replace(",", ";").encode(), "delimiter"),
        (GOOD.replace(",", "\t").encode(), "delimiter"),
        (GOOD.replace("0001", "00\x0001").encode(), "nul-byte"),
        (GOOD.replace("1,0,0,0", "1,0,0").encode(), "cell-count"),
        (GOOD.replace("1,0,0,0", "0,9,0,1,0,0,0").encode(), "cell-count"),
        ((GOOD + '0004,"1,0,0,0\n').encode(), "broken-csv"),
    ],
)
def test_each_bad_file_has_its_code(challenge, content, code) -> None:
    assert code in codes(content, challenge)


def test_text_after_a_broken_quote_is_not_called_missing(challenge) -> None:
    assert codes(HEAD + '0001,1,0,0,0\n"0002,1,0,0,0\n0003,1,0,0,0\n', challenge) == ["broken-csv"]


def test_excel_in_french_shows_both_faults_at_once(challenge) -> None:
    content = "case;benign;low;high;invasive\n0001;0,5;0,5;0;0\n"
    assert codes(content, challenge, ["0001"]) == ["delimiter", "decimal-comma", "decimal-comma"]


def test_header_alone_lacks_every_case(challenge) -> None:
    assert codes(HEAD, challenge) == ["missing-row"] * 3


def test_long_lists_are_cut_in_print_and_whole_in_json(challenge) -> None:
    keys = [f"k{i}" for i in range(2000)]
    error = rejected(HEAD, challenge, keys)
    assert len(error.problems) == 2000
    assert error.render().count("\n") < 60
    assert "and 1950 more" in error.render()


def test_many_problems_of_one_kind_do_not_hide_another(challenge) -> None:
    keys = [f"k{i}" for i in range(500)]
    error = rejected(HEAD + "k0,0;5,0,0,0\n", challenge, keys)
    assert "'0;5' is not a number" in error.render()
    assert len(error.problems) == 500


def test_tissuenet_header_and_run_table_are_accepted(challenge) -> None:
    alias = GOOD.replace("case,benign,low,high,invasive", "filename,0,1,2,3")
    run = GOOD.replace("case,benign,low,high,invasive", "case,p_benign,p_low,p_high,p_invasive")
    shuffled = (
        "invasive,case,low,high,benign\n0,0001,0,0,1\n.25,0002,.25,.25,.25\n.4,0003,.2,.3,.1\n"
    )
    for content in (alias, run, shuffled):
        pd.testing.assert_frame_equal(accepted(content, challenge), accepted(GOOD, challenge))


def test_decision_column_is_kept_and_checked(challenge) -> None:
    lines = GOOD.splitlines()
    content = "\n".join([lines[0] + ",decision", *(f"{line},low" for line in lines[1:])])
    assert accepted(content, challenge)["decision"].tolist() == ["low"] * 3
    error = rejected(content.replace("1,0,0,0,low", "1,0,0,0,lo"), challenge)
    assert (error.problems[0].code, error.problems[0].remedy) == (
        "unknown-class",
        "did you mean 'low'?",
    )


def test_parquet_and_frames_equal_csv(challenge, tmp_path) -> None:
    expected = accepted(GOOD, challenge)
    for name, table in (("a", expected), ("b", expected.sample(frac=1, random_state=1))):
        path = tmp_path / f"{name}.parquet"
        table.to_parquet(path)
        pd.testing.assert_frame_equal(check_submission(path, challenge, KEYS), expected)
        pd.testing.assert_frame_equal(check_submission(table, challenge, KEYS), expected)


def test_parquet_with_number_ids_says_that_zeros_are_lost(challenge, tmp_path) -> None:
    table = accepted(GOOD, challenge)
    table["case"] = table["case"].astype(int)
    table.to_parquet(tmp_path / "x.parquet")
    with pytest.raises(SubmissionRejected) as caught:
        check_submission(tmp_path / "x.parquet", challenge, KEYS)
    assert {p.code for p in caught.value.problems} == {"leading-zeros", "missing-row"}


def test_broken_parquet_is_rejected(challenge, tmp_path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(SubmissionRejected) as caught:
        check_submission(path, challenge, KEYS)
    assert caught.value.problems[0].code == "broken-parquet"


def test_absent_file_is_a_data_error(challenge, tmp_path) -> None:
    with pytest.raises(DataError, match="No such file"):
        check_submission(tmp_path / "none.csv", challenge, KEYS)


@pytest.mark.parametrize("policy", ["worst", "impute"])
def test_lenient_policies_allow_missing_rows_and_values(challenge, policy) -> None:
    lenient = challenge.model_copy(update={"missing_value_policy": policy})
    table = accepted(HEAD + "0001,1,0,0,0\n0002,,,,\n", lenient)
    assert table[["benign", "invasive"]].isna().to_numpy().tolist() == [
        [False, False],
        [True, True],
        [True, True],
    ]
    assert codes(HEAD + "0001,1,0,,0\n", lenient) == ["partly-missing"]


Mangle = Callable[[str], str]


@pytest.mark.parametrize(
    "mangle",
    [
        lambda text: text.replace("0003,", "3,"),
        lambda text: text.replace("0.25", "nan"),
        lambda text: text.replace("1,0,0,0", "1,1,0,0"),
        lambda text: text.replace("high", "hihg"),
    ],
)
def test_no_message_depends_on_a_label(challenge, mangle: Mangle, tmp_path) -> None:
    """Permuting the hidden labels leaves every byte the participant sees unchanged."""
    from workbench.scoring import score

    path = tmp_path / "x.csv"
    path.write_text(mangle(GOOD))
    seen = set()
    for labels in (["benign", "low", "high"], ["invasive", "benign", "benign"]):
        truth = pd.DataFrame({"case": KEYS, "patient": ["a", "b", "c"], "label": labels})
        with pytest.raises(SubmissionRejected) as caught:
            score(path, truth, challenge)
        seen.add(caught.value.render() + str([p.as_dict() for p in caught.value.problems]))
    assert len(seen) == 1
