"""What participants, organisers and everybody get from a real server."""

from __future__ import annotations

import json
from pathlib import Path

from ..challenge.submissions.world import CARD, answer, keys  # noqa: TID252
from .conftest import Served, serve_world


def test_from_check_to_board(served: Served) -> None:
    checked = served.ask("POST", "/challenges/demo/check", "one", body=answer())
    assert checked.status == 200 and checked.json["accepted"] is True
    sent = served.send("one", answer(), **{"X-Filename": "a.csv", "Idempotency-Key": "k1"})
    assert sent.status == 200 and sent.json["known"] is False and sent.json["quota"]["day"] == 4
    again = served.send("one", answer(), **{"Idempotency-Key": "k1"})
    assert again.json["id"] == sent.json["id"] and again.json["known"] is True
    found = served.ask("GET", "/submissions/last", "one").json
    assert found["state"] == "queued" and found["reason"] == "it is next"
    assert served.score_all() == 1
    found = served.ask("GET", f"/submissions/{sent.json['id']}", "one").json
    assert found["state"] == "scored" and found["score"]["primary"]["name"] == "brier"
    assert [e["id"] for e in served.ask("GET", "/submissions", "one").json] == [found["id"]]
    back = served.ask("GET", f"/submissions/{found['digest']}/file", "one")
    assert back.body == answer() and 'filename="a.csv"' in back.headers["content-disposition"]
    board = served.ask("GET", "/challenges/demo/leaderboard").json
    assert "Équipe 1" in [row["name"] for row in board["rows"]] and board["guarded"] is True
    assert served.ask("GET", "/challenges/demo/quota", "one").json["day"] == 4
    gone = served.ask("POST", "/submissions/last/withdraw", "one", body={"reason": "oops"})
    assert gone.json["state"] == "withdrawn"


def test_a_rejected_file_lists_every_problem_and_costs_nothing(served: Served) -> None:
    bad = answer().replace(b"0.9,0.1", b"x,0.1").replace(b",0.22", b",nan")
    told = served.send("one", bad)
    assert told.status == 422 and told.headers["content-type"] == "application/problem+json"
    assert len(told.json["error"]["problems"]) > 1 and told.json["error"]["exit_code"] == 4
    assert served.ask("GET", "/challenges/demo/quota", "one").json["day"] == 5


def test_refusals_have_a_status_and_the_same_document_as_the_command_line(served: Served) -> None:
    for content in (answer(0.001 * i) for i in range(5)):
        assert served.send("one", content).status == 200
    told = served.send("one", answer(0.01))
    assert told.status == 409 and told.code == "quota-day"
    problem = {"code", "message", "where", "remedy"}
    assert set(told.json["error"]["problems"][0]) == problem
    assert served.ask("GET", "/challenges/none/leaderboard").status == 404
    assert served.ask("GET", "/challenges/demo/leaderboard?phase=nine").status == 400
    assert served.ask("GET", "/nothing").code == "no-such-route"
    assert served.ask("DELETE", "/me").status == 405
    told = served.ask("POST", "/submissions/last/withdraw", "one", body={"reason": "", "x": 1})
    assert told.status == 422 and len(told.json["error"]["problems"]) == 2


def test_boards_are_kept_until_the_log_moves_on(served: Served) -> None:
    served.send("one", answer())
    served.score_all()
    first = served.ask("GET", "/challenges/demo/leaderboard")
    etag = {"If-None-Match": first.headers["etag"]}
    assert served.ask("GET", "/challenges/demo/leaderboard", headers=etag).status == 304
    mine = served.ask("GET", "/challenges/demo/leaderboard", "one")
    assert mine.headers["etag"] != first.headers["etag"]
    csv = served.ask("GET", "/challenges/demo/leaderboard.csv")
    assert csv.headers["content-type"].startswith("text/csv") and b"quipe 1" in csv.body
    page = served.ask("GET", "/challenges/demo/leaderboard.html")
    assert b"<!doctype html>" in page.body.lower()[:200]
    served.send("two", answer(0.01))
    assert served.ask("GET", "/challenges/demo/leaderboard", headers=etag).status == 200
    served.score_all()
    now = served.ask("GET", "/challenges/demo/leaderboard").json
    before = served.ask("GET", "/challenges/demo/leaderboard?as_of=2026-03-01T12:30:00Z").json
    assert len(now["rows"]) == 3 and len(before["rows"]) < 3
    # Nothing happened but time: the phase is over, and everything is shown.
    etag = {"If-None-Match": served.ask("GET", "/challenges/demo/leaderboard").headers["etag"]}
    served.clock.forward(days=90)
    later = served.ask("GET", "/challenges/demo/leaderboard?phase=open", headers=etag)
    assert later.status == 200 and later.json["guarded"] is False


def test_public_data_by_digest_in_parts(served: Served) -> None:
    folder = served.place / "public" / "demo" / "slides"
    folder.mkdir(parents=True)
    (folder / "a.bin").write_bytes(bytes(range(256)) * 1000)
    (folder / "link").symlink_to(served.world.labels / "public.csv")
    files = {f["name"]: f for f in served.ask("GET", "/challenges/demo/data").json}
    assert "slides/a.bin" in files and "slides/link" not in files
    assert not any("labels/p" in name for name in files)
    whole = f"/challenges/demo/data/{files['slides/a.bin']['digest']}"
    part = served.ask("GET", whole, headers={"Range": "bytes=256-257"})
    assert (part.status, part.body) == (206, b"\x00\x01")
    cases = f"/challenges/demo/data/{files['cases/public.json']['digest']}"
    assert json.loads(served.ask("GET", cases).body) == keys("public")
    assert served.ask("GET", cases, headers={"Range": "bytes=0-0"}).body == b"["
    assert served.ask("GET", cases, headers={"Range": "bytes=9999999-"}).status == 416
    # A digest of a file that is not public, though the store keeps it.
    secret = served.send("one", answer()).json["digest"]
    assert served.ask("GET", f"/challenges/demo/data/{secret}").code == "not-found"


def test_ids_of_cases_the_pack_does_not_list_are_not_public(tmp_path: Path) -> None:
    splits = [{"id": "public", "hidden": True}]
    changes = {"data": {"splits": splits}, "phases": [CARD["phases"][1]]}
    with serve_world(tmp_path, changes) as served:
        names = [file["name"] for file in served.ask("GET", "/challenges/demo/data").json]
    assert names == ["cases/sample.json", "challenge.json", "labels/sample.csv"]
