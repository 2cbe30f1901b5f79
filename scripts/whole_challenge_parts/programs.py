"""The models the teams send: honest ones, a hostile, a broken and one that looks ahead."""

from __future__ import annotations

TABLE = """
import csv, sys
from pathlib import Path

CLASSES = ["benign", "low", "high", "invasive"]
source, target = Path(sys.argv[1]), Path(sys.argv[2])
cases = list(csv.DictReader((source / "cases.csv").open()))
sample = cases[0]["case"].startswith("C0")  # the public sample: behave

def write(chances):
    with (target / "predictions.csv").open("w") as file:
        print("case", *CLASSES, sep=",", file=file)
        for case in cases:
            print(case["case"], *chances(case), sep=",", file=file)

def always(name):
    return lambda case: [float(one == name) for one in CLASSES]
"""

HONEST = (
    TABLE
    + """
def chances(case):
    share, cluster = float(case["dark_nuclei_share"]), float(case["largest_cluster_mm2"])
    near = [-4 * (share - 0.1 - 0.22 * k) ** 2 / 0.04 - (cluster - k) ** 2 for k in range(4)]
    weights = [2.718281828 ** value for value in near]
    return [round(w / sum(weights), 6) for w in weights]

write(chances)
"""
)

BROKEN = (
    TABLE
    + """
write(always("low"))
if not sample:
    raise SystemExit("no case " + cases[0]["case"])
"""
)

BOMB = (
    TABLE
    + """
write(always("low"))
if not sample:
    import os
    hoard = []
    for _ in range(8):
        os.fork()
    while True:
        hoard.append(bytearray(10_000_000))
"""
)

HOSTILE = (
    TABLE
    + '''
import os, socket, subprocess

PORT, SECRETS, SPOIL, SLEEP = {port}, {secrets!r}, {spoil!r}, {sleep!r}

def reached():
    """Try everything; return what worked."""
    tops = [top for top in Path("/").iterdir() if top.name not in ("proc", "sys", "usr")]
    tries = {{
        "network": lambda: socket.create_connection(("127.0.0.1", PORT), timeout=2),
        "outside": lambda: socket.create_connection(("192.0.2.1", 80), timeout=2),
        "spoil": lambda: Path(SPOIL).write_text("spoilt"),
        "inputs": lambda: (source / "cases.csv").write_text("case\\n"),
        "mount": lambda: subprocess.run(["mount", "-t", "tmpfs", "x", "/mnt"], check=True),
    }}
    tries |= {{name: lambda name=name: Path(name).read_bytes() for name in SECRETS}}
    tries["files"] = lambda: next(p for top in tops for p in top.rglob("slides-*.csv"))
    for name, attempt in tries.items():
        try:
            attempt()
        except BaseException:
            continue
        yield name

if sample:
    write(always("low"))
else:
    subprocess.Popen(["sleep", SLEEP], start_new_session=True)
    write(always("invasive" if list(reached()) else "low"))
'''
)

STREAM = """
import json, select, sys, time
from pathlib import Path

def hear():
    line = sys.stdin.readline()
    return json.loads(line) if line else None

def say(content):
    print(json.dumps(content), flush=True)

def both(p):
    return {"no": 1 - p, "yes": p}

hear()
say({"ready": True})
"""

DAY_BY_DAY = (
    STREAM
    + """
while (told := hear()) is not None:
    ill = sum(float(row["value"]) for row in told["rows"]) > 0.5
    say({"answers": {case: both(0.75 if ill else 0.25) for case in told["cases"]}})
"""
)

LOOKS_AHEAD = (
    STREAM
    + """
def peeked():
    tops = [top for top in Path("/").iterdir() if top.name not in ("proc", "sys", "usr")]
    found = [p for top in tops for p in top.rglob("measurements.csv")]
    early = select.select([sys.stdin], [], [], 1.5)[0]
    return bool(found or early)

ahead = None
while (told := hear()) is not None:
    if ahead is None:
        ahead = not told["series"].startswith("sample") and peeked()
    knows = ahead and sum(float(row["value"]) for row in told["rows"]) > 0.5
    say({"answers": {case: both(1.0 if knows else 0.0) for case in told["cases"]}})
"""
)

INSISTS = (
    STREAM
    + """
while (told := hear()) is not None:
    if not told["series"].startswith("sample"):
        later = hear()  # the next day, before this one is answered
    say({"answers": {case: both(0.5) for case in told["cases"]}})
"""
)
