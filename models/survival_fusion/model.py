"""Survival from tiles and a row of clinical features together."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from workbench import digests
from workbench.errors import RunError
from workbench.learning import devices
from workbench.learning.arrays import load_state, save_state
from workbench.learning.bags import Standardiser
from workbench.learning.cases import Cases
from workbench.learning.fit import FitResult, fit_network
from workbench.learning.model import Predictions, check_features
from workbench.learning.risk_sets import baseline_hazard, check_compared
from workbench.learning.seeds import seed_everything
from workbench.learning.settings import FitContext, typed
from workbench.learning.signature import signature_of
from workbench.learning.survival import (
    at_step,
    checked_times,
    never_rising,
    outcome_of,
    proportional_curves,
)
from workbench.learning.survival_estimator import Sample, State
from workbench.learning.weights import put_weights, weights_of

from .network import Fusion, FusionCases, collate, loss
from .params import SurvivalFusionParams


class SurvivalFusion:
    """Proportional hazards by a network of tiles and a row; the baseline is that of a Cox model.

    Args:
        params: Values of ``SurvivalFusionParams`` by name; absent ones take their default.
    """

    params_type = SurvivalFusionParams

    def __init__(self, params: Mapping[str, Any] | None = None) -> None:
        self.params = typed(self.params_type, params, where=type(self).__name__)
        self.device = "cpu"
        self.features_: tuple[str, ...] = ()
        self.row_features_: tuple[str, ...] = ()
        self.state_: State = {}
        self.result_: FitResult | None = None

    def fit(self, train: Cases, validation: Cases | None, context: FitContext) -> None:
        """Learn from the training cases; the validation cases only decide when to stop.

        Raises:
            DataError: Names every case that cannot be used; nobody has the event, or can be
                compared with somebody who has.
            RunError: The loss diverged.
        """
        sample = _sample(train)
        check_compared(sample)
        if validation is not None:
            check_features(train.features, validation, train.row_features)
            _sample(validation, events_needed=False)
        seed_everything(context.seed)
        tiles, rows = Standardiser.learn(train), Standardiser.of_rows(sample.rows)
        state: State = {"tile_mean": tiles.mean, "tile_scale": tiles.scale}
        state |= {"row_mean": rows.mean, "row_scale": rows.scale}
        network = Fusion(len(train.features), len(train.row_features), self.params)
        settings = replace(context.trainer, batch_size=self.params.batch_size)
        with devices.torch_threads(1):
            self.result_ = fit_network(
                network,
                loss,
                _dataset(train, state),
                None if validation is None else _dataset(validation, state),
                collate,
                replace(context, trainer=settings),
                digest=digests.of_json([asdict(self.params), _digest(train), _digest(validation)]),
            )
        self.device = self.result_.facts["device"]
        self.features_, self.row_features_ = train.features, train.row_features
        self.state_ = state | weights_of(network)
        self.state_ |= baseline_hazard(sample, self._run(train)[0])

    def predict(self, cases: Cases) -> Predictions:
        """Return the log hazard ``risk`` of each case, and the attention on its tiles.

        Raises:
            DataError: A case cannot be used, or the features are not those of the training.
        """
        self._check(cases)
        risk, attention = self._run(cases)
        return Predictions(pd.DataFrame({"case": cases.ids, "risk": risk}), attention)

    def survival(self, cases: Cases, times: Sequence[float]) -> NDArray[np.float64]:
        """Return the probability of no event up to and including each time, ``(n, K)``.

        Raises:
            DataError: A case or a time cannot be used, or the features are not those of the
                training.
        """
        self._check(cases)
        asked, state = checked_times(times), self.state_
        baseline = at_step(state["times"], state["baseline_cumulative_hazard"], asked)
        return never_rising(proportional_curves(self._run(cases)[0], baseline))

    def save(self, folder: Path) -> None:
        """Write parameters, features and what was learnt as JSON and plain arrays."""
        facts = {
            "kind": type(self).__name__,
            "model": type(self).__module__.split(".")[-2],
            "params": asdict(self.params),
            "features": list(self.features_),
            "row_features": list(self.row_features_),
            "signature": signature_of([*self.features_, *self.row_features_], ["risk"]),
        }
        save_state(folder, facts, self.state_)

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        """Read a saved model.

        Raises:
            DataError: The folder holds no readable model of this kind.
            UsageError: There is no such device.
        """
        facts, arrays = load_state(folder, cls.__name__)
        model = cls(facts["params"])
        model.features_, model.row_features_ = (
            tuple(facts["features"]),
            tuple(facts["row_features"]),
        )
        model.state_, model.device = arrays, devices.pick_device(device)
        return model

    def _check(self, cases: Cases) -> None:
        """Check that the model is fitted and the cases can be predicted for."""
        if not self.state_:
            raise RunError(f"{type(self).__name__} is not fitted", remedy="call fit or load first")
        cases.check()
        check_features(self.features_, cases, self.row_features_)

    def _run(self, cases: Cases) -> tuple[NDArray[np.float64], dict[str, np.ndarray]]:
        """Return log hazards and attention, every bag by itself, in double precision."""
        network = Fusion(len(cases.features), len(cases.row_features), self.params)
        put_weights(network, self.state_)
        kind = torch.float32 if self.device.startswith("mps") else torch.float64
        network = network.to(self.device, kind).train(False)
        rows = _rows(cases, self.state_).to(self.device, kind)
        risks, attention = np.empty(len(cases)), {}
        with devices.torch_threads(1), torch.inference_mode():
            for place, (case, bag) in enumerate(
                zip(cases.ids, _bags(cases, self.state_), strict=True)
            ):
                tiles = bag[None].to(self.device, kind)
                mask = torch.ones(tiles.shape[:2], dtype=torch.bool, device=self.device)
                log_hazard, weights = network(tiles, mask, rows[place : place + 1])
                risks[place] = float(log_hazard)
                attention[case] = weights[0].float().cpu().numpy()
        return risks, attention


def _sample(cases: Cases, *, events_needed: bool = True) -> Sample:
    """Return the checked rows, times and events of bags."""
    cases.check()
    outcome = outcome_of(cases, events_needed=events_needed)
    return Sample(cases.bag_rows(), outcome[:, 0], outcome[:, 1] == 1, cases.row_features)


def _dataset(cases: Cases, state: State) -> FusionCases:
    """Return cases as the network's loss takes them."""
    outcome = outcome_of(cases, events_needed=False)
    # Ranks are exact in float32 where times would tie that do not.
    order = np.unique(outcome[:, 0], return_inverse=True)[1].astype(np.float32)
    event = torch.from_numpy(outcome[:, 1] == 1)
    return FusionCases(_bags(cases, state), _rows(cases, state), torch.from_numpy(order), event)


def _bags(cases: Cases, state: State) -> list[torch.Tensor]:
    """Return the standardised tiles of each case."""
    standardiser = Standardiser(state["tile_mean"], state["tile_scale"])
    return [standardiser.apply(cases.inputs[case].features) for case in cases.ids]


def _rows(cases: Cases, state: State) -> torch.Tensor:
    """Return the standardised rows beside the tiles."""
    return Standardiser(state["row_mean"], state["row_scale"]).apply(cases.bag_rows())


def _digest(cases: Cases | None) -> list[Any]:
    """Return a digest of ids, outcomes, rows and tiles."""
    if cases is None:
        return []
    arrays = [outcome_of(cases, events_needed=False), cases.bag_rows()]
    arrays += [np.ascontiguousarray(cases.inputs[case].features) for case in cases.ids]
    return [cases.ids, *(digests.of_bytes(array.tobytes()) for array in arrays)]
