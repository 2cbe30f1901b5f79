"""An organiser's day by HTTP: open, teams, tokens, override, rescore, look, close."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

from workbench.challenge.standings import verify_report
from workbench.report.standings import page_of_result

from ..challenge.submissions.world import answer, truth, write_pack  # noqa: TID252
from .conftest import Served


def packed(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent))
    return out.getvalue()


def post(served: Served, path: str, body: Any, who: str = "organiser", status: int = 200) -> Any:
    told = served.ask("POST", path, who, body=body)
    assert told.status == status, told.body
    return told.json


def test_a_second_challenge_opens_from_its_pack_beside_the_first(
    served: Served, tmp_path: Path
) -> None:
    pack = write_pack(tmp_path / "other", {"id": "other", "title": {"en": "O", "fr": "O"}})
    # Its splits have the names of the first one's, and its labels a folder of their own.
    shutil.copytree(tmp_path / "other" / "labels", served.world.labels / "other")
    (served.world.labels / "other" / "public.csv").write_text(truth("public", 1))
    opened = post(served, "/challenges", packed(pack), "store", 201)
    assert opened["challenge"] == "other" and set(opened["labels"]) >= {"public", "private"}
    assert served.ask("GET", "/").json["challenges"] == ["demo", "other"]
    assert served.ask("POST", "/challenges", "store", body=packed(pack)).status == 503
    names = [file["name"] for file in served.ask("GET", "/challenges/other/data").json]
    assert "pack/challenge.yaml" in names
    post(served, "/challenges/other/teams", {"name": "Third"}, "store", 201)
    token = post(served, "/challenges/other/tokens", {"team": "third"}, "store", 201)["token"]
    sent = served.ask("POST", "/challenges/other/submissions", token, body=answer())
    assert sent.status == 200
    assert served.send("one", answer()).status == 200
    assert served.score_all() == 2
    values = [
        served.ask("GET", "/submissions/last", who).json["score"]["primary"]["value"]
        for who in ("one", token)
    ]
    assert values[0] != values[1]


def test_labels_that_are_not_there_open_nothing_and_are_told_to_the_organiser_only(
    served: Served, tmp_path: Path
) -> None:
    changed = {"id": "other"}
    changed["data"] = {"splits": [{"id": "else", "hidden": True, "keys": "public_cases.csv"}]}  # type: ignore[assignment]
    changed["phases"] = [  # type: ignore[assignment]
        {"id": "p", "split": "else", "opens": "2026-01-01T00:00Z", "closes": "2026-12-01T00:00Z"}
    ]
    pack = write_pack(tmp_path / "other", changed)
    told = served.ask("POST", "/challenges", "store", body=packed(pack))
    assert told.status >= 400 and "else.csv" in told.body.decode()
    assert served.ask("GET", "/").json["challenges"] == ["demo"]


def test_teams_and_tokens(served: Served) -> None:
    new = post(served, "/challenges/demo/teams", {"name": "=New", "contact": "n@x.org"}, status=201)
    teams = served.ask("GET", "/challenges/demo/teams", "organiser")
    assert [team["name"] for team in teams.json][-1] == "=New" and "n@x.org" not in str(teams.body)
    asked = {"team": new["team"], "expires": "2026-03-02T00:00:00Z"}
    issued = post(served, "/challenges/demo/tokens", asked, status=201)
    assert served.ask("GET", "/me", issued["token"]).json["team_name"] == "=New"
    listed = served.ask("GET", "/challenges/demo/tokens", "organiser")
    assert issued["prefix"] in str(listed.json) and issued["token"] not in listed.body.decode()
    path = f"/challenges/demo/tokens/{issued['prefix']}"
    again = post(served, f"{path}/rotate", {"reason": "by the clock"})
    assert served.ask("GET", "/me", issued["token"]).status == 401
    assert served.ask("GET", "/me", again["token"]).status == 200
    gone = post(served, f"/challenges/demo/tokens/{again['prefix']}/revoke", {"reason": "left"})
    assert gone["revoked_at"] and served.ask("GET", "/me", again["token"]).status == 401
    # A token of the whole store is no token of this challenge.
    prefix = served.tokens["store"].split("_")[1]
    told = served.ask(
        "POST", f"/challenges/demo/tokens/{prefix}/revoke", "organiser", body={"reason": "x"}
    )
    assert told.code == "not-found" and served.ask("GET", "/me", "store").status == 200
    told = served.ask(
        "POST", "/challenges/demo/tokens", "organiser", body={"expires": "2026-03-02T00:00:00"}
    )
    assert told.status == 422 and "zone" in told.json["detail"]


def test_override_rescore_queue_events(served: Served) -> None:
    sent = served.send("one", answer()).json["id"]
    served.send("two", answer())
    queue = served.ask("GET", "/challenges/demo/queue", "organiser").json
    assert queue["waiting"][0]["submission"] == sent and len(queue["waiting"]) == 2
    told = served.ask(
        "POST", f"/submissions/{sent}/override", "organiser", body={"value": 0, "reason": "x"}
    )
    assert told.status == 400 and "no score" in told.json["detail"]
    served.score_all()
    done = post(served, f"/submissions/{sent}/override", {"value": None, "reason": "leak"})
    assert done["override"]["reason"] == "leak"
    board = served.ask("GET", "/challenges/demo/leaderboard").json
    assert board["changes"][0]["reason"] == "leak"
    assert next(row for row in board["rows"] if row["submission"] == sent)["rank"] is None
    dry = {"cause": "labels", "reason": "try", "dry_run": True}
    (served.world.labels / "public.csv").write_text(truth("public", 1))
    found = post(served, "/challenges/demo/rescore", dry)
    assert found["score_set"] is None and found["changed"] > 0
    found = post(served, "/challenges/demo/rescore", dry | {"dry_run": False, "reason": "typo"})
    assert found["score_set"].startswith("v-")
    events = served.ask("GET", "/challenges/demo/events?most=1000", "organiser").json
    assert {"score-overridden", "score-set-opened"} <= {event["kind"] for event in events}
    assert "resampled" not in json.dumps(events)
    more = served.ask(
        "GET", f"/challenges/demo/events?after={events[2]['seq']}&most=2", "organiser"
    )
    assert [event["seq"] for event in more.json] == [event["seq"] for event in events[3:5]]
    whole = served.ask("GET", "/challenges/demo/verification", "organiser").json
    assert whole["whole"] is True and whole["events"] == events[-1]["seq"]
    twins = served.ask("GET", "/challenges/demo/duplicates", "organiser").json
    assert len(twins[0]["identical"][0]) == 2


def test_a_phase_ends_before_its_date(served: Served) -> None:
    lines = post(served, "/challenges/demo/phases/open/end", {"reason": "labels leaked"})
    assert {line["phase"]: line["state"] for line in lines}["open"] == "closed"
    assert served.send("one", answer()).code == "no-open-phase"
    board = served.ask("GET", "/challenges/demo/leaderboard?phase=open").json
    assert "labels leaked" in str(board["changes"])


def test_what_only_the_host_may_read(served: Served) -> None:
    sent = served.send("one", answer()).json["id"]
    labels = served.world.labels / "public.csv"
    labels.write_text(labels.read_text().replace("yes", "no", 1))
    served.score_all()
    mine = served.ask("GET", f"/submissions/{sent}/why", "one").json
    assert "stopped on the organiser's side" in mine["submission"]["reason"]
    assert mine["host_detail"] is None
    told = served.ask("POST", f"/submissions/{sent}/again", "organiser", body={})
    assert told.json == {"jobs": 0}


def test_close_and_report(served: Served, tmp_path: Path) -> None:
    for who, shift in (("one", 0.0), ("two", 0.01)):
        served.clock.put(served.clock.now().replace(month=4, day=2))
        body = answer(shift, ("public", "private"))
        assert served.ask("POST", "/challenges/demo/submissions", who, body=body).status == 200
    told = served.ask("POST", "/challenges/demo/close", "organiser", body={})
    assert told.status == 400 and "not over" in told.json["detail"]
    assert served.ask("GET", "/challenges/demo/report").status == 404
    served.clock.forward(days=60)
    closed = post(served, "/challenges/demo/close", {})
    assert post(served, "/challenges/demo/close", {})["again"] is True
    manifest = served.ask("GET", "/challenges/demo/report").json
    copy = tmp_path / "copy"
    for name in [*manifest["files"], "manifest.json"]:
        told = served.ask("GET", f"/challenges/demo/report/{name}")
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(told.body)
        assert told.status == 200
    proof = verify_report(copy, render=page_of_result, announced=closed["digest"])
    assert not proof.problems
    for name in ("../../store/challenge.db", "%2e%2e/labels/public.csv", "none", "/etc/passwd"):
        assert served.ask("GET", f"/challenges/demo/report/{name}").status == 404
    told = served.ask("POST", "/submissions/last/withdraw", "one", body={"reason": "late"})
    assert told.code == "challenge-closed"
