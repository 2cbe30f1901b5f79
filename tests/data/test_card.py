"""A data card is checked as a whole: every mistake at once, with line, key and remedy."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from workbench import data
from workbench.data import DataCard, Field, FileSet, Table, load_card

SCHEMA = Path(__file__).resolve().parents[2] / "docs/schemas/data_card.schema.json"


@pytest.fixture
def edited(demo: Any, refusal: Any) -> Any:
    """Replace text in the demo card, load it, and return the problems as (code, where) pairs."""

    def edit(*changes: tuple[str, str]) -> list[tuple[str, str]]:
        path = demo.folder / "card.yaml"
        text = path.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text)
        problems = refusal(lambda: load_card(path)).problems
        return [(p.code, p.where.removeprefix(f"{path}, "), p.render()) for p in problems]

    return edit


def test_a_card_is_read_as_it_was_written(demo: Any) -> None:
    assert load_card(demo.folder) == load_card(demo.folder / "card.yaml") == demo.card()


def test_a_mistyped_key_comes_with_line_path_and_the_closest_key(edited: Any) -> None:
    ((code, where, text),) = edited(("minimum:", "minimun:"))
    assert code == "unknown-key"
    assert where.startswith("line ") and where.endswith("tables.0.fields.4.minimun")
    assert "did you mean 'minimum'" in text


def test_the_line_is_the_one_in_the_file(demo: Any, edited: Any) -> None:
    lines = (demo.folder / "card.yaml").read_text().splitlines()
    expected = next(n for n, line in enumerate(lines, 1) if "role: label" in line)
    ((code, where, text),) = edited(("role: label", "role: lable"))
    assert code == "unknown-value" and where.startswith(f"line {expected}, ")
    assert "did you mean 'label'?" in text


def test_all_mistakes_are_listed_at_once(edited: Any) -> None:
    found = edited(
        ("licence: CC0-1.0", "license: CC0-1.0"),
        ("version: '1.0'", "version: 1.0"),
        ("type: integer", "type: int"),
        ("unit: a", "unit: a\n    unit: d"),
    )
    assert sorted(code for code, _, _ in found) == [
        "missing-key", "repeated-key", "unknown-key", "unknown-value", "wrong-type",
    ]  # fmt: skip


def test_yaml_that_turns_no_into_false_is_explained(edited: Any) -> None:
    ((code, _, text),) = edited(("- benign", "- no"))
    assert code == "wrong-type" and "quotes" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mapping"),
        ("- a\n", "mapping"),
        ("name: [\n", "cannot be read"),
        ("name: !!python/object/apply:os.system ['true']\n", "cannot be read"),
        ("name: \xe9", "cannot be read"),
    ],
)
def test_what_is_no_card_is_refused(tmp_path: Path, text: str, message: str, refusal: Any) -> None:
    path = tmp_path / "card.yaml"
    path.write_bytes(text.encode("latin-1"))
    error = refusal(lambda: load_card(path))
    assert message in error.message and error.where == str(path)


def test_a_missing_card_is_named(tmp_path: Path, refusal: Any) -> None:
    assert refusal(lambda: load_card(tmp_path / "card.yaml")).exit_code == 3


ID = {"name": "slide", "type": "string", "role": "id"}
PERSON = {"name": "person", "type": "string", "role": "person"}
TABLE = {"name": "t", "path": "t.csv", "key": ["slide"], "fields": [ID, PERSON]}


def _with(**changes: Any) -> dict[str, Any]:
    """Return a small card with these changes."""
    return {
        "name": "demo", "version": "1", "title": "Demo", "licence": "CC0-1.0",
        "legal_basis": "synthetic", "person_key": "person", "tables": [TABLE], **changes,
    }  # fmt: skip


def _field(**field: Any) -> dict[str, Any]:
    """Return a small card with one more field."""
    return _with(tables=[{**TABLE, "fields": [ID, PERSON, {"name": "x", **field}]}])


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (_with(tables=[TABLE, TABLE]), ["duplicate-name"]),
        (_with(tables=[{**TABLE, "fields": [ID, PERSON, PERSON]}]),
         ["several-person-fields", "duplicate-name"]),
        (_with(tables=[{**TABLE, "key": ["slid"]}]), ["unknown-field"]),
        (_with(tables=[{**TABLE, "splits": "split"}]), ["unknown-field"]),
        (_with(tables=[{**TABLE, "splits": "slide"}]), ["splits-field"]),
        (_with(tables=[{**TABLE, "split": "test"}]), ["unknown-split"]),
        (_with(person_key="patient"), ["person-key"]),
        (_with(tables=[{**TABLE, "fields": [ID]}]), ["table-without-person"]),
        (_with(tables=[TABLE, {**TABLE, "name": "u", "fields": [ID], "person_from": "tt"}]),
         ["unknown-table"]),
        (_with(tables=[TABLE, {**TABLE, "name": "u", "key": [], "person_from": "t",
                               "fields": [{"name": "tile", "type": "string"}]}]), ["person-from"]),
        (_with(tables=[{**TABLE, "path": "../t.csv"}]), ["path-outside"]),
        (_with(tables=[{**TABLE, "path": "/etc/passwd"}]), ["path-outside"]),
        (_with(manifest="..\\m.csv"), ["path-outside"]),
        (_with(label_tables=["t"]), ["no-label-field"]),
        (_with(label_tables=["tt"]), ["unknown-table"]),
        (_with(opt_out={"applies": False}), ["opt-out-without-reason"]),
        (_with(files=[{"name": "f", "pattern": "*.svs"}]), ["files-without-person"]),
        (_with(files=[{"name": "f", "pattern": "*.svs", "person_from": "x"}]), ["unknown-table"]),
        (_with(files=[{"name": "f", "pattern": "*.svs", "person_from": "t"}]), ["person-from"]),
        (_field(type="integer", role="id"), ["id-not-string"]),
        (_field(type="category"), ["category-values"]),
        (_field(type="string", values=["a"]), ["category-values"]),
        (_field(type="string", minimum=1), ["limits-without-number"]),
        (_field(type="number", minimum=2, maximum=1), ["limits-crossed"]),
    ],
)  # fmt: skip
def test_parts_that_contradict_each_other_are_named(
    tmp_path: Path, content: dict[str, Any], codes: list[str], refusal: Any
) -> None:
    path = tmp_path / "card.yaml"
    path.write_text(yaml.safe_dump(content))
    problems = refusal(lambda: load_card(path)).problems
    assert [problem.code for problem in problems] == codes
    assert all(problem.where.startswith(f"{path}, line ") for problem in problems)


HIDDEN = {"train": {}, "final": {"hidden": True}}
LABEL = {"name": "label", "type": "category", "role": "label", "values": ["low", "high"]}
EXPOSED = "label-of-hidden-split-exposed"


@pytest.mark.parametrize(
    "changes",
    [
        {"tables": [{**TABLE, "fields": [ID, PERSON, LABEL], "split": "final"}]},
        {"files": [{"name": "m", "pattern": "m/*", "about_persons": False, "holds": "label",
                    "split": "final"}]},
    ],
)  # fmt: skip
def test_a_card_that_exposes_labels_of_a_hidden_split_is_refused(
    tmp_path: Path, changes: dict[str, Any], codes: Any
) -> None:
    path = tmp_path / "card.yaml"
    path.write_text(yaml.safe_dump(_with(splits=HIDDEN, **changes)))
    assert codes(lambda: load_card(path)) == [EXPOSED]
    path.write_text(path.read_text().replace("split: final", "split: train"))
    assert load_card(path).splits["final"].hidden


def _labelled(folder: Path, slides: str, labels: str | None = None) -> None:
    """Write a data set with a hidden split; labels in the same table or in one of their own."""
    split = Field(name="split", type="category", values=("train", "final"), role="split")
    person = Field(**PERSON)  # type: ignore[arg-type]
    fields = [Field(**ID), person, split]  # type: ignore[arg-type]
    label = Field(**LABEL)  # type: ignore[arg-type]
    own = [Field(**ID), label]  # type: ignore[arg-type]
    tables = [
        Table(
            name="slides", path="slides.csv", key=("slide",), splits="split",
            fields=(*fields, *([] if labels else [label])),
        )
    ]  # fmt: skip
    (folder / "slides.csv").write_text(slides)
    if labels:
        (folder / "labels.csv").write_text(labels)
        tables.append(
            Table(
                name="labels", path="labels.csv", key=("slide",), fields=tuple(own),
                person_from="slides",
            )
        )  # fmt: skip
    card = DataCard.model_validate({**_with(splits=HIDDEN), "tables": tables})
    data.write_card(card, folder)


def test_rows_with_labels_of_a_hidden_split_keep_the_data_shut(
    tmp_path: Path, refusal: Any
) -> None:
    header = "slide,person,split,label\n"
    _labelled(tmp_path, header + "a,p,train,low\nb,q,final,high\nc,r,final,\n")
    error = refusal(lambda: data.open(tmp_path, "train"))
    assert [(p.code, p.where) for p in error.problems] == [(EXPOSED, "slides.csv, row 3")]
    assert "high" not in str(error)
    _labelled(tmp_path, header + "a,p,train,low\nb,q,final,\n")
    assert len(data.open(tmp_path, "train").table("slides")) == 2


def test_labels_of_a_hidden_split_in_a_table_of_their_own_are_found(
    tmp_path: Path, refusal: Any
) -> None:
    slides = "slide,person,split\na,p,train\nb,q,final\n"
    _labelled(tmp_path, slides, "slide,label\na,low\nb,high\n")
    error = refusal(lambda: data.open(tmp_path, "train"))
    assert [(p.code, p.where) for p in error.problems] == [(EXPOSED, "labels.csv, row 3")]
    _labelled(tmp_path, slides, "slide,label\na,low\n")
    assert len(data.open(tmp_path, "train").table("labels")) == 1


def test_labels_of_persons_in_a_hidden_split_are_found(tmp_path: Path, refusal: Any) -> None:
    """The label table has visits, not slides: only the person tells its split."""
    _labelled(tmp_path, "slide,person,split\na,p,train\nb,q,final\n", "slide,label\na,low\n")
    (tmp_path / "visits.csv").write_text("visit,person,label\nv1,p,low\nv2,q,high\n")
    visits = {
        **TABLE, "name": "visits", "path": "visits.csv", "key": ["visit"],
        "fields": [{**ID, "name": "visit"}, PERSON, LABEL],
    }  # fmt: skip
    card = load_card(tmp_path)
    tables = [*(table.model_dump() for table in card.tables), visits]
    data.write_card(DataCard.model_validate({**card.model_dump(), "tables": tables}), tmp_path)
    error = refusal(lambda: data.open(tmp_path, "train"))
    assert [(p.code, p.where) for p in error.problems] == [(EXPOSED, "visits.csv, row 3")]


def test_masks_of_a_hidden_split_are_found(tmp_path: Path, refusal: Any) -> None:
    (tmp_path / "masks").mkdir()
    for name in "ab":
        (tmp_path / f"masks/{name}.png").write_text(name)
    (tmp_path / "slides.csv").write_text(
        "slide,person,split,mask\na,p,train,masks/a.png\nb,q,final,masks/b.png\n"
    )
    table = Table(
        name="slides", path="slides.csv", key=("slide",), splits="split",
        fields=(
            Field(name="slide", type="string", role="id"),
            Field(name="person", type="string", role="person"),
            Field(name="split", type="category", values=("train", "final"), role="split"),
            Field(name="mask", type="string", role="file"),
        ),
    )  # fmt: skip
    masks = FileSet(name="masks", pattern="masks/*", person_from="slides", holds="label")
    card = {**_with(splits=HIDDEN), "tables": [table], "files": [masks]}
    data.write_card(DataCard.model_validate(card), tmp_path)
    error = refusal(lambda: data.open(tmp_path, "train"))
    assert [(p.code, p.where) for p in error.problems] == [(EXPOSED, "masks/b.png")]


def test_the_exported_json_schema_is_current() -> None:
    expected = DataCard.json_schema()
    assert json.loads(SCHEMA.read_text()) == expected, "run scripts/export_data_card_schema.py"
    assert expected["additionalProperties"] is False


def test_the_card_in_the_documentation_is_a_card(tmp_path: Path) -> None:
    text = (SCHEMA.parents[1] / "data.md").read_text()
    (tmp_path / "card.yaml").write_text(text.split("```yaml\n")[1].split("```")[0])
    assert load_card(tmp_path).splits["final"].hidden


def test_every_key_of_the_schema_is_described_in_the_documentation() -> None:
    text = (SCHEMA.parents[1] / "data.md").read_text()
    parts = [DataCard.json_schema(), *DataCard.json_schema()["$defs"].values()]
    missing = {key for part in parts for key in part["properties"] if f"`{key}`" not in text}
    assert not missing
