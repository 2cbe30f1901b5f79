"""The check: the same bytes with a folder and with a store, no trace, no quota."""

import gzip
import io

import pandas as pd
import pytest

from workbench.challenge.submissions import Refusal, check, check_here, quota, submit
from workbench.errors import SubmissionRejected, UsageError
from workbench.scoring import CheckReport

from .world import World, answer

# What is asked here does not depend on the database.
pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def parquet(content: bytes) -> bytes:
    buffer = io.BytesIO()
    pd.read_csv(io.BytesIO(content), dtype={"case": str}).to_parquet(buffer, index=False)
    return buffer.getvalue()


FILES = {
    "good": answer(),
    "gzip": gzip.compress(answer(), mtime=0),
    "parquet": parquet(answer()),
    "decimal comma": answer().replace(b"0.", b"0,"),
    "missing rows": b"\n".join(answer().splitlines()[:4]),
    "a zip": b"PK\x03\x04" + answer(),
    "a pickle": b"\x80\x04\x95" + answer(),
    "a tar": answer().ljust(257, b"\0") + b"ustar\0" + b"\0" * 250,
    "a formula": answer().replace(b"public-03", b"=HYPERLINK(1)"),
    "nothing": b"",
}
GOOD = ("good", "gzip", "parquet")


@pytest.mark.parametrize("name", FILES)
def test_folder_and_store_give_the_same_bytes_and_no_trace(world: World, name: str) -> None:
    before = world.store.head()
    here = check_here(world.card, FILES[name], now=world.store.now())
    there = check(world.store, "demo", FILES[name])
    assert here.to_json() == there.to_json()
    assert there.accepted == (name in GOOD)
    assert CheckReport.model_validate_json(there.to_json()) == there
    assert world.store.head() == before


@pytest.mark.parametrize("name", [name for name in FILES if name not in GOOD])
def test_a_rejected_file_costs_nothing_and_leaves_nothing(world: World, name: str) -> None:
    before = world.store.head(), quota(world.store, world.team, "demo")
    with pytest.raises(SubmissionRejected) as caught:
        submit(world.store, world.team, "demo", FILES[name], filename="a.csv")
    assert not isinstance(caught.value, Refusal)
    report = check(world.store, "demo", FILES[name])
    assert [p.code for p in caught.value.problems] == [p.code for p in report.problems]
    assert (world.store.head(), quota(world.store, world.team, "demo")) == before


def test_what_is_no_table_is_refused_by_its_name(world: World) -> None:
    codes = {name: set(check(world.store, "demo", FILES[name]).counts) for name in FILES}
    assert codes["a zip"] == codes["a pickle"] == codes["a tar"] == {"file-kind"}
    assert set(check(world.store, "demo", gzip.compress(FILES["a tar"])).counts) == {"file-kind"}
    assert codes["nothing"] == {"empty-file"}


def test_the_phase_says_which_cases_are_asked_for(world: World) -> None:
    both = answer(splits=("public", "private"))
    assert not check(world.store, "demo", both).accepted
    assert check(world.store, "demo", both, "late").accepted
    assert check_here(world.card, both, "late").accepted
    with pytest.raises(Refusal) as caught:
        check(world.store, "demo", both, "final")
    assert caught.value.code == "phase-takes-no-files"
    with pytest.raises(Refusal, match="Did you mean 'late'"):
        check_here(world.card, both, "latte")


def test_ids_that_are_not_public_can_only_be_checked_by_the_organiser(world: World) -> None:
    splits = [s.model_copy(update={"keys": ""}) for s in world.card.data.splits]
    data = world.card.data.model_copy(update={"splits": splits})
    card = world.card.model_copy(update={"data": data}).within(world.folder)
    card.__dict__.pop("splits", None)
    with pytest.raises(UsageError, match="not public"):
        check_here(card, answer(), "open")
