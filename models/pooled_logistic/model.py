"""Pooled tile features, standardised, into a multinomial logistic regression."""

from typing import Any

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from workbench.learning.sklearn_adapter import SklearnClassifier

from .params import PooledLogisticParams


class PooledLogistic(SklearnClassifier):
    """Classifies a case by the mean, standard deviation and maximum of its tile features."""

    params_type = PooledLogisticParams

    def build(self, seed: int) -> Any:
        """Return a scaler and a logistic regression."""
        weights = None if self.params.class_weights == "none" else self.params.class_weights
        regression = LogisticRegression(
            C=self.params.c, class_weight=weights, max_iter=self.params.max_iter, random_state=seed
        )
        return make_pipeline(StandardScaler(), regression)
