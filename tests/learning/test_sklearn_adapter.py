"""scikit-learn behind the four verbs, saved without pickle."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from workbench.errors import DataError, UsageError
from workbench.learning.cases import Cases
from workbench.learning.plain_objects import Reader, Writer
from workbench.learning.pooling import case_rows, row_names
from workbench.learning.settings import FitContext
from workbench.learning.sklearn_adapter import SklearnClassifier

Make = Callable[..., Cases]
RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 4))
Y = (X[:, 0] + 0.3 * RNG.normal(size=80) > 0).astype(int) + (X[:, 1] > 1)


@pytest.mark.parametrize(
    "estimator",
    [
        make_pipeline(StandardScaler(), LogisticRegression()),
        HistGradientBoostingClassifier(max_iter=4, random_state=0),
        RandomForestClassifier(4, random_state=0),
        DecisionTreeClassifier(max_depth=3),
        GaussianNB(),
    ],
    ids=lambda e: type(e).__name__,
)
def test_estimators_come_back_from_json_and_arrays(estimator: Any) -> None:
    estimator.fit(X, Y)
    writer = Writer()
    text = json.dumps(writer.write(estimator, "model"), sort_keys=True, allow_nan=False)
    again = Reader(writer.arrays).read(json.loads(text))
    assert type(again) is type(estimator)
    assert np.array_equal(again.predict_proba(X), estimator.predict_proba(X))


@pytest.mark.parametrize(
    "estimator",
    [
        KNeighborsClassifier(algorithm="kd_tree"),
        make_pipeline(FunctionTransformer(np.abs), GaussianNB()),
    ],
    ids=["search tree", "function"],
)
def test_what_has_no_plain_form_is_refused_by_name(estimator: Any) -> None:
    with pytest.raises(UsageError, match="cannot be saved without pickle") as caught:
        Writer().write(estimator.fit(X, Y), "model")
    assert caught.value.where.startswith("model")


@pytest.mark.parametrize("name", ["os:system", "builtins:eval", "sklearnx:Y"])
def test_a_saved_model_may_name_scikit_learn_classes_only(name: str) -> None:
    with pytest.raises(DataError, match="scikit-learn objects only"):
        Reader({}).read({"object": name, "args": {"list": ["true"]}, "state": None})


def test_functions_of_scikit_learn_are_not_called() -> None:
    with pytest.raises(DataError, match="has no class"):
        Reader({}).read({"object": "sklearn.utils:resample", "args": {"list": []}, "state": None})


@dataclass(frozen=True)
class Nothing:
    """No parameter."""


class Forest(SklearnClassifier):
    """A forest on pooled bags or rows."""

    params_type = Nothing

    def build(self, seed: int) -> Any:
        """Return a small forest."""
        return RandomForestClassifier(20, random_state=seed)


def test_a_class_that_training_never_saw_gets_probability_zero(
    make_cases: Make, tmp_path: Path
) -> None:
    cases = make_cases(24)
    train = cases.subset([c for i, c in enumerate(cases.ids) if i % 4 != 2])
    model = Forest()
    model.fit(train, None, FitContext(tmp_path))
    table = model.predict(cases).table
    assert table.columns.tolist() == ["case", "p_benign", "p_low", "p_high", "p_invasive"]
    assert (table["p_high"] == 0).all()


def test_one_class_alone_is_refused(make_cases: Make, tmp_path: Path) -> None:
    cases = make_cases(8)
    with pytest.raises(DataError, match="one class"):
        Forest().fit(cases.subset(["case000", "case004"]), None, FitContext(tmp_path))


def test_validation_cases_are_learnt_from_too(make_cases: Make, tmp_path: Path) -> None:
    cases = make_cases(24)
    model, whole = Forest(), Forest()
    model.fit(cases.subset(cases.ids[:12]), cases.subset(cases.ids[12:]), FitContext(tmp_path))
    whole.fit(cases, None, FitContext(tmp_path))
    assert model.predict(cases).table.equals(whole.predict(cases).table)


def test_another_scikit_learn_is_refused_with_the_version_to_install(
    make_cases: Make, tmp_path: Path
) -> None:
    model = Forest()
    model.fit(make_cases(8), None, FitContext(tmp_path))
    model.save(tmp_path / "m")
    facts = json.loads((tmp_path / "m/model.json").read_text())
    (tmp_path / "m/model.json").write_text(json.dumps({**facts, "sklearn": "0.1.2"}))
    with pytest.raises(DataError, match=r"0\.1\.2") as caught:
        Forest.load(tmp_path / "m")
    assert "scikit-learn==0.1.2" in caught.value.remedy


def test_bags_are_pooled_by_mean_spread_and_maximum(make_cases: Make) -> None:
    cases = make_cases(3)
    rows, names = case_rows(cases), row_names(cases)
    tiles = cases.inputs["case001"].features.astype(float)
    assert rows.shape == (3, len(names))
    assert rows[1, names.index("f2_mean")] == pytest.approx(tiles[:, 2].mean())
    assert rows[1, names.index("f2_sd")] == pytest.approx(tiles[:, 2].std())
    assert rows[1, names.index("f2_max")] == tiles[:, 2].max()
