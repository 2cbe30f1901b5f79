"""A challenge pack: made from a labels file, and checked before it opens."""

from workbench.challenge.pack.card_content import PackPlan
from workbench.challenge.pack.checks import check_pack
from workbench.challenge.pack.findings import Finding, PackReport
from workbench.challenge.pack.given import Given, understand
from workbench.challenge.pack.leaks import Leak, leak_test
from workbench.challenge.pack.making import MadePack, make_pack
from workbench.challenge.pack.question import Question

__all__ = [
    "Finding",
    "Given",
    "Leak",
    "MadePack",
    "PackPlan",
    "PackReport",
    "Question",
    "check_pack",
    "leak_test",
    "make_pack",
    "understand",
]
