"""Tables come typed by their card; every value that breaks it is named with row and column."""

import random
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from workbench import data
from workbench.data import Field, Table
from workbench.errors import DataError

ID = Field(name="id", type="string", role="id")
PERSON = Field(name="person", type="string", role="person")


def _typed(name: str, kind: Any, **more: Any) -> Field:
    return Field(name=name, type=kind, **more)


ALL_TYPES = (
    ID,
    PERSON,
    _typed("n", "integer"),
    _typed("x", "number", unit="mg/L"),
    _typed("ok", "boolean"),
    _typed("day", "date"),
    _typed("grade", "category", values=("low", "high")),
    _typed("note", "string"),
)
ROWS = [
    ("b", "007", "-3", "1.5e-3", "true", "2024-02-29", "high", "été, ici"),
    ("a", "7", "12", "4", "0", "2024-03-01T10:30", "low", ""),
]


@pytest.fixture
def table_set(tmp_path: Any) -> Callable[..., data.OpenedData]:
    """Write one table with its card and open it."""

    def write(
        fields: tuple[Field, ...],
        content: Any,
        *,
        form: str = "csv",
        key: Any = ("id",),
        **table: Any,
    ) -> data.OpenedData:
        path = tmp_path / f"rows.{form}"
        if isinstance(content, pd.DataFrame):
            content.to_parquet(path, index=False)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            pd.DataFrame(content, columns=[f.name for f in fields]).to_csv(path, index=False)
        rows = Table(name="rows", path=path.name, format=form, key=key, fields=fields, **table)
        card = data.DataCard(
            name="typed", version="1", title="Typed", licence="CC0-1.0", legal_basis="synthetic",
            person_key="person", tables=(rows,),
        )  # fmt: skip
        data.write_card(card, tmp_path)
        return data.open(tmp_path, "validate")

    return write


def test_values_have_the_types_of_the_card(table_set: Any) -> None:
    table = table_set(ALL_TYPES, ROWS).table("rows")
    assert table["id"].tolist() == ["a", "b"]
    assert table["person"].tolist() == ["7", "007"]
    assert table["n"].dtype == "int64" and table["n"].tolist() == [12, -3]
    assert table["x"].dtype == "float64" and table["x"].tolist() == [4.0, 0.0015]
    assert table["ok"].dtype == "bool" and table["ok"].tolist() == [False, True]
    assert table["day"].tolist() == [pd.Timestamp("2024-03-01 10:30"), pd.Timestamp("2024-02-29")]
    assert table["grade"].tolist() == ["low", "high"]
    assert table["note"].tolist() == [None, "été, ici"]


def test_parquet_and_csv_give_the_same_table(table_set: Any) -> None:
    from_csv = table_set(ALL_TYPES, ROWS).table("rows")
    from_parquet = table_set(ALL_TYPES, from_csv, form="parquet").table("rows")
    pd.testing.assert_frame_equal(from_csv, from_parquet)


def test_missing_values_stay_missing(table_set: Any) -> None:
    empty = [("a", "p", None, None, None, None, None, None)]
    for form, content in (("csv", empty), ("parquet", _nullable(empty))):
        table = table_set(ALL_TYPES, content, form=form).table("rows")
        assert table.iloc[0, 2:].isna().all()
        assert (str(table["n"].dtype), str(table["ok"].dtype)) == ("Int64", "boolean")


def _nullable(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[field.name for field in ALL_TYPES])
    kinds = {"n": "float64", "x": "float64", "ok": "boolean", "day": "datetime64[ns]"}
    return frame.astype({**kinds, "grade": "string", "note": "string"})


def test_a_table_without_rows_keeps_its_types(table_set: Any) -> None:
    table = table_set(ALL_TYPES, []).table("rows")
    assert len(table) == 0
    assert [str(kind) for kind in table.dtypes[2:6]] == [
        "int64", "float64", "bool", "datetime64[ns]",
    ]  # fmt: skip


def test_pandas_categories_are_read_from_parquet(table_set: Any) -> None:
    grades = pd.Categorical(["low", "high"])
    frame = pd.DataFrame({"id": ["a", "b"], "person": ["p", "p"], "grade": grades})
    fields = (ID, PERSON, _typed("grade", "category", values=("low", "high")))
    assert table_set(fields, frame, form="parquet").table("rows")["grade"].tolist() == [
        "low",
        "high",
    ]


def test_the_order_of_the_rows_in_the_file_does_not_matter(table_set: Any) -> None:
    rows = [(f"{n:03d}", "p", n) for n in range(50)]
    first = table_set((ID, PERSON, _typed("n", "integer")), rows).table("rows")
    random.Random(0).shuffle(rows)
    second = table_set((ID, PERSON, _typed("n", "integer")), rows).table("rows")
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (_typed("v", "integer"), "1.5", "wrong-type"),
        (_typed("v", "integer"), "1_000", "wrong-type"),
        (_typed("v", "integer"), "99999999999999999999", "wrong-type"),
        (_typed("v", "number"), "1,5", "wrong-type"),
        (_typed("v", "number"), "nan", "wrong-type"),
        (_typed("v", "number"), "NA", "wrong-type"),
        (_typed("v", "number"), "inf", "wrong-type"),
        (_typed("v", "number"), "1e999", "wrong-type"),
        (_typed("v", "number"), " 1", "wrong-type"),
        (_typed("v", "boolean"), "yes", "wrong-type"),
        (_typed("v", "date"), "2023-02-29", "wrong-type"),
        (_typed("v", "date"), "31/03/2024", "wrong-type"),
        (_typed("v", "category", values=("low", "high")), "Low", "unknown-category"),
        (_typed("v", "number", minimum=0), "-0.1", "below-minimum"),
        (_typed("v", "integer", maximum=120), "121", "above-maximum"),
        (_typed("v", "string", required=True), "", "missing-value"),
        (_typed("v", "string", role="id"), "", "missing-value"),
        (_typed("v", "string", role="id"), "x ", "stray-blank"),
    ],
)
def test_a_wrong_value_is_named_with_file_row_and_column(
    table_set: Any, field: Field, value: str, code: str, refusal: Any
) -> None:
    good = {"category": "low", "string": "x", "boolean": "true", "date": "2024-01-01"}
    rows = [("a", "p", good.get(field.type, "1")), ("b", "p", value)]
    opened = table_set((ID, PERSON, field), rows)
    (problem,) = refusal(lambda: opened.table("rows")).problems
    assert problem.code == code
    assert problem.where.endswith("rows.csv, row 3, column v")
    assert (f"'{value}'" in problem.message) if value else ("empty" in problem.message)


