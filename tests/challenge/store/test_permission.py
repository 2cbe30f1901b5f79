"""One function decides who may do what; what it does not allow is refused."""

from __future__ import annotations

from typing import get_args

import pytest

from workbench.challenge.store.permission import PUBLIC, Action, Principal, Resource, may, require
from workbench.errors import UsageError

OWN = Resource("demo", "t-1", "s-1")
FOREIGN = Resource("demo", "t-2", "s-2")
ELSEWHERE = Resource("other", "t-1", "s-3")
TEAM = Principal("t-1", "participant", team="t-1", challenge="demo")
WORKER = Principal("token-w", "worker")
LOCAL = Principal("token-l", "organiser", challenge="demo")
ORGANISER = Principal("anna", "organiser")

EVERYBODY = {"read-challenge", "read-board"}
PARTICIPANT = {
    "submit",
    "read-submission",
    "download-submission",
    "withdraw-submission",
    "read-team",
}
ALL = set(get_args(Action))


@pytest.mark.parametrize(
    ("principal", "resource", "allowed"),
    [
        (PUBLIC, OWN, EVERYBODY),
        (TEAM, OWN, EVERYBODY | PARTICIPANT),
        (TEAM, FOREIGN, EVERYBODY),
        (TEAM, ELSEWHERE, EVERYBODY),
        (TEAM, Resource("demo"), EVERYBODY),
        (Principal("x", "participant", challenge="demo"), Resource("demo"), EVERYBODY),
        (WORKER, FOREIGN, EVERYBODY | {"score", "download-submission"}),
        (LOCAL, FOREIGN, ALL - {"submit", "manage-store"}),
        (LOCAL, ELSEWHERE, EVERYBODY),
        (LOCAL, Resource(None), EVERYBODY),
        (ORGANISER, ELSEWHERE, ALL - {"submit"}),
    ],
)
def test_what_each_may_do(principal: Principal, resource: Resource, allowed: set[str]) -> None:
    assert {action for action in get_args(Action) if may(principal, action, resource)} == allowed


def test_a_refusal_does_not_say_whether_the_object_exists() -> None:
    texts = set()
    for resource in (FOREIGN, Resource(None, None, "s-2")):
        with pytest.raises(UsageError) as caught:
            require(TEAM, "read-submission", resource)
        texts.add(str(caught.value))
    assert len(texts) == 1
