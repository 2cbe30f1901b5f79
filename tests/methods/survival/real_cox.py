"""The Cox models of ``tests/oracles/cox.R`` on the same public data sets, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

GBSG = ["hormon", "age", "meno", "size", "grade", "nodes", "pgr", "er"]
VETERAN = ["trt", "small", "adeno", "large", "karno", "diagtime", "age", "prior"]
HEART = ["age", "year", "surgery", "graft"]
NAMES = {
    "rotterdam": [
        "age",
        "meno",
        "size20",
        "size50",
        "grade",
        "nodes",
        "pgr",
        "er",
        "hormon",
        "chemo",
    ],
    "gbsg": GBSG,
    "gbsg_breslow": GBSG,
    "gbsg_weighted": GBSG,
    "gbsg_weighted_breslow": GBSG,
    "gbsg_centres": GBSG,
    "gbsg_offset": ["hormon", "age", "nodes"],
    "gbsg_by_age": ["hormon", "size", "grade", "nodes"],
    "gbsg_by_age_strata": ["hormon", "size", "nodes"],
    "veteran": VETERAN,
    "veteran_strata": ["trt", "karno", "diagtime", "age", "prior"],
    "veteran_terms": ["trt", "small", "adeno", "large", "karno"],
    "pbc": ["age", "edema", "lbili", "lpro", "lalb"],
    "colon": ["lev", "lev5"],
    "colon_both": ["lev", "lev5", "sex", "age"],
    "mgus2": ["age", "male", "hgb", "creat", "mspike"],
    "heart": HEART,
    "heart_breslow": HEART,
    "heart_strata": ["age", "year", "graft"],
}
OUTCOME = {
    "rotterdam": ("dtime", "death"),
    "gbsg": ("rfstime", "status"),
    "veteran": ("time", "status"),
    "pbc": ("time", "death"),
    "colon": ("time", "status"),
    "mgus2": ("futime", "death"),
    "heart": ("stop", "event"),
}


def problem(shared: Path, name: str) -> dict[str, Any]:
    """Return the arguments of ``fit_cox`` for a model."""
    source = name.split("_")[0]
    d = prepared(shared, source)
    if name == "colon":
        d = d[d.etype == 2]
    time, event = OUTCOME[source]
    problem: dict[str, Any] = {
        "design": d[NAMES[name]],
        "time": d[time],
        "event": d[event],
        "ties": "breslow" if "breslow" in name else "efron",
    }
    if "weighted" in name or name == "gbsg_by_age_strata":
        problem["weights"] = 0.25 + (d.pgr % 7) / 3
    if "by_age" in name:
        problem["entry"] = 365 * (d.age - 20)
        problem["time"] = problem["entry"] + d.rfstime
    strata = {"colon_both": "etype", "heart_strata": "surgery", "veteran_strata": "celltype"}
    strata["gbsg_by_age_strata"] = "grade"
    if name in strata:
        problem["strata"] = d[strata[name]]
    if name == "gbsg_offset":
        problem["offset"] = (d.er % 5) / 10
    if name == "gbsg_centres":
        problem["cluster"] = d.pid % 23
    if name == "colon_both":
        problem["cluster"] = d.id
    if source == "heart":
        problem["entry"] = d.start
    if name in ("heart", "heart_breslow"):
        problem["cluster"] = d.id
    return problem


def prepared(shared: Path, source: str) -> pd.DataFrame:
    """Return a data set with the columns that the models use."""
    d = pd.read_csv(shared / "survival" / f"survival_{source}.csv")
    if source == "rotterdam":
        return d.assign(size20=d["size"] == "20-50", size50=d["size"] == ">50")
    if source == "veteran":
        kinds = {"small": "smallcell", "adeno": "adeno", "large": "large"}
        return d.assign(**{short: d.celltype == kind for short, kind in kinds.items()})
    if source == "pbc":
        logs = {"lbili": "bili", "lpro": "protime", "lalb": "albumin"}
        d = d.assign(death=d.status == 2, **{new: np.log(d[old]) for new, old in logs.items()})
        return d.dropna(subset=NAMES["pbc"])
    if source == "colon":
        return d.assign(lev=d.rx == "Lev", lev5=d.rx == "Lev+5FU")
    if source == "mgus2":
        d = d.assign(male=d.sex == "M").dropna(subset=["hgb", "creat", "mspike"])
        return d[d.futime > 0]
    return d.rename(columns={"transplant": "graft"})


def competing(shared: Path, name: str) -> dict[str, Any]:
    """Return the arguments of ``fit_fine_gray`` for a model of ``tests/oracles/fine_gray.R``."""
    d = pd.read_csv(shared / "survival" / f"survival_{name.split('_')[0]}.csv")
    if name == "mgus2":
        d = d.assign(
            male=(d.sex == "M").astype(float),
            time=np.where(d.pstat == 0, d.futime, d.ptime),
            code=np.where(d.pstat == 0, 2 * d.death, 1),
        ).dropna(subset=["hgb", "creat", "mspike"])
        d = d[d.time > 0]
        return {"design": d[NAMES["mgus2"]], "time": d.time, "event": d.code}
    d = d.assign(
        lbili=np.log(d.bili), lalb=np.log(d.albumin), code=d.status.map({0: 0, 1: 2, 2: 1})
    )
    columns = ["age", "edema", "lbili", "lalb"]
    problem = {"design": d[columns], "time": d.time, "event": d.code}
    return problem | ({"censoring_groups": d.age > 50} if name == "pbc_groups" else {})
