"""Writes survival_sksurv.json: Uno's concordance and areas by scikit-survival.

Needs scikit-survival (GPL: only ever in an environment of its own).
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import sksurv
from sksurv.metrics import concordance_index_ipcw, cumulative_dynamic_auc
from sksurv.util import Surv

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Freeze the values of the frozen cases, scored on themselves and with a training part."""
    data = pd.read_csv(HERE / "survival_concordance.csv")
    found = {"source": f"scikit-survival {sksurv.__version__}"}
    for time in ("fine", "coarse"):
        outcome = Surv.from_arrays(data["event"] == 1, data[time])
        train, test = outcome[120:], outcome[:120]
        for risk in ("a", "b", "tied"):
            values = data[risk].to_numpy()
            name = f"{time}_{risk}"
            found[f"{name}_uno"] = [
                float(concordance_index_ipcw(outcome, outcome, values, tau=tau)[0])
                for tau in (3.0, 6.0)
            ]
            found[f"{name}_uno_trained"] = [
                float(concordance_index_ipcw(train, test, values[:120], tau=tau)[0])
                for tau in (3.0, 6.0)
            ]
            times = np.array([1.5, 2.5, 5.0])
            areas, mean = cumulative_dynamic_auc(outcome, outcome, values, times)
            found[f"{name}_auc"] = [*map(float, areas), float(mean)]
    (HERE / "survival_sksurv.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
