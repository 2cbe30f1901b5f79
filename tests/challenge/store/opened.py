"""An open challenge in a store, and how tests send and score submissions."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.challenge.store import Store
from workbench.challenge.store.events import PhaseOpened, SubmissionReceived, SubmissionScored
from workbench.challenge.store.files import put_file
from workbench.challenge.store.opening import open_challenge
from workbench.challenge.store.teams import create_team
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.store.values import encode
from workbench.challenge.submissions.queue import drop, enqueue
from workbench.scoring import load_challenge

SEAL = "a" * 64
ANSWER = b"id,p\n1,0.5\n"


@dataclass
class Opened:
    """A store with a challenge, its phase ``public``, a score set and two teams."""

    store: Store
    challenge: str
    score_set: str
    team: str
    other: str

    def send(self, transaction: Transaction, team: str = "", content: bytes = ANSWER) -> str:
        """Take a submission of a team (the first one's); return its id."""
        new = transaction.new_id("s")
        payload = SubmissionReceived(
            submission=new,
            team=team or self.team,
            phase="public",
            digest=put_file(transaction, content),
            size=len(content),
            filename="answer.csv",
            check_digest="c" * 64,
        )
        transaction.append(payload, challenge=self.challenge, actor=payload.team)
        enqueue(transaction, new, "public", self.score_set)
        return new

    def score(self, transaction: Transaction, submission: str, value: float) -> None:
        """Score a submission."""
        payload = SubmissionScored(
            submission=submission,
            phase="public",
            score_set=self.score_set,
            sheet=f'{{"value":{value}}}',
            resampled=encode([value, value / 2]),
            released=value,
        )
        transaction.append(payload, challenge=self.challenge, actor="worker")
        drop(transaction, submission)


def open_it(store: Store) -> Opened:
    """Open the challenge with two teams."""
    card = load_challenge("tissue_lesions")
    with store.writing("organiser") as transaction:
        score_set = open_challenge(transaction, card, {"public": SEAL})
        transaction.append(PhaseOpened(phase="public"), challenge=card.id)
        teams = [create_team(transaction, card.id, name) for name in ("Équipe 1", "Team 2")]
    return Opened(store, card.id, score_set, *teams)
