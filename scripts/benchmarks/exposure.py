"""Times exact distinct exposed patients: by ATC5, sex, age and year, on made-up dispensings.

    python scripts/benchmarks/exposure.py [--rows 10_000_000 ...] [--folder DIR] [--threads 2]
        [--keys number|text]

Side by side in one run, in CPU seconds of all threads, with the peak of memory of each in a
process of its own: the partitioned store (the one-off partitioning beside it), the expression on
DuckDB, Ibis and SQL as written by hand (distinct first, then the join) on DuckDB as it comes, and
this SQL within the memory our engine takes. All tables must be equal. Bars at 100 million rows:
partitioned 5 CPU s and 1 GB, unpartitioned 40 CPU s, no way of ours above 4 GB; by proportion for
other sizes. Several numbers of rows show how time grows. The whole takes 2 GB of disk for 100
million rows.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd

from workbench.tabular.claims import Claims
from workbench.tabular.engine import open_engine
from workbench.tabular.exposed import exposed_patients
from workbench.tabular.partitioned.store import open_partitioned, write_partitioned
from workbench.tabular.periods import calendar_years
from workbench.tabular.sessions import MEMORY_GB
from workbench.tabular.strata import Strata

YEARS = calendar_years(2019, 2021)
STRATA = Strata(("sex", "age"))
ROWS_A_PERSON, PACKS, CODES = 20, 12_000, 1_500
BARS = {"partitioned": 5.0, "expression": 40.0}
MOST_GB = {"partitioned": 1.0, "expression": 4.0, "partitioning": 4.0}
WAYS = ("partitioning", "partitioned", "expression", "plain Ibis", "plain SQL", "SQL in our memory")
KEYS = {"number": "{}::BIGINT", "text": "printf('p%010d', {})"}
_HAND = """
SELECT code, period, sex, age, count(*) AS exposed_patients FROM (
  SELECT d.code, d.period, p.sex, CASE WHEN d.period - p.birth_year < 20 THEN '0-19'
    WHEN d.period - p.birth_year < 60 THEN '20-59' ELSE '60+' END AS age
  FROM (SELECT DISTINCT e.person_id, c.atc5 AS code, year(e.date) AS period
        FROM '{0}/events.parquet' e JOIN '{0}/product.parquet' c USING (cip13)) d
  JOIN '{0}/person.parquet' p USING (person_id)) GROUP BY ALL
