"""The whole data set is learnable, not trivial: attention finds what an average loses."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from workbench import data, registry
from workbench.data import split_persons
from workbench.learning.cases import Cases
from workbench.learning.settings import FitContext, TrainerSettings

from .conftest import use_case

COST = np.array([[0, 0.1, 0.7, 1], [0.1, 0, 0.3, 0.7], [0.7, 0.3, 0, 0.3], [1, 0.7, 0.3, 0]])

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Cases:
    """The 72 slides of the demo as bags of tile statistics."""
    place = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_HOME", str(place / "home"))
        patch.setenv("WORKBENCH_AUDIT_HEADS", str(place / "heads"))
        demo = use_case()
        card = demo.synthesize(place / "set", seed=0)
        return demo.prepare(data.open(card, "train"), place / "cache").cases


def rewards(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Score of each case when the answer is the one of least expected cost."""
    return 1 - COST[labels, (probabilities @ COST).argmin(axis=1)]


def out_of_fold(cases: Cases, model: str, folder: Path) -> np.ndarray:
    """Score of each case, each predicted by a model that never saw its person."""
    sides = split_persons(cases.table, person="person", label="label", folds=5, seed=0)
    fold_of = cases.table["person"].map(sides.set_index("person")["fold"]).to_numpy()
    ids, found = np.array(cases.ids), np.zeros((len(cases), 4))
    for fold in range(5):
        held = fold_of == (fold + 1) % 5
        test = fold_of == fold
        fitted = registry.load("model", model)({})
        context = FitContext(folder / f"{model}-{fold}", fold, TrainerSettings(device="cpu"))
        fitted.fit(cases.subset(ids[~test & ~held]), cases.subset(ids[held]), context)
        table = fitted.predict(cases.subset(ids[test])).table
        found[test] = table[[f"p_{name}" for name in cases.classes]].to_numpy()
    return rewards(cases.labels(), found)


def test_attention_beats_mean_pooling_and_both_floors(cases: Cases, tmp_path: Path) -> None:
    attention = out_of_fold(cases, "attention_mil", tmp_path)
    pooled = out_of_fold(cases, "mean_pool", tmp_path)
    assert attention.mean() > 0.86
    assert pooled.mean() < 0.88
    persons = cases.table.groupby("person").indices
    rng = np.random.default_rng(0)
    drawn = [rng.choice(len(persons), len(persons)) for _ in range(2000)]
    by_person = list(persons.values())
    resampled = [np.concatenate([by_person[k] for k in draw]) for draw in drawn]
    differences = [(attention - pooled)[rows].mean() for rows in resampled]
    assert np.quantile(differences, 0.025) > 0
    constant = max((1 - COST[cases.labels(), k]).mean() for k in range(4))
    assert constant == pytest.approx(0.725)
    assert np.quantile([attention[rows].mean() for rows in resampled], 0.025) > constant


def test_no_single_statistic_solves_it(cases: Cases) -> None:
    labels, persons = cases.labels(), cases.table["person"]
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    bags = [cases.inputs[case].features for case in cases.ids]
    pooled = {"mean": np.mean, "largest": np.max, "spread": np.std}
    scores = {}
    for name, pool in pooled.items():
        values = np.stack([pool(bag, axis=0) for bag in bags])
        for column, feature in enumerate(cases.features):
            rule = DecisionTreeClassifier(max_depth=3, min_samples_leaf=5, random_state=0)
            answer = cross_val_predict(
                rule, values[:, [column]], labels, groups=persons, cv=folds, method="predict_proba"
            )
            scores[f"{name} of {feature}"] = rewards(labels, answer).mean()
        linear = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
        answer = cross_val_predict(
            linear, values, labels, groups=persons, cv=folds, method="predict_proba"
        )
        scores[f"{name} of all"] = rewards(labels, answer).mean()
    best = max(scores, key=lambda name: scores[name])
    assert scores[best] < 0.90, f"{best} alone scores {scores[best]:.3f}"
