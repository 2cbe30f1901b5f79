"""What only the host sees is an error of its own type, which keeps its public text apart."""

import copy

from workbench.errors import HostError, Problem


def test_a_host_error_survives_the_way_back_from_a_worker_process() -> None:
    problem = Problem("label", "class 3 in row 7", "labels.csv")
    error = HostError("labels.csv differs", public="try later", where="x", problems=[problem])
    back = copy.copy(error)  # rebuilt as pickle does
    assert back.render() == error.render()
    assert (back.public, back.problems) == ("try later", (problem,))


def test_the_public_text_says_nothing_of_the_message() -> None:
    error = HostError("row 7 has label 3")
    assert "label" not in error.public and error.exit_code == 1