"""


def make(folder: Path, rows: int, threads: int, keys: str = "number") -> None:
    """Write made-up claims: drugs by a Zipf-like law, one row a person, pack and date."""
    key = KEYS[keys].format
    persons = rows // ROWS_A_PERSON
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    person = f"""
        SELECT {key("i")} AS person_id, CASE WHEN hash(i, 1) % 2 = 0 THEN 'F' ELSE 'M' END AS sex,
          (1925 + hash(i, 2) % 94)::BIGINT AS birth_year, (hash(i, 3) % 18)::VARCHAR AS region,
          DATE '2010-01-01' AS cover_start, NULL::DATE AS cover_end, NULL::DATE AS death_date
        FROM range({persons}) t(i)"""
    product = f"""
        SELECT i::INTEGER AS cip13, (i // 2)::VARCHAR AS cis, ('s' || i % {CODES}) AS substance,
          printf('C%02dAA%02d', i % {CODES} // 50, i % {CODES} % 50) AS atc5, 28.0 AS ddd_per_box
        FROM range({PACKS}) t(i)"""
    events = f"""
        SELECT {key(f"(hash(i, 4) % {persons})")} AS person_id,
          DATE '2019-01-01' + (hash(i, 5) % 1096)::INTEGER AS date,
          floor({PACKS} * pow((hash(i, 6) % 1000000) / 1e6, 3))::INTEGER AS cip13,
          1::BIGINT AS boxes, 28.0 AS days_supply, 'city' AS source, NULL::DATE AS flow_date
        FROM range({rows}) t(i)"""
    for name, query in (("person", person), ("product", product), ("events", events)):
        path = folder / f"{name}.parquet"
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def count(how: str, folder: Path, threads: int) -> pd.DataFrame:
    """Return the table by one of the ways."""
    if how == "plain Ibis":
        return plain_ibis(folder, threads)
    if "SQL" in how:
        connection = duckdb.connect()
        connection.execute(f"SET threads = {threads}")
        if how == "SQL in our memory":
            connection.execute(f"SET memory_limit = '{MEMORY_GB:g}GB'")
            connection.execute(f"SET temp_directory = '{folder / 'spilled'}'")
        found = connection.execute(_HAND.format(folder)).df()
        return found.assign(period=found["period"].astype(str))
    engine = open_engine("duckdb", threads=threads)
    if how == "partitioned":
        store = open_partitioned(engine, folder / "store")
        return exposed_patients(store, "atc5", YEARS, STRATA, engine="partitioned").table
    claims = stored(engine, folder)
    if how == "partitioning":
        write_partitioned(claims, folder / "store")
        return pd.DataFrame()
    return exposed_patients(claims, "atc5", YEARS, STRATA).table


def plain_ibis(folder: Path, threads: int) -> pd.DataFrame:
    """Return the table by a short expression, on a connection as it comes."""
    connection = ibis.duckdb.connect(threads=threads)
    events, product, person = (
        connection.read_parquet(folder / f"{name}.parquet")
        for name in ("events", "product", "person")
    )
    rows = events.inner_join(product, "cip13")
    rows = rows.select("person_id", code=rows.atc5, period=rows.date.year()).distinct()
    rows = rows.inner_join(person, "person_id")
    age = rows.period - rows.birth_year
    rows = rows.mutate(age=ibis.cases((age < 20, "0-19"), (age < 60, "20-59"), else_="60+"))
    cells = rows.group_by("code", "period", "sex", "age").aggregate(exposed_patients=rows.count())
    found: pd.DataFrame = cells.to_pandas()
    return found.assign(period=found["period"].astype(str))


def stored(engine: Any, folder: Path) -> Claims:
    """Return the made-up claims, which need no check: some rows repeat a key, which counts once."""
    names = ("person", "events", "product")
    return Claims(engine, *(engine.parquet(folder / f"{n}.parquet") for n in names), 0, 0)


def measured(how: str, folder: Path, threads: int) -> dict[str, Any]:
    """Return CPU seconds, peak memory (GB), cells and their sum, of a process of its own."""
    command = [sys.executable, __file__, "--way", how, "--folder", str(folder)]
    command += ["--threads", str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def one_way(how: str, folder: Path, threads: int) -> None:
    """Print what one way takes, less what it takes to start."""
    start, wall = time.process_time(), time.perf_counter()
    table = count(how, folder, threads)
    cpu, wall = time.process_time() - start, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    keys = ["code", "period", "sex", "age"]
    text = (
        ""
        if table.empty
        else table.sort_values(keys)[[*keys, "exposed_patients"]].to_csv(index=False)
    )
    total = 0 if table.empty else int(table["exposed_patients"].sum())
    digest = int(pd.util.hash_array(pd.Series([text]).to_numpy(dtype=object))[0])
    found = {"cpu": cpu, "wall": wall, "gb": peak, "cells": len(table), "sum": total}
    print(json.dumps(found | {"digest": digest}))


def main() -> int:
    """Print one line a way; 1 where tables differ or a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keys", choices=list(KEYS), default="number", help="type of person_id")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        one_way(options.way, options.folder, options.threads)
        return 0
    failed = 0
    for rows in options.rows:
        with tempfile.TemporaryDirectory(dir=options.folder) as made:
            folder = Path(made)
            make(folder, rows, options.threads, options.keys)
            failed |= compare(folder, rows, options.threads)
    return failed


def compare(folder: Path, rows: int, threads: int) -> int:
    """Print the table of all ways; return 1 where tables differ or a bar is missed."""
    print(f"{rows:,} rows, {threads} threads")
    print("| way | CPU s | bar | a million rows | wall s | peak GB | cells | patients added up |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    digests, missed = set(), False
    for how in WAYS:
        found = measured(how, folder, threads)
        bar = BARS[how] * rows / 1e8 if how in BARS else None
        # Compiled code is loaded and small tables are read whatever the rows: a second at most.
        missed |= bar is not None and found["cpu"] > bar + 1.0
        missed |= how in MOST_GB and found["gb"] > MOST_GB[how]
        print(
            f"| {how} | {found['cpu']:.2f} | {'' if bar is None else f'{bar:.1f}'} "
            f"| {found['cpu'] / rows * 1e6:.3f} | {found['wall']:.1f} | {found['gb']:.2f} "
            f"| {found['cells']:,} | {found['sum']:,} |",
            flush=True,
        )
        if how != "partitioning":
            digests.add(found["digest"])
    print("all tables equal" if len(digests) == 1 else "TABLES DIFFER")
    print("a bar is missed" if missed else "bars are kept", flush=True)
    return int(missed or len(digests) > 1)


if __name__ == "__main__":
    sys.exit(main())
