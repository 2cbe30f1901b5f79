"""The order of an epoch: a pure function of seed and epoch, fair over processes."""

from workbench.learning.order import EpochOrder


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    order = EpochOrder(20, 3, shuffle=True)
    order.epoch = 5
    fifth = list(order)
    again = EpochOrder(20, 3, shuffle=True)
    again.epoch = 5
    assert list(again) == fifth
    again.epoch = 6
    assert list(again) != fifth
    assert sorted(fifth) == list(range(20))


def test_training_shares_are_of_one_size_and_cover_every_case() -> None:
    shares = [list(EpochOrder(7, 0, shuffle=True, rank=r, world=3)) for r in range(3)]
    assert [len(share) for share in shares] == [3, 3, 3]
    assert set().union(*shares) == set(range(7))


def test_validation_visits_every_case_once() -> None:
    shares = [list(EpochOrder(7, 0, shuffle=False, rank=r, world=3)) for r in range(3)]
    assert sorted(row for share in shares for row in share) == list(range(7))
