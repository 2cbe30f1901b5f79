"""Every engine means the same by the expressions that exposure is made of."""

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
