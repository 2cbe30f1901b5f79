"""A report that was killed goes on where it stopped; an unsafe or foreign folder is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench import digests
from workbench.audit import AuditLog, home
from workbench.errors import DataError
from workbench.runs import report_rates, reporting
from workbench.runs.reported import inputs, kept


def test_a_killed_report_goes_on_and_ends_the_same(
    reported: Path,
    population: Path,
    small_plan: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    def never(*arguments: object) -> None:
        raise AssertionError("done before the kill")

    with monkeypatch.context() as patch:
        patch.setattr(reporting, "write_tables", killed)
        with pytest.raises(KeyboardInterrupt):
            report_rates(small_plan, population, out)
    assert not (out / "tables").exists()
    assert not [p for p in out.rglob("*.parquet")], "rows about persons are kept elsewhere"
    for place, name in ((inputs, "read_claims"), (kept, "count_exposed"), (kept, "release_rates")):
        monkeypatch.setattr(place, name, never)
    result = report_rates(small_plan, population, out)
    assert not result.reused
    for path in sorted((reported / "tables").iterdir()):
        assert digests.of_file(out / "tables" / path.name) == digests.of_file(path), path.name
    assert not list((home() / "cache" / "rates").glob("*")), "nothing about persons is left"


def test_a_folder_of_something_else_is_refused(
    reported: Path, population: Path, changed_plan: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="another plan"):
        report_rates(changed_plan(title="Another title"), population, reported)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match=r"notes\.txt"):
        report_rates(changed_plan(), population, tmp_path / "full")


def test_each_opening_leaves_a_line_in_the_audit_log(
    reported: Path, population: Path, small_plan: Path
) -> None:
    report_rates(small_plan, population, reported)
    last = AuditLog.default().path.read_text().splitlines()[-1]
    assert '"purpose": "report"' in last or '"purpose":"report"' in last
