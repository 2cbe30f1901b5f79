"""Template name: a scikit-learn pipeline; the base class gives fit, predict, save and load."""

from typing import Any

from workbench.learning.sklearn_adapter import SklearnClassifier

from .params import TemplateNameParams


class TemplateName(SklearnClassifier):
    """Logistic regression on standardised features, or on the pooled features of a bag."""

    params_type = TemplateNameParams

    def build(self, seed: int) -> Any:
        """Return a fresh, unfitted estimator with ``predict_proba``."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        penalty = self.params.inverse_penalty
        return make_pipeline(
            StandardScaler(), LogisticRegression(C=penalty, max_iter=1000, random_state=seed)
        )
