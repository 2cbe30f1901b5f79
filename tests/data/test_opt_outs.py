"""The opt-out list is applied to everything, and a list that cannot be trusted stops everything."""

from datetime import date
from typing import Any

import pytest

from workbench import data
from workbench.audit import AuditLog
from workbench.data import Field, FileSet, Table, load_opt_outs

HEADER = "pseudonym,scope,since\n"


def test_scope_and_date_decide_who_is_left_out(opt_out: Any) -> None:
    opt_out(text=HEADER + "a,all,2024-01-01\nb,demo,2024-06-01\nc,other,2024-01-01\n")
    entries = load_opt_outs()
    assert entries.persons("demo", date(2024, 5, 31)) == {"a"}
    assert entries.persons("demo", date(2024, 6, 1)) == {"a", "b"}
    assert entries.persons("other") == {"a", "c"}


def test_no_list_means_nobody_objected(demo: Any) -> None:
    assert demo.open().opted_out == 0


def test_columns_may_stand_in_any_order_and_byte_marks_are_ignored(opt_out: Any) -> None:
    opt_out(text="\ufeffsince,scope,pseudonym\r\n2024-01-01, all , 001 \r\n")
    assert load_opt_outs().persons("demo") == {"001"}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "missing-column", 1),
        ("001,all,2024-01-01\n", "missing-column", 1),
        ("pseudonym,since\n001,2024-01-01\n", "missing-column", 1),
        ("pseudonim,scope,since\n001,all,2024-01-01\n", "missing-column", 1),
        (HEADER + "001,all,31/01/2024\n", "bad-date", 2),
        (HEADER + "001,all,2024-02-30\n", "bad-date", 2),
        (HEADER + "001,all,\n", "bad-date", 2),
        (HEADER + "002,all,2024-01-01\n ,all,2024-01-01\n", "empty-pseudonym", 3),
        (HEADER + "001,,2024-01-01\n", "empty-scope", 2),
        (HEADER + "001,all\n", "wrong-columns", 2),
        (HEADER + '"001,all,2024-01-01\n', "broken-csv", 2),
    ],
)
def test_a_broken_list_stops_every_opening_and_names_the_row(
    demo: Any, opt_out: Any, refusal: Any, text: str, code: str, line: int
) -> None:
    path = opt_out(text=text)
    error = refusal(demo.open)
    (problem,) = error.problems
    assert problem.code == code and problem.where == f"{path}, line {line}"
    assert problem.remedy and error.remedy and error.exit_code == 3
    assert not AuditLog.default().path.exists()


def test_every_broken_row_is_named(demo: Any, opt_out: Any, codes: Any) -> None:
    opt_out(text=HEADER + "001,all,x\n,all,2024-01-01\n002,all,2024-01-01\n003\n")
    assert codes(demo.open) == ["bad-date", "empty-pseudonym", "wrong-columns"]


def test_a_list_in_another_encoding_or_in_the_way_is_refused(
    demo: Any, opt_out: Any, refusal: Any
) -> None:
    path = opt_out()
    path.write_bytes(HEADER.encode() + "né,all,2024-01-01\n".encode("latin-1"))
    assert "UTF-8" in str(refusal(demo.open))
    path.unlink()
    path.mkdir()
    assert str(path) in str(refusal(demo.open))


@pytest.mark.parametrize("entry", ["1", "01", "0001", "001-"])
def test_a_pseudonym_written_in_another_way_is_refused_not_missed(
    demo: Any, opt_out: Any, codes: Any, entry: str
) -> None:
    opt_out(text=HEADER + f"{entry},all,2024-01-01\n")
    assert codes(demo.open) == ["opt-out-near-match"]


def test_a_long_list_that_matches_almost_nobody_is_refused(
    demo: Any, opt_out: Any, refusal: Any
) -> None:
    opt_out("001", *(f"x{n}y" for n in range(1100)))
    assert "only 1 of 1101" in str(refusal(demo.open))
    demo.write(opt_out={"few_matches_expected": True})
    assert demo.open().opted_out == 1


def test_opt_outs_do_not_apply_where_the_card_says_why(demo: Any, opt_out: Any) -> None:
    opt_out("001")
    demo.write(opt_out={"applies": False, "reason": "anonymous data"})
    opened = demo.open()
    assert opened.opted_out == 0 and len(opened.table("slides")) == 6


def test_rows_of_opted_out_persons_are_not_even_checked(demo: Any, opt_out: Any) -> None:
    rows = [(*row[:4], "old" if row[1] == "001" else row[4]) for row in demo.rows]
    demo.write(rows)
    opt_out("001")
    assert len(demo.open().table("slides")) == 4


def test_a_person_with_stray_blanks_is_left_out_all_the_same(demo: Any, opt_out: Any) -> None:
    demo.write([(row[0], f" {row[1]} ", *row[2:]) for row in demo.rows if row[1] == "001"])
    for file in ("s0", "s1", "s4", "s5"):
        (demo.folder / f"slides/{file}.svs").unlink()
    data.write_card(demo.card(), demo.folder)
    opt_out("001")
    opened = demo.open()
    assert opened.opted_out == 1
    assert len(opened.table("slides")) == len(opened.files("slides")) == 0


def _with_tiles(demo: Any, tiles: str) -> None:
    """Add a table of tiles, which knows its person only through the slide."""
    (demo.folder / "tiles.csv").write_text(tiles)
    fields = (
        Field(name="tile", type="string", role="id"),
        Field(name="slide", type="string", role="id"),
    )
    table = Table(
        name="tiles", path="tiles.csv", key=("tile",), fields=fields, person_from="slides"
    )
    demo.write(tables=(*demo.card().tables, table))


def test_opt_outs_reach_tables_that_know_the_person_through_another(
    demo: Any, opt_out: Any
) -> None:
    _with_tiles(demo, "tile,slide\nt0,s0\nt1,s2\nt2,s3\nt3,s5\n")
    opt_out("001")
    opened = demo.open()
    assert opened.table("tiles")["slide"].tolist() == ["s0", "s5"]
    assert opened.opening["counts"]["rows"] == 4 + 2


def test_a_row_whose_person_the_other_table_does_not_tell_is_refused(demo: Any, codes: Any) -> None:
    _with_tiles(demo, "tile,slide\nt0,s0\nt1,s99\n")
    assert codes(lambda: demo.open().table("tiles")) == ["missing-person"]


def test_no_canary_leaks_through_any_way_in(demo: Any, opt_out: Any) -> None:
    """Persons who opted out stand in every table and file set; nothing of them comes out."""
    _with_tiles(demo, "tile,slide\n" + "".join(f"t{n},s{n}\n" for n in range(6)))
    opt_out("000", "002")
    opened = demo.open()
    out = [opened.table("slides"), opened.table("tiles"), opened.files("slides"), opened.manifest()]
    seen = " ".join(table.to_csv() for table in out)
    assert not any(f"s{n}" in seen for n in (0, 1, 4, 5))
    assert "s2" in seen and "s3" in seen


def test_file_sets_about_nobody_need_no_person(demo: Any, opt_out: Any) -> None:
    (demo.folder / "guide.pdf").write_text("how to stain")
    guide = FileSet(name="guides", pattern="*.pdf", about_persons=False)
    demo.write(files=(*demo.card().files, guide))
    opt_out("001")
    assert demo.open().files("guides")["file"].tolist() == ["guide.pdf"]
