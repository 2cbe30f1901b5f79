"""BLAS is held to one thread while products run, and gets its threads back."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from workbench.metrics.one_thread import one_blas_thread
from workbench.metrics.sums import weighted_sums


def _threads() -> set[int]:
    """Return the numbers of threads of all BLAS libraries."""
    return {lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def _two_threads():
    """Give BLAS two threads, also on a machine with one core."""
    with threadpool_limits(limits=2, user_api="blas"):
        if _threads() != {2}:
            pytest.skip("this BLAS cannot have two threads")
        yield


def test_one_thread_within_and_as_before_after():
    with one_blas_thread():
        with one_blas_thread():
            assert _threads() == {1}
        assert _threads() == {1}
    assert _threads() == {2}


def test_threads_come_back_after_an_error():
    with pytest.raises(ValueError, match="unlucky"), one_blas_thread():
        raise ValueError("unlucky")
    assert _threads() == {2}


def test_threads_come_back_when_two_hold_and_the_first_leaves_first():
    second_is_in, first_is_out = threading.Event(), threading.Event()

    def second() -> None:
        with one_blas_thread():
            second_is_in.set()
            first_is_out.wait(10)

    other = threading.Thread(target=second)
    with one_blas_thread():
        other.start()
        assert second_is_in.wait(10)
    first_is_out.set()
    other.join()
    assert _threads() == {2}


def test_sums_run_on_one_thread(monkeypatch):
    seen = []
    monkeypatch.setattr("workbench.metrics.sums.is_integral", lambda w: seen.append(_threads()))
    weighted_sums(np.ones((3, 1)), np.ones((3, 2)))
    assert seen == [{1}]
    assert _threads() == {2}
