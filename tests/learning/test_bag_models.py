"""What the attention and its baseline learn, and that padding never reaches them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from workbench import registry
from workbench.errors import DataError, UsageError
from workbench.learning.bag_loss import bag_loss
from workbench.learning.bags import BagBatch
from workbench.learning.cases import Cases
from workbench.learning.settings import FitContext, TrainerSettings

Make = Callable[..., Cases]
NAMES = ("attention_mil", "mean_pool")


def fit(name: str, cases: Cases, folder: Path, epochs: int = 3, **params: object) -> object:
    model = registry.load("model", name)(params)
    settings = TrainerSettings(device="cpu", max_epochs=epochs, learning_rate=0.01)
    model.fit(cases, None, FitContext(folder, 0, settings))
    return model


@pytest.mark.parametrize("name", NAMES)
def test_padding_does_not_change_the_answer(name: str) -> None:
    torch.manual_seed(0)
    network = registry.load("model", name)({}).build(6, 4).eval()
    bag = torch.randn(1, 5, 6)
    padded = torch.cat([bag, torch.full((1, 7, 6), 99.0)], dim=1)
    mask = torch.arange(12)[None] < 5
    plain, attention = network(bag, torch.ones(1, 5, dtype=torch.bool))
    beside, masked = network(torch.where(mask[..., None], padded, 0.0), mask)
    assert torch.allclose(plain, beside, atol=1e-6)
    if attention is not None:
        assert torch.allclose(attention, masked[:, :5], atol=1e-6)
        assert not masked[:, 5:].any()
        assert torch.allclose(attention.sum(1), torch.ones(1))


def test_attention_finds_the_tiles_that_carry_the_label(make_cases: Make, tmp_path: Path) -> None:
    model = fit("attention_mil", make_cases(80), tmp_path, epochs=30)
    cases = make_cases(40, seed=9)
    predictions = model.predict(cases)  # type: ignore[attr-defined]
    called = predictions.table.filter(like="p_").to_numpy().argmax(1)
    assert (called == cases.labels()).mean() > 0.8
    lesions = [c for c, label in zip(cases.ids, cases.labels(), strict=True) if label]
    share = [predictions.attention[case][:2].sum() for case in lesions]
    assert np.median(share) > 0.6, "two tiles of up to twenty carry the label"


def test_equation_9_by_hand() -> None:
    torch.manual_seed(1)
    net = registry.load("model", "attention_mil")({"embedding": 3, "hidden": 2}).build(4, 2).eval()
    bag = torch.randn(5, 4)
    tiles = torch.relu(bag @ net.embed[0].weight.T + net.embed[0].bias)
    scores = []
    for tile in tiles:
        value = torch.tanh(net.value.weight @ tile + net.value.bias)
        gate = 1 / (1 + torch.exp(-(net.gate.weight @ tile + net.gate.bias)))
        scores.append((net.score.weight @ (value * gate) + net.score.bias).exp())
    attention = torch.cat(scores) / sum(scores)
    logits = net.head.weight @ (attention[:, None] * tiles).sum(0) + net.head.bias
    out, given = net(bag[None], torch.ones(1, 5, dtype=torch.bool))
    assert torch.allclose(given[0], attention, atol=1e-6)
    assert torch.allclose(out[0], logits, atol=1e-6)


def test_the_loss_is_the_mean_cross_entropy() -> None:
    class Fixed(torch.nn.Module):
        def forward(self, features: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, None]:
            return torch.tensor([[0.0, 0.0], [np.log(3.0), 0.0]]), None

    batch = BagBatch(torch.zeros(2, 1, 1), torch.ones(2, 1, dtype=torch.bool), torch.tensor([0, 1]))
    loss, count = bag_loss(Fixed(), batch)
    assert count == 2
    assert loss.item() == pytest.approx((np.log(2) + np.log(4)) / 2, rel=1e-6)
    weighted, _ = bag_loss(Fixed(), batch, class_weights=torch.tensor([2.0, 0.5]))
    assert weighted.item() == pytest.approx((2 * np.log(2) + 0.5 * np.log(4)) / 2, rel=1e-6)


def test_balanced_weights_change_the_fit(make_cases: Make, tmp_path: Path) -> None:
    cases = make_cases(24)
    rare = cases.subset([c for i, c in enumerate(cases.ids) if i % 4 or i < 4])
    tables = [
        fit("mean_pool", rare, tmp_path / rule, class_weights=rule).predict(cases).table  # type: ignore[attr-defined]
        for rule in ("none", "balanced")
    ]
    gain = tables[1]["p_benign"].mean() - tables[0]["p_benign"].mean()
    assert gain > 0, "the rare class must gain"


@pytest.mark.parametrize("name", NAMES)
def test_wrong_parameters_are_refused(name: str) -> None:
    for params in ({"dropout": 1.0}, {"embedding": 0}, {"class_weights": "some"}):
        with pytest.raises(UsageError):
            registry.load("model", name)(params)


def test_all_bad_bags_are_named_before_any_work(make_cases: Make, tmp_path: Path) -> None:
    cases = make_cases(4)
    cases.inputs["case001"].features[0, 0] = np.nan
    cases.inputs["case003"].features[0, 0] = np.inf
    with pytest.raises(DataError) as caught:
        fit("attention_mil", cases, tmp_path)
    assert [p.where for p in caught.value.problems] == ["case001", "case003"]


def test_a_model_folder_with_other_weights_is_refused(make_cases: Make, tmp_path: Path) -> None:
    model = fit("mean_pool", make_cases(8), tmp_path / "fit", embedding=5)
    model.save(tmp_path / "model")  # type: ignore[attr-defined]
    facts = tmp_path / "model/model.json"
    facts.write_text(facts.read_text().replace('"embedding": 5', '"embedding": 6'))
    with pytest.raises(DataError, match="weights do not fit"):
        registry.load("model", "mean_pool").load(tmp_path / "model")


def test_a_model_trained_in_bfloat16_predicts_the_same_once_loaded(
    make_cases: Make, tmp_path: Path
) -> None:
    cases, entry = make_cases(12), registry.load("model", "attention_mil")
    settings = TrainerSettings(device="cpu", precision="bf16", max_epochs=2)
    model = entry({})
    model.fit(cases, None, FitContext(tmp_path / "fit", 0, settings))
    model.save(tmp_path / "model")
    again = entry.load(tmp_path / "model")
    assert again.predict(cases).table.equals(model.predict(cases).table)


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_refused_by_name_before_any_work(
    name: str, make_cases: Make, tmp_path: Path
) -> None:
    bags = make_cases(12)
    rows = {case: bag.features.mean(axis=0) for case, bag in bags.inputs.items()}
    cases = Cases(bags.table, rows, "table", bags.classes, bags.features)
    with pytest.raises(DataError, match="rows-for-a-bag-model") as caught:
        fit(name, cases, tmp_path)
    assert "baselines=[]" in str(caught.value.remedy)
