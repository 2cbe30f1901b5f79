"""Losses of survival networks: partial likelihood, discrete hazards, nested case-control."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from workbench.errors import UsageError


def cox_loss(log_hazard: Tensor, time: Tensor, event: Tensor) -> tuple[Tensor, int]:
    """Return minus the log partial likelihood of a batch, per event, and how many events.

    The risk set of an event is what the batch holds of it; ties by Efron (1977, J Am Stat Assoc
    72:557). A batch without an event, or of one case, gives 0 and moves no weight.

    Args:
        log_hazard: Float (b,).
        time: Float (b,); only the order matters.
        event: Bool (b,), True where the event was seen.

    Raises:
        UsageError: A shape or a type is another.
    """
    _check(log_hazard=(log_hazard, True), time=(time, True), event=(event, False))
    events = int(event.sum())
    order = torch.argsort(time, descending=True, stable=True)
    values, seen = log_hazard[order].float(), event[order]
    _, group, sizes = torch.unique_consecutive(time[order], return_inverse=True, return_counts=True)
    last = (sizes.cumsum(0) - 1)[group]
    at_risk = torch.logcumsumexp(values, 0)[last]
    # Shares of those tied, of all at risk: at most 1, so that nothing overflows.
    share = torch.where(seen, (values - at_risk).exp(), 0.0)
    tied = torch.zeros_like(sizes, dtype=values.dtype).index_add(0, group, share)[group]
    so_far = seen.cumsum(0)
    together = torch.zeros_like(sizes).index_add(0, group, seen.to(sizes.dtype))[group]
    before = so_far - (so_far[last] - together) - 1
    left_out = tied * before / together.clamp(min=1)
    terms = at_risk + torch.log1p(-torch.where(seen, left_out, 0.0)) - values
    return torch.where(seen, terms, 0.0).sum() / max(events, 1), events


def hazard_loss(logits: Tensor, last: Tensor, share: Tensor, event: Tensor) -> tuple[Tensor, int]:
    """Return minus the log likelihood of discrete hazards, per case, and how many cases.

    Args:
        logits: Log odds of the event in each interval, float (b, K).
        last: Last interval at risk, int64 (b,).
        share: Part of it that was seen, float (b,).
        event: Whether the event was in it, bool (b,).

    Raises:
        UsageError: A shape or a type is another.
    """
    _check(logits=(logits[:, 0], True), share=(share, True), event=(event, False))
    logits = logits.float()
    interval = torch.arange(logits.shape[1], device=logits.device)
    weight = (interval < last[:, None]).float()
    weight = torch.where(interval == last[:, None], share[:, None].float(), weight)
    at_event = logits.gather(1, last[:, None]).squeeze(1)
    losses = (weight * functional.softplus(logits)).sum(1) - torch.where(event, at_event, 0.0)
    return losses.mean(), len(logits)


def control_loss(case: Tensor, controls: Tensor) -> tuple[Tensor, int]:
    """Return the nested case-control loss, per event, and how many events.

    Kvamme, Borgan & Scheel (2019, J Mach Learn Res 20:129), equation 9.

    Args:
        case: Log hazard of each case with the event at its time, float (b,).
        controls: Log hazards of cases at risk then, float (b, m).

    Raises:
        UsageError: A shape or a type is another.
    """
    _check(case=(case, True), controls=(controls[:, 0], True))
    gaps = controls.float() - case.float()[:, None]
    own = torch.zeros_like(gaps[:, :1])
    return torch.logsumexp(torch.cat([own, gaps], 1), 1).mean(), len(case)


def _check(**given: tuple[Tensor, bool]) -> None:
    """Check that all are flat, of one length, and float (True) or bool (False)."""
    length = len(next(iter(given.values()))[0])
    for name, (tensor, floats) in given.items():
        fits = tensor.is_floating_point() if floats else tensor.dtype == torch.bool
        if not fits or tensor.shape != (length,):
            raise UsageError(
                f"{name} is {tensor.dtype} of shape {tuple(tensor.shape)}, expected "
                f"{'float' if floats else 'bool'} of shape ({length},)",
                remedy="an event given as numbers would be taken for positions: use event == 1",
            )
