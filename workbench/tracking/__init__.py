"""Floor 2: one thin API over MLflow, a JSON-lines file, or nothing.

>>> from workbench import tracking
>>> with tracking.start({"backend": "none"}, "demo", run_dir="runs/1234") as tracker:
...     tracker.metrics({tracking.metric_name("validation", "loss"): 0.5}, step=1)
"""

from workbench.tracking.names import metric_name, metrics_of_score
from workbench.tracking.opening import start
from workbench.tracking.tracker import Tracker

__all__ = ["Tracker", "metric_name", "metrics_of_score", "start"]
