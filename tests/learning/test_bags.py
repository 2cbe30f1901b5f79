"""Bags as batches: padding that no network may see, scaling learnt from training bags alone."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch

from workbench.learning.bags import BagDataset, Standardiser, collate_bags
from workbench.learning.cases import Bag, Cases

Make = Callable[..., Cases]


def test_padding_is_zero_and_masked(make_cases: Make) -> None:
    cases = make_cases(4)
    data = BagDataset(cases, Standardiser.learn(cases))
    batch = collate_bags([data[i] for i in range(4)])
    lengths = [len(cases.inputs[case]) for case in cases.ids]
    assert batch.mask.sum(1).tolist() == lengths
    assert batch.features.shape == (4, max(lengths), 6)
    assert not batch.features[~batch.mask].any()
    assert batch.labels.tolist() == [0, 1, 2, 3]


def test_every_bag_weighs_the_same_in_the_scaling() -> None:
    small, large = np.zeros((1, 1), np.float32), np.full((1000, 1), 2, np.float32)
    table = pd.DataFrame({"case": ["s", "l"], "person": ["s", "l"]})
    cases = Cases(table, {"s": Bag(small), "l": Bag(large)}, "bags", (), ("f",))
    learnt = Standardiser.learn(cases)
    assert learnt.mean.tolist() == [1.0]
    assert learnt.scale.tolist() == [1.0]


def test_a_constant_feature_is_not_blown_up() -> None:
    table = pd.DataFrame({"case": ["a"], "person": ["a"]})
    bag = Bag(np.full((5, 1), 1e6, np.float32))
    learnt = Standardiser.learn(Cases(table, {"a": bag}, "bags", (), ("f",)))
    assert torch.equal(learnt.apply(bag.features), torch.zeros(5, 1))
