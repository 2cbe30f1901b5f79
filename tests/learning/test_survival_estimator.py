"""What all survival models share: curves of extreme risks, and which of them need no torch."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from workbench.learning.survival import at_step, never_rising, proportional_curves

WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "lightning", "lifelines", "monai"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
import numpy as np, pandas as pd
from pathlib import Path
from workbench import registry
from workbench.learning.cases import Cases
from workbench.learning.settings import FitContext
rng = np.random.default_rng(0)
ids = [f"c{n}" for n in range(60)]
table = pd.DataFrame({"case": ids, "person": ids, "time": rng.exponential(size=60), "event": 1})
cases = Cases(table, dict(zip(ids, rng.normal(size=(60, 2)))), "table", (), ("a", "b"))
for name in ("kaplan_meier", "cox", "weibull_aft", "hazard_boosting"):
    model = registry.load("model", name)({})
    model.fit(cases, None, FitContext(Path()))
    model.save(Path(sys.argv[1]) / name)
    again = registry.load("model", name).load(Path(sys.argv[1]) / name, device="cuda")
    assert np.array_equal(again.survival(cases, [0.5]), model.survival(cases, [0.5]))
"""


def test_models_of_the_light_core_need_no_torch_and_no_lifelines(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("log_hazard", [-2000.0, -50.0, 0.0, 50.0, 2000.0])
def test_curves_of_extreme_risks_are_curves(log_hazard: float) -> None:
    baseline = at_step(np.array([1.0, 2.0]), np.array([1e-3, 2.0]), np.array([0.0, 1.0, 5.0]))
    curve = never_rising(proportional_curves(np.array([log_hazard]), baseline))[0]
    assert curve[0] == 1
    assert np.isfinite(curve).all()
    assert (np.diff(curve) <= 0).all()
