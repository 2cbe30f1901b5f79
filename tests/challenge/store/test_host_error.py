"""What only the host sees is an error of its own type, which keeps its public text apart."""

import pickle

from workbench.errors import HostError, Problem


def test_a_host_error_survives_the_way_back_from_a_worker_process() -> None:
    problems = [Problem("label", "class 3 in row 7", "labels.csv")]
    error = HostError("labels.csv differs", public="try later", where="x", problems=problems)
    back = pickle.loads(pickle.dumps(error))
    assert (back.render(), back.public, back.problems) == (
        error.render(),
        "try later",
        (*problems,),
    )


def test_the_public_text_says_nothing_of_the_message() -> None:
    error = HostError("row 7 has label 3")
    assert "label" not in error.public and error.exit_code == 1
