"""Every engine means the same by the expressions that exposure is made of."""

from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.tabular import conformance
from workbench.tabular.engine import Engine, open_engine


@pytest.mark.parametrize("name", ["duck", "spark"])
def test_an_engine_gives_every_answer_asked_for(request: pytest.FixtureRequest, name: str) -> None:
    engine: Engine = request.getfixturevalue(name)
    assert len(conformance.cases()) >= 40
    assert conformance.differences(engine) == []


def test_a_difference_is_found(duck: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [("one", lambda t: t.aggregate(value=t.row.sum()), [20])]
    monkeypatch.setattr(conformance, "cases", lambda: wrong)
    [problem] = conformance.differences(duck)
    assert problem.code == "engine-differs" and "got [21], expected [20]" in problem.message


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UsageError, match="did you mean 'duckdb'"):
        open_engine("duckbd")


def test_duckdb_keeps_within_a_memory_and_out_of_the_current_folder() -> None:
    pytest.importorskip("ibis", reason="Ibis is not installed (extra: claims)")
    asked = "SELECT current_setting('memory_limit'), current_setting('temp_directory')"
    limit, folder = open_engine("duckdb").connection.raw_sql(asked).fetchone()
    number, unit = limit.split()
    assert unit == "MiB" or (unit == "GiB" and float(number) <= 2.8)
    assert Path(folder).is_absolute()
    more = open_engine("duckdb", memory_gb=0.5, settings={"temp_directory": "elsewhere"})
    assert more.connection.raw_sql(asked).fetchone() == ("476.8 MiB", "elsewhere")
