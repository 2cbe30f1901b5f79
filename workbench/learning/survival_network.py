"""The part that all survival networks on rows share: standardising, fitting, running."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import Dataset

from workbench import digests
from workbench.learning import devices
from workbench.learning.bags import Standardiser
from workbench.learning.fit import FitResult, fit_network
from workbench.learning.settings import FitContext
from workbench.learning.survival_estimator import Sample, State, SurvivalEstimator
from workbench.learning.weights import put_weights, weights_of

_ROWS_AT_ONCE = 65_536


class SurvivalNetwork(SurvivalEstimator):
    """A network on rows: a subclass states its parameters, network, batches and baseline.

    ``params_type`` has a ``batch_size`` of its own: risk sets are read from batches, so that the
    trainer's, which is made for bags, does not apply.
    """

    stops_early = True

    def __init__(self, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(params)
        self.device = "cpu"
        self.result_: FitResult | None = None

    @abstractmethod
    def frame(self, train: Sample) -> State:
        """Return what the network needs to know of the training cases, such as cuts of time."""

    @abstractmethod
    def build(self, n_features: int, state: State) -> nn.Module:
        """Return a fresh network."""

    @abstractmethod
    def batches(
        self, sample: Sample, rows: Tensor, state: State, seed: int | None
    ) -> Dataset[Any] | None:
        """Return cases as batches that :meth:`loss` takes; None where they hold nothing to learn.

        Args:
            sample: Times and events.
            rows: Standardised features, float32 (n, p).
            state: What ``frame`` gave.
            seed: None for training; for validation, of what is drawn once and for all.
        """

    @staticmethod
    @abstractmethod
    def loss(network: nn.Module, batch: Any) -> tuple[Tensor, int]:
        """Return the mean loss of a batch, and what it is the mean over."""

    @abstractmethod
    def baseline(self, train: Sample, state: State) -> State:
        """Return what curves need beside the fitted network."""

    def learn(self, train: Sample, validation: Sample | None, context: FitContext) -> State:
        """Fit the network; return its weights and all that prediction needs beside it."""
        standardiser = Standardiser.of_rows(train.rows)
        state = {"mean": standardiser.mean, "scale": standardiser.scale, **self.frame(train)}
        network = self.build(train.rows.shape[1], state)
        cases = self.batches(train, standardiser.apply(train.rows), state, None)
        held = None
        if validation is not None:
            rows = standardiser.apply(validation.rows)
            held = self.batches(validation, rows, state, context.seed)
        settings = replace(context.trainer, batch_size=self.params.batch_size)
        with devices.torch_threads(1):
            self.result_ = fit_network(
                network,
                type(self).loss,
                cases,
                held,
                as_it_is,
                replace(context, trainer=settings),
                digest=digests.of_json([asdict(self.params), _digest(train), _digest(validation)]),
            )
        self.device = self.result_.facts["device"]
        state |= weights_of(network)
        return state | self.baseline(train, state)

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        """Read a saved model.

        Raises:
            DataError: The folder holds no readable model of this kind.
            UsageError: There is no such device.
        """
        model = super().load(folder)
        model.device = devices.pick_device(device)
        return model

    def run(
        self, rows: NDArray[np.float64], state: State, time: float | None = None
    ) -> NDArray[np.float64]:
        """Return the network's outputs for rows that are not yet standardised, (n, outputs).

        Computed in double precision where the device has it: what is said of a case then does not
        depend on which others are asked for.

        Args:
            rows: Features, (n, p).
            state: Weights and scaling.
            time: Put behind the features, as the network knows time.
        """
        network = self.build(rows.shape[1], state)
        put_weights(network, state)
        kind = torch.float32 if self.device.startswith("mps") else torch.float64
        network = network.to(self.device, kind).eval()
        standardiser = Standardiser(state["mean"], state["scale"])
        parts = []
        with devices.torch_threads(1), torch.inference_mode():
            for first in range(0, max(len(rows), 1), _ROWS_AT_ONCE):
                inputs = standardiser.apply(rows[first : first + _ROWS_AT_ONCE])
                if time is not None:
                    inputs = torch.cat([inputs, torch.full((len(inputs), 1), time)], 1)
                outputs = network(inputs.to(self.device, kind))
                parts.append(outputs.double().cpu().numpy())
        return np.concatenate(parts)


def as_it_is(batch: Any) -> Any:
    """Return a batch that the data set has put together already."""
    return batch


def perceptron(n_inputs: int, hidden: list[int], dropout: float, n_outputs: int) -> nn.Sequential:
    """Return a network of fully connected layers with ReLU and dropout."""
    layers: list[nn.Module] = []
    for width in hidden:
        layers += [nn.Linear(n_inputs, width), nn.ReLU(), nn.Dropout(dropout)]
        n_inputs = width
    return nn.Sequential(*layers, nn.Linear(n_inputs, n_outputs))


def _digest(sample: Sample | None) -> list[str]:
    """Return digests of rows, times and events."""
    if sample is None:
        return []
    arrays = (sample.rows, sample.time, sample.event)
    return [digests.of_bytes(np.ascontiguousarray(array).tobytes()) for array in arrays]
