"""From file to score: taken, scored as ``workbench score`` does, shown as the phase allows."""

from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import entry, selected, submit, work_once
from workbench.scoring import ScoreSheet, score

from .world import World, answer


def test_a_file_is_taken_scored_and_shown(world: World) -> None:
    receipt = submit(world.store, world.team, "demo", answer(), filename="a.csv")
    assert receipt.state == "queued" and receipt.phase == "open" and receipt.quota.day == 4
    assert entry(world.store, world.team, receipt.id).state == "queued"
    done = work_once(world.store, world.worker)
    assert done is not None and done.outcome == "scored", done
    shown = entry(world.store, world.team, receipt.id)
    assert shown.state == "scored" and shown.score is not None
    tables = rebuild(world.store)
    (row,) = tables["score"].values()
    expected = score(answer(), world.labels / "public.csv", world.card)
    assert ScoreSheet.from_json(row["sheet"]).to_json() == expected.to_json()
    assert shown.score.primary.value == round(expected.primary.value or 0, 3)
    assert work_once(world.store, world.worker) is None
    assert selected(tables, world.card, world.card.phase("open"), row["score_set"]) == {
        world.team.team: receipt.id
    }
    assert verify(world.store).problems == []
