"""Model state on disk: same bytes, atomic, never unpickled."""

from pathlib import Path

import numpy as np
import pytest

from workbench.errors import DataError
from workbench.learning.arrays import load_state, save_state

ARRAYS = {"b": np.arange(3.0), "a": np.ones((2, 2), dtype=np.float32)}


def test_state_comes_back_and_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name, arrays in (("one", ARRAYS), ("two", dict(reversed(ARRAYS.items())))):
        save_state(tmp_path / name, {"kind": "X", "n": 1}, arrays)
    for file in ("model.json", "arrays.npz"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    facts, arrays = load_state(tmp_path / "one", "X")
    assert facts["n"] == 1
    assert np.array_equal(arrays["b"], ARRAYS["b"])


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    save_state(tmp_path / "m", {"kind": "X"}, ARRAYS)
    with pytest.raises(DataError, match="kind 'X', expected 'Y'"):
        load_state(tmp_path / "m", "Y")


def test_absent_and_torn_models_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no readable model"):
        load_state(tmp_path / "nothing", "X")
    save_state(tmp_path / "m", {"kind": "X"}, ARRAYS)
    whole = (tmp_path / "m/arrays.npz").read_bytes()
    (tmp_path / "m/arrays.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="no readable model"):
        load_state(tmp_path / "m", "X")


def test_a_pickled_array_is_neither_written_nor_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allow_pickle=False"):
        save_state(tmp_path / "m", {"kind": "X"}, {"a": np.array([object()])})
    assert not (tmp_path / "m").exists()
    save_state(tmp_path / "m", {"kind": "X"}, ARRAYS)
    np.savez(tmp_path / "m/arrays.npz", allow_pickle=True, a=np.array([{"x": 1}]))
    with pytest.raises(DataError, match="no readable model"):
        load_state(tmp_path / "m", "X")
