"""Losses of survival networks: frozen likelihoods of R, sums by hand, types, thin batches."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from workbench.errors import UsageError
from workbench.learning.survival_loss import control_loss, cox_loss, hazard_loss


def tensors(log_hazard: list, time: list, event: list) -> tuple[torch.Tensor, ...]:
    return (
        torch.tensor(log_hazard, dtype=torch.float32),
        torch.tensor(time, dtype=torch.float32),
        torch.tensor(event, dtype=torch.bool),
    )


@pytest.mark.parametrize("number", range(6))
def test_partial_likelihood_is_that_of_r_with_ties(shared_data: Path, number: int) -> None:
    """What torchsurv froze of R ``coxph``, ties by Efron; log hazards have four digits."""
    path = shared_data / "survival/torchsurv_reference/benchmark_cox_with_ties.json"
    block = json.loads(path.read_text())[number]
    given = tensors(block["log_hazard_efron"][0], block["time"], block["status"])
    loss, events = cox_loss(*given)
    assert -float(loss) * events == pytest.approx(block["log_likelihood_efron"][0], rel=2e-5)


def test_partial_likelihood_by_hand() -> None:
    """Times 1, 2, 2, 3 with events at 1, 2, 2: two tied, so the second term takes half of both."""
    loss, events = cox_loss(
        *tensors([0.0, 1.0, -1.0, 0.5], [1, 2, 2, 3], [True, True, True, False])
    )
    e = np.exp(np.array([0.0, 1.0, -1.0, 0.5]))
    at_two = e[1] + e[2] + e[3]
    expected = np.log(e.sum()) + np.log(at_two) + np.log(at_two - (e[1] + e[2]) / 2)
    assert float(loss) == pytest.approx((expected - (0 + 1 - 1)) / 3, rel=1e-6)
    assert events == 3


@pytest.mark.parametrize(
    ("time", "event"), [([1.0, 2.0, 3.0], [False] * 3), ([1.0], [True]), ([1.0], [False])]
)
def test_a_batch_without_an_event_or_of_one_case_moves_nothing(time: list, event: list) -> None:
    log_hazard = torch.zeros(len(time), requires_grad=True)
    loss, events = cox_loss(log_hazard, torch.tensor(time), torch.tensor(event))
    loss.backward()
    assert float(loss.detach()) == 0
    assert events == sum(event)
    assert log_hazard.grad is not None and log_hazard.grad.abs().max() == 0


def test_large_log_hazards_do_not_overflow() -> None:
    log_hazard = torch.tensor([300.0, -300.0, 200.0], requires_grad=True)
    loss, _ = cox_loss(log_hazard, torch.tensor([1.0, 2.0, 2.0]), torch.tensor([True, True, True]))
    loss.backward()
    assert torch.isfinite(loss) and torch.isfinite(log_hazard.grad).all()


def test_events_as_numbers_and_other_shapes_are_refused() -> None:
    """As in issue 117 of torchsurv: events as 0 and 1 index the first two cases."""
    log_hazard, time, event = tensors([0.0, 1.0], [1, 2], [True, False])
    for bad in (
        (log_hazard, time, event.long()),
        (log_hazard, time, event.float()),
        (log_hazard.long(), time, event),
        (log_hazard[:, None], time, event),
        (log_hazard, time[:1], event),
    ):
        with pytest.raises(UsageError, match="expected"):
            cox_loss(*bad)


def test_likelihood_of_discrete_hazards_by_hand() -> None:
    logits = torch.tensor([[0.0, 1.0, 2.0], [0.5, -1.0, 0.0]])
    loss, cases = hazard_loss(
        logits, torch.tensor([1, 2]), torch.tensor([1.0, 0.25]), torch.tensor([True, False])
    )
    hazards = 1 / (1 + np.exp(-logits.numpy().astype(float)))
    first = np.log(1 - hazards[0, 0]) + np.log(hazards[0, 1])
    second = np.log(1 - hazards[1]) @ [1.0, 1.0, 0.25]
    assert float(loss) == pytest.approx(-(first + second) / 2, rel=1e-6)
    assert cases == 2
    with pytest.raises(UsageError, match="event is"):
        hazard_loss(logits, torch.tensor([1, 2]), torch.ones(2), torch.tensor([1, 0]))


def test_loss_against_controls_by_hand() -> None:
    case, controls = torch.tensor([1.0, 0.0]), torch.tensor([[0.0, 1.0], [2.0, -1.0]])
    loss, events = control_loss(case, controls)
    expected = [np.log(1 + np.exp(-1) + 1), np.log(1 + np.exp(2) + np.exp(-1))]
    assert float(loss) == pytest.approx(np.mean(expected), rel=1e-6)
    assert events == 2
