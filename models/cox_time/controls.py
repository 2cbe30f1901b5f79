"""Events with controls drawn from those at risk, as batches."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from workbench.learning.risk_sets import Compared


class EventsWithControls(Dataset[tuple[Tensor, ...]]):
    """Events by position; controls are drawn each time a batch is taken, or once and for all.

    Args:
        compared: Events and who is at risk.
        rows: Standardised features of all cases, float32 (n, p).
        times: Time of each case as the network knows it, float32 (n,).
        count: Controls of an event.
        seed: Of controls drawn once; None draws anew from the generator of the batch's epoch.
    """

    def __init__(
        self, compared: Compared, rows: Tensor, times: Tensor, count: int, seed: int | None
    ) -> None:
        self.compared = compared
        self.rows = rows
        self.times = times
        self.count = count
        self.fixed = None
        if seed is not None:
            every = np.arange(len(compared))
            self.fixed = compared.controls(every, count, np.random.default_rng(seed).integers)

    def __len__(self) -> int:
        return len(self.compared)

    def __getitem__(self, position: int) -> tuple[Tensor, ...]:
        return self.__getitems__([position])

    def __getitems__(self, positions: Sequence[int]) -> tuple[Tensor, ...]:
        """Return inputs of the events (b, p + 1) and of their controls (b, m, p + 1)."""
        events = np.asarray(positions, dtype=np.int64)
        if self.fixed is None:
            drawn = self.compared.controls(events, self.count, np.random.randint)
        else:
            drawn = self.fixed[events]
        own = torch.from_numpy(self.compared.rows()[events])
        time = self.times[own][:, None]
        cases = torch.cat([self.rows[own], time], 1)
        at_risk = self.rows[torch.from_numpy(drawn)]
        then = time[:, None, :].expand(-1, self.count, -1)
        return cases, torch.cat([at_risk, then], 2)
