"""The part that all networks on bags share: everything but the network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import torch
from torch import nn

from workbench import digests
from workbench.errors import DataError, RunError, UsageError
from workbench.learning import devices
from workbench.learning.arrays import load_state, save_state
from workbench.learning.bag_loss import CLASS_WEIGHTS, bag_loss, class_weights
from workbench.learning.bags import BagDataset, Standardiser, collate_bags
from workbench.learning.cases import Cases
from workbench.learning.fit import FitResult, fit_network
from workbench.learning.model import Predictions, check_features, probability_table
from workbench.learning.seeds import seed_everything
from workbench.learning.settings import FitContext, typed
from workbench.learning.signature import signature_of
from workbench.learning.weights import put_weights, weights_of


@dataclass(frozen=True)
class Fitted:
    """What a fit leaves: the network and all that prediction needs beside it."""

    network: nn.Module
    standardiser: Standardiser
    classes: tuple[str, ...]
    features: tuple[str, ...]
    precision: str = "32-true"


class BagClassifier(ABC):
    """A classifier of bags: a subclass states its parameters and builds its network.

    The network takes (features (b, n, d), mask (b, n)) and returns (logits (b, c), attention (b, n)
    summing to 1, or None). Every bag is predicted by itself, unpadded: its prediction does not
    depend on which other cases are asked for.

    Args:
        params: Values of ``params_type`` by name; absent ones take their default.
    """

    params_type: ClassVar[type[Any]]

    def __init__(self, params: Mapping[str, Any] | None = None) -> None:
        name = type(self).__name__
        self.params = typed(self.params_type, params, where=name)
        self.device = "cpu"
        self.fitted_: Fitted | None = None
        self.result_: FitResult | None = None
        if self.params.class_weights not in CLASS_WEIGHTS:
            given = f"class_weights is '{self.params.class_weights}'"
            raise UsageError(f"{given}, expected {' or '.join(CLASS_WEIGHTS)}", where=name)

    @abstractmethod
    def build(self, n_features: int, n_classes: int) -> nn.Module:
        """Return a fresh network."""

    def fit(self, train: Cases, validation: Cases | None, context: FitContext) -> None:
        """Learn from the training bags; the validation bags only decide when to stop.

        Raises:
            DataError: The cases are rows and no bags, or names every case that cannot be used.
            RunError: The loss diverged.
        """
        if train.kind != "bags":
            raise DataError(
                f"{type(self).__name__} learns from bags of tiles; these cases are rows "
                "[rows-for-a-bag-model]",
                remedy="choose another model, or other baselines: baselines=[] for none",
            )
        train.check()
        if validation is not None:
            validation.check()
            check_features(train.features, validation)
        seed_everything(context.seed)
        standardiser = Standardiser.learn(train)
        network = self.build(len(train.features), len(train.classes))
        weights = class_weights(train, self.params.class_weights)
        with devices.torch_threads(1):
            self.result_ = fit_network(
                network,
                partial(bag_loss, class_weights=weights),
                BagDataset(train, standardiser),
                BagDataset(validation, standardiser) if validation is not None else None,
                collate_bags,
                context,
                digest=digests.of_json([asdict(self.params), _digest(train), _digest(validation)]),
            )
        self.device = self.result_.facts["device"]
        precision = self.result_.facts["precision"]
        self.fitted_ = Fitted(network, standardiser, train.classes, train.features, precision)

    def predict(self, cases: Cases) -> Predictions:
        """Return class probabilities and, where the network has it, the attention on each tile.

        Raises:
            DataError: A case cannot be used, or the features are not those of the training.
        """
        fitted = self._fitted()
        cases.check()
        check_features(fitted.features, cases)
        network = fitted.network.to(self.device).eval()
        rows: list[np.ndarray] = []
        attention: dict[str, np.ndarray] = {}
        on_gpu = self.device.startswith("cuda")
        half = devices.autocast(self.device, fitted.precision if on_gpu else "32-true")
        with devices.torch_threads(1), torch.inference_mode(), half:
            for case in cases.ids:
                features = fitted.standardiser.apply(cases.inputs[case].features)[None]
                mask = torch.ones(features.shape[:2], dtype=torch.bool, device=self.device)
                logits, weights = network(features.to(self.device), mask)
                rows.append(logits[0].float().cpu().double().softmax(0).numpy())
                if weights is not None:
                    attention[case] = weights[0].float().cpu().numpy()
        return Predictions(probability_table(cases.ids, fitted.classes, np.stack(rows)), attention)

    def save(self, folder: Path) -> None:
        """Write parameters, classes, features and weights as JSON and plain arrays."""
        fitted = self._fitted()
        scaling = {"mean": fitted.standardiser.mean, "scale": fitted.standardiser.scale}
        facts = {
            "kind": type(self).__name__,
            "model": type(self).__module__.split(".")[-2],
            "signature": signature_of(fitted.features, [f"p_{name}" for name in fitted.classes]),
            "params": asdict(self.params),
            "classes": list(fitted.classes),
            "features": list(fitted.features),
            "precision": fitted.precision,
        }
        save_state(folder, facts, {**weights_of(fitted.network), **scaling})

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        """Read a saved model; on the CPU it predicts in float32.

        Raises:
            DataError: The folder holds no readable model of this kind.
        """
        facts, arrays = load_state(folder, cls.__name__)
        model = cls(facts["params"])
        network = model.build(len(facts["features"]), len(facts["classes"]))
        put_weights(network, arrays, folder)
        model.device = devices.pick_device(device)
        standardiser = Standardiser(arrays["mean"], arrays["scale"])
        names = (tuple(facts["classes"]), tuple(facts["features"]))
        model.fitted_ = Fitted(network, standardiser, *names, facts["precision"])
        return model

    def _fitted(self) -> Fitted:
        """Return the fitted state, or say that there is none."""
        if self.fitted_ is None:
            raise RunError(f"{type(self).__name__} is not fitted", remedy="call fit or load first")
        return self.fitted_


def _digest(cases: Cases | None) -> str:
    """Return a digest of ids, labels and features."""
    if cases is None:
        return ""
    bags = [
        digests.of_bytes(np.ascontiguousarray(cases.inputs[c].features).tobytes())
        for c in cases.ids
    ]
    return digests.of_json([cases.ids, cases.labels().tolist(), list(cases.features), bags])
