"""Tracks one run in MLflow the way a training run does; arguments: store, run name."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from workbench import registry, tracking
from workbench.learning.cases import Bag, Cases
from workbench.learning.settings import FitContext

store, name = Path(sys.argv[1]), sys.argv[2]
folder = store / "runs" / name
PERSON = "person-4711"


def some_cases() -> Cases:
    """Return four bags of one person each."""
    rng = np.random.default_rng(0)
    ids = [f"{PERSON}-{number}" for number in range(4)]
    table = pd.DataFrame({"case": ids, "person": ids, "label": ["a", "b", "a", "b"]})
    inputs = {case: Bag(rng.normal(size=(3, 2)).astype(np.float32)) for case in ids}
    return Cases(table, inputs, "bags", ("a", "b"), ("f0", "f1"))


model = registry.load("model", "pooled_logistic")({})
model.fit(some_cases(), None, FitContext(folder))
model.save(folder / "model")
(folder / "config.yaml").write_text(f"source: {Path.home()}/slides\n")

settings = {"backend": "mlflow", "uri": f"sqlite:///{store}/mlflow.db", "experiment": "tests"}
manifest = pd.DataFrame({"file": [f"{PERSON}.svs"], "bytes": [10], "sha256": ["0" * 64]})
with tracking.start(settings, name, run_dir=folder) as tracker:
    tracker.params({"use_case": {"source": f"{Path.home()}/slides"}, "seed": 0})
    tracker.tags({"workbench.seed": 0, "workbench.git_dirty": False})
    tracker.dataset("slides", manifest, "ab" * 32)
    for fold in range(2):
        with tracker.child(f"fold {fold}") as child:
            for epoch in range(3):
                child.metrics({"train/loss": 1 / (epoch + 1)}, epoch)
    tracker.metrics({"oof/cost-score": 0.8, "oof/cost-score/ci_low": 0.7})
    tracker.artifact(folder / "config.yaml")
    tracker.model(folder / "model", registry.get("model", "pooled_logistic").card)
print(tracker.run_id, len(tracker.problems))
