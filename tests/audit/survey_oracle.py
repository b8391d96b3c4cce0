"""Limits as R's `survey` defines them, from its published formulas; imports nothing of Overt.

R was not at hand when these values were stored: they are not R's output. They follow the source of
`svymean`, `svyrecvar`, `degf` and `svyciprop` (package survey 4.x, T. Lumley) row by row: each row of
the sample has its weight, the residuals of the ratio are centred in their stratum, and the sums of
squares are taken with the finite-population correction. Overt reckons by whole strata instead.

    python -m tests.audit.survey_oracle

prints the values for the designs of `test_sample_survey.py`.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from scipy import stats

DESIGNS: dict[str, list[tuple[int, int, int]]] = {
    "two strata, nearly proportional": [(700, 70, 21), (300, 30, 6)],
    "unevenly judged": [(700, 20, 4), (300, 80, 16)],
    "heavy stratum with few rows": [(9000, 15, 1), (1000, 200, 60)],
    "heavy stratum without a find": [(9000, 15, 0), (1000, 200, 60)],
    "many rows, uneven": [(70000, 1000, 180), (30000, 4000, 900)],
    "five strata, uneven": [(4000, 40, 6), (3000, 90, 12), (1500, 90, 30), (1000, 120, 20), (500, 160, 80)],
    "ten strata of a few hundred rows": [(3000 + 400 * each, 200 + 20 * each, 30 + 7 * each) for each in range(10)],
    "one stratum nearly whole": [(100, 90, 40), (900, 60, 9)],
}


def oracle(design: list[tuple[int, int, int]], level: float = 0.95) -> dict[str, float]:
    """`svymean` with its standard error, and `svyciprop` by its methods beta and logit."""
    stratum = np.concatenate([np.full(n, h) for h, (_, n, _) in enumerate(design)])
    value = np.concatenate([np.arange(n) < found for _, n, found in design]).astype(float)
    weight = np.concatenate([np.full(n, frame / n) for frame, n, _ in design])
    mean = float(np.average(value, weights=weight))
    influence = weight * (value - mean) / weight.sum()
    variance = 0.0
    for h, (frame, n, _) in enumerate(design):
        inside = influence[stratum == h]
        variance += (1 - n / frame) * n / (n - 1) * float(((inside - inside.mean()) ** 2).sum())
    rows, free = len(value), len(value) - len(design)
    tail = (1 - level) / 2
    effective = mean * (1 - mean) / variance * (stats.t.ppf(tail, rows - 1) / stats.t.ppf(tail, free)) ** 2
    logit, reach = np.log(mean / (1 - mean)), stats.t.ppf(1 - tail, free) * variance**0.5 / (mean * (1 - mean))
    return {
        "mean": mean,
        "error": variance**0.5,
        "beta_low": float(stats.beta.ppf(tail, effective * mean, effective * (1 - mean) + 1)),
        "beta_high": float(stats.beta.ppf(1 - tail, effective * mean + 1, effective * (1 - mean))),
        "logit_low": float(1 / (1 + np.exp(reach - logit))),
        "logit_high": float(1 / (1 + np.exp(-reach - logit))),
    }


if __name__ == "__main__":
    values = {name: {key: round(each, 6) for key, each in oracle(design).items()} for name, design in DESIGNS.items()}
    sys.stdout.write(f"{json.dumps(values, indent=1)}\n")
