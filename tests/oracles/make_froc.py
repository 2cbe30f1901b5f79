"""Writes froc.json: free-response scores by MONAI (run once where monai is installed).

MONAI leaves out the lowest score of all; it stands for a missed target there, as in the official
CAMELYON16 evaluation that it is modelled on. So every set has a missed target, scored 0.
"""

import json
from pathlib import Path

import monai
import numpy as np
from monai.metrics.froc import compute_froc_curve_data, compute_froc_score

AT = (0.25, 0.5, 1, 2, 4, 8)


def problem(seed: int, digits: int) -> dict:
    """Return one random set of marks on images, with MONAI's score of it."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 4, 30)
    case, target, score = [], [], []
    best = {(i, j): 0.0 for i in range(30) for j in range(counts[i])}
    for image, lesion in list(best)[1:]:  # the first target is missed
        for _ in range(rng.integers(0, 3)):
            case.append(image), target.append(lesion)
            score.append(float(np.round(rng.beta(4, 2), digits)) or 0.1)
            best[image, lesion] = max(best[image, lesion], score[-1])
    false = []
    for image in range(30):
        for _ in range(rng.poisson(3)):
            case.append(image), target.append(-1)
            score.append(float(np.round(rng.beta(2, 3), digits)) or 0.1)
            false.append(score[-1])
    curve = compute_froc_curve_data(np.array(false), np.array(list(best.values())), len(best), 30)
    return {
        "targets": counts.tolist(),
        "case": [int(i) for i in case],
        "target": [int(i) for i in target],
        "score": score,
        "mean": float(compute_froc_score(*curve, AT)),
        "single": [float(compute_froc_score(*curve, (place,))) for place in AT],
    }


if __name__ == "__main__":
    content = {
        "monai": monai.__version__,
        "at": AT,
        "problems": [problem(seed, digits) for seed, digits in ((0, 6), (1, 1), (2, 2))],
    }
    path = Path(__file__).resolve().with_suffix("").with_name("froc.json")
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")
