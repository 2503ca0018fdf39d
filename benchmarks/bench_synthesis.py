"""How far the synthesis is from its reference values, and how long it takes.

The differences are those that the tests of the synthesis meet; the times are the best of five, on
one core. Ends with 1 if a test fails; a time over its limit is marked, for machines differ.
"""

import os
import sys
import time
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # read when numpy is loaded

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT.parent / "shared" / "data" / "synthesis"
TESTS = ROOT / "tests" / "unit"
RUNS = 1_000  # of each simulation


def main() -> int:
    if not REFERENCE.is_dir():
        print(f"Nothing measured: the reference values are not on this machine (no {REFERENCE}).")
        return 0
    failed = compare()
    clock()
    cover()
    return failed


def compare() -> int:
    """Run the tests that read reference values; print the worst difference that each met."""
    sys.path.insert(0, str(TESTS))
    import synthesis_reference

    tests = sorted(str(path) for path in TESTS.glob("test_synthesis_*.py"))
    code = pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", *tests])
    print(f"\n{'worst relative difference':>26}  numbers  in")
    for test, (worst, count) in synthesis_reference.compared.items():
        print(f"{worst:26.1e}  {count:7,}  {test.removeprefix('test_')}")
    return int(code != 0)


def clock() -> None:
    """Time pooling and the binomial-normal model at growing numbers of studies."""
    from living_review.synthesis.glmm import fit_glmm
    from living_review.synthesis.heterogeneity import q_profile
    from living_review.synthesis.proportions import proportion_effects
    from living_review.synthesis.random_effects import fit

    print(f"\n{'studies':>8}  {'what':<34}{'ms':>8}  limit")
    for k in (29, 300, 3_000, 30_000):
        events, total = invented_series(k)
        yi, vi, _ = proportion_effects("PLO", events, total)
        report(k, "REML, ad hoc test", lambda yi=yi, vi=vi: fit(yi, vi), {30_000: 50})
        report(k, "arms in studies, by study", lambda yi=yi, vi=vi: nested(yi, vi), {})
        report(k, "Q-profile intervals", lambda yi=yi, vi=vi: q_profile(yi, vi), {})
        if k <= 3_000:
            report(
                k,
                "binomial-normal, with profiles",
                lambda x=events, n=total: with_profiles(fit_glmm(x, n)),
                {29: 30, 3_000: 250},
            )
    report(29, "a whole analysis of a review", whole_analysis(29), {})


def with_profiles(fitted) -> None:
    """The intervals that are computed when they are asked for."""
    _ = fitted.ci_profile_mu, fitted.ci_profile_tau2


def whole_analysis(k: int):
    """The job that pools an analysis of k studies with all that the page shows of it."""
    from living_review import synthesis

    events, total = invented_series(k)
    rows = [
        {
            **{
                "study_id": f"study-{at}",
                "arm_id": "a",
                "label": f"Author {at}",
                "year": 2000 + at,
            },
            **{"events": int(x), "n_known": int(n), "n_treated": int(n) + at % 3},
            **{"provisional": at % 9 == 0, "retracted": at == 5, "basis": "full_text"},
            "in_index_review": "no",
        }
        for at, (x, n) in enumerate(zip(events, total, strict=True))
    ]
    return lambda: synthesis.pool(rows, {"id": "invented"})


def cover() -> None:
    """How often the interval of a comparison across studies holds the true difference.

    Studies of one side and of both, logits spread by 0.6 between studies and 0.3 between arms;
    beside it the interval that takes the model's own standard error for known.
    """
    from living_review.synthesis.across_studies import FEWEST_DEGREES
    from living_review.synthesis.cluster_robust import cluster_robust
    from living_review.synthesis.multilevel import fit_nested

    random, true = np.random.default_rng(20261124), 0.5
    print(f"\n{'studies of':>22}  {'holds':>9}  {'model z':>7}  refused   of 95 %")
    print(f"{'one, other, both':>22}")
    for one, other, both in ((5, 5, 0), (5, 5, 3), (10, 5, 0), (15, 15, 5), (3, 12, 0)):
        held, by_model, refused = 0, 0, 0
        for _ in range(RUNS):
            side = np.array([1] * one + [0] * other + [1, 0] * both)
            study = np.array([*range(one + other), *np.repeat(range(both), 2) + one + other])
            vi = random.uniform(0.1, 0.8, len(side))
            yi = true * side + random.normal(0, 0.6, one + other + both)[study]
            yi = yi + random.normal(0, np.sqrt(0.3**2 + vi))
            fitted = fit_nested(yi, vi, study, side)
            found = cluster_robust(fitted).of([0, 1], adhoc=True)
            by_model += bool(abs(fitted.coef[1] - true) <= 1.96 * fitted.se[1])
            if found.df < FEWEST_DEGREES:
                refused += 1
            else:
                held += found.ci.lower <= true <= found.ci.upper
        shown = f"{100 * held / (RUNS - refused):9.1f}" if refused < RUNS else f"{'-':>9}"
        print(
            f"{f'{one}, {other}, {both}':>22}  {shown}  {100 * by_model / RUNS:7.1f}"
            f"  {100 * refused / RUNS:7.1f}"
        )


def nested(yi: np.ndarray, vi: np.ndarray) -> None:
    """Every third effect of a study of its own, the others in pairs."""
    from living_review.synthesis.cluster_robust import cluster_robust
    from living_review.synthesis.multilevel import fit_nested

    at = np.arange(len(yi))
    cluster_robust(fit_nested(yi, vi, at - (at % 3 == 2), at % 2)).of([0, 1])


def invented_series(k: int) -> tuple[np.ndarray, np.ndarray]:
    """Counts of k studies of 5 to 124 patients, logits spread with tau = 1; the same each time."""
    random = np.random.default_rng(20250317)
    total = random.integers(5, 125, k)
    return random.binomial(total, 1 / (1 + np.exp(-random.normal(-0.5, 1, k)))), total


def report(k: int, what: str, job, limits: dict[int, int]) -> None:
    best = np.inf
    for _ in range(5):
        start = time.perf_counter()
        job()
        best = min(best, 1000 * (time.perf_counter() - start))
    limit = limits.get(k)
    said = "" if limit is None else f"{limit}{'  OVER' if best > limit else ''}"
    print(f"{k:8,}  {what:<34}{best:8.1f}  {said}")


if __name__ == "__main__":
    sys.exit(main())