def test_all_wrong_values_are_listed_at_once(table_set: Any, codes: Any) -> None:
    fields = (ID, PERSON, _typed("n", "integer"), _typed("x", "number", maximum=1))
    opened = table_set(fields, [("a", "", "z", "2"), ("a", "p", "1", "0")])
    assert codes(lambda: opened.table("rows")) == [
        "missing-person", "wrong-type", "above-maximum", "duplicate-key",
    ]  # fmt: skip


def test_many_wrong_values_are_counted(table_set: Any, refusal: Any) -> None:
    opened = table_set(
        (ID, PERSON, _typed("n", "integer")), [(f"{n}", "p", "x") for n in range(90)]
    )
    problems = refusal(lambda: opened.table("rows")).problems
    assert len(problems) == 21 and "70 more rows" in problems[-1].message


def test_a_repeated_key_names_both_rows(table_set: Any, refusal: Any) -> None:
    fields = (ID, PERSON, _typed("visit", "integer"))
    opened = table_set(fields, [("a", "p", 1), ("a", "p", 2), ("a", "p", 1)], key=("id", "visit"))
    (problem,) = refusal(lambda: opened.table("rows")).problems
    assert problem.message == "the key 'a, 1' stands in row 2 already"
    assert problem.where.endswith("row 4, column id, visit")


@pytest.mark.parametrize("stored", ["int64", "float64"])
def test_ids_stored_as_numbers_are_refused(table_set: Any, stored: str) -> None:
    frame = pd.DataFrame({"id": ["a"], "person": pd.Series([7], dtype=stored)})
    with pytest.raises(DataError, match="leading zeros"):
        table_set((ID, PERSON), frame, form="parquet")


def test_parquet_numbers_are_not_rounded_to_integers(table_set: Any, codes: Any) -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "person": ["p", "p"], "n": [1.0, 1.5]})
    opened = table_set((ID, PERSON, _typed("n", "integer")), frame, form="parquet")
    assert codes(lambda: opened.table("rows")) == ["wrong-type"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty file"),
        (b"id,person\na,p,extra\n", "Line: 2"),
        (b"id,person\na\n", "Line: 2"),
        (b"id,person\na,\xe9\n", "utf-8"),
        (b"\xff\xfei\x00d\x00", "UTF-8"),
        (b'id,person\n"a,p\n', "quote"),
        (b"id,persno\na,p\n", "did you mean 'persno'"),
        (b"id,person,name\na,p,Dupont\n", "does not name the column 'name'"),
        (b"id,person,person\na,p,q\n", "stands twice"),
        (b"id;person\na;p\n", "missing"),
    ],
)
def test_a_broken_file_is_named(table_set: Any, content: bytes, message: str, refusal: Any) -> None:
    error = refusal(lambda: table_set((ID, PERSON), content).table("rows"))
    assert "rows.csv" in str(error) and message in str(error)
    assert "Traceback" not in str(error) and "auto_detect" not in str(error)


def test_a_file_that_is_no_parquet_is_named(table_set: Any) -> None:
    with pytest.raises(DataError, match=r"rows\.parquet"):
        table_set((ID, PERSON), b"id,person\n", form="parquet")


def test_excel_flavours_of_csv_are_read(table_set: Any) -> None:
    content = "\ufeffid;person\r\na;p\r\n".encode()
    table = table_set((ID, PERSON), content, delimiter=";").table("rows")
    assert table.to_dict("records") == [{"id": "a", "person": "p"}]


def test_column_names_with_quotes_and_folders_with_brackets_are_read(tmp_path: Any) -> None:
    folder = tmp_path / "study [1]*'"
    folder.mkdir()
    odd = Field(name="a \"b' c", type="number", minimum=0)
    (folder / "rows.csv").write_text('id,person,"a ""b\' c"\nx,p,1\n')
    card = data.DataCard(
        name="odd", version="1", title="Odd", licence="CC0-1.0", legal_basis="synthetic",
        person_key="person",
        tables=(Table(name="rows", path="rows.csv", key=("id",), fields=(ID, PERSON, odd)),),
    )  # fmt: skip
    data.write_card(card, folder)
    assert data.open(folder, "train").table("rows")[odd.name].tolist() == [1.0]


def test_rows_are_numbered_as_in_the_file_even_in_a_long_one(table_set: Any, refusal: Any) -> None:
    lines = [f"{n:07d},p,{n}" for n in range(400_000)]
    lines[333_333] = "0333333,p,wrong"
    content = ("id,person,n\n" + "\n".join(lines) + "\n").encode()
    opened = table_set((ID, PERSON, _typed("n", "integer")), content)
    (problem,) = refusal(lambda: opened.table("rows")).problems
    assert problem.where.endswith("row 333335, column n")
