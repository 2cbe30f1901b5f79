"""A registry of a few persons, each with a reason to be there."""

from __future__ import annotations

import pandas as pd

ZERO = pd.Timestamp("2015-06-01")
N = 60


def day(days: float) -> pd.Timestamp:
    return ZERO + pd.Timedelta(days=days)


def tables() -> dict[str, pd.DataFrame]:
    """Return 60 eligible persons; every third is treated on day 40, every fourth dies on day 700.

    Person p05 has had chemotherapy before, p06 margins R2, p07 no surgery, p08 dies on the day of
    surgery, p09 a metastasis on day -3, p10 unknown grade.
    """
    ids = [f"p{i:02d}" for i in range(N)]
    person = pd.DataFrame(
        {"person_id": ids, "sex": ["female", "male"] * (N // 2), "birth_year": 1950}
    )
    tumour = pd.DataFrame(
        {
            "person_id": ids,
            "dx_date": day(-30),
            "fnclcc_grade": [2.0, 3.0] * (N // 2),
            "size_mm": [60.0, 80.0, 110.0] * (N // 3),
            "depth": "deep",
            "margins": "R0",
            "histology_icdo3": "8890/3",
            "centre": "C1",
        }
    )
    tumour.loc[6, "margins"] = "R2"
    tumour.loc[10, "fnclcc_grade"] = None
    tumour.loc[11, "size_mm"] = None
    operated = [i for i in range(N) if i != 7]
    procedure = pd.DataFrame(
        {"person_id": [ids[i] for i in operated], "date": ZERO, "kind": "surgery"}
    )
    treated = [i for i in range(N) if i % 3 == 0]
    drug = pd.DataFrame(
        {"person_id": [ids[i] for i in treated] * 2,
         "date": [day(40)] * len(treated) + [day(61)] * len(treated), "atc": "L01DB01"}
    )  # fmt: skip
    drug.loc[len(drug)] = ["p05", day(-20), "L01CD01"]
    dies = [i for i in range(N) if i % 4 == 0]
    death = pd.DataFrame({"person_id": [ids[i] for i in dies], "date": day(700)})
    death.loc[death.person_id == "p08", "date"] = ZERO
    end = [day(700) if i in dies else day(2500) for i in range(N)]
    end[8] = ZERO
    end[13] = day(200)
    observation = pd.DataFrame(
        {
            "person_id": ids,
            "start": day(-40),
            "end": end,
            "reason": ["death" if i in dies else "end_of_study" for i in range(N)],
        }
    )
    observation.loc[13, "reason"] = "lost"
    condition = pd.DataFrame(
        {
            "person_id": ["p09", "p12", "p14", "p14"],
            "date": [day(-3), day(300), day(20), day(400)],
            "event": ["distant_metastasis", "local_recurrence", "complication", "fracture"],
        }
    )
    visit = pd.DataFrame(
        {
            "person_id": ["p14", "p14", "p15"],
            "date": [day(-2), day(25), day(30)],
            "kind": "consultation",
            "ecog": [0, 2, 1],
        }
    )
    return {
        "person": person,
        "tumour": tumour,
        "procedure": procedure,
        "drug": drug,
        "death": death,
        "observation_period": observation,
        "condition": condition,
        "visit": visit,
    }
