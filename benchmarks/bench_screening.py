"""The ranking measured on labelled screenings, as `make bench-screening` prints it.

A screening is played again from one relevant and one irrelevant work, of TIMES random pairs: read
what is ranked first, learn, rank anew, until all relevant works are found. After each PART-th part
more is known the ranking is made anew. Medians over the pairs. Of the works beside the pair: ATD,
the average time to discovery, how far down the reading order a relevant work is found on average,
as a share of all (random: 0.5); WSS@95, the share that need not be read for 95 % of the relevant
ones, less 0.05; R@10, R@20, the share of relevant ones among the first 10 or 20 %; all found, the
share read for the last one. Seconds of processor for one pair, making the features included.

Beside it ASReview's default, ELAS u4, on the same pairs. "ELAS u4" is made here by its published
settings (TF-IDF of words and pairs, linear support vector machine, C 0.11, balance 9.8). With
--asreview PYTHON, of an environment of its own that has asreview 2 and asreview-insights, ASReview
itself reads the same sets, and its ATD is the one that asreview-insights gives.

The ranking was chosen on the first five sets, by the sum of ATD, among: words with and without
pairs, both in one or side by side; titles once, twice, thrice or as features of their own; with and
without stop words; C 0.03 to 1; balance 1 to 30; naive Bayes. The equal weight of words and pairs
was settled with two of the last five sets in sight, so that those confirm less than they did.
Stopping: when the test in screening.stopping is below 0.05 for one of its look-backs, looked at
after every tenth work; what had been read and found by then.

Exits with 1 where on any set the ATD is worse than that of ASReview or that of chance, or on
average over the sets the ranking takes more time than ASReview.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from living_review.screening import ranking, stopping

LABELLED = Path(__file__).resolve().parents[2] / "shared" / "data" / "screening"
CHOSEN_ON = (
    "cohen2006_ADHD",
    "cohen2006_Estrogens",
    "cohen2006_UrinaryIncontinence",
    "cohen2006_ACEInhibitors",
    "pema_ace_cleaned",  # the records of the set before, labelled by others
)
BESIDE_THEM = (
    "cohen2006_AtypicalAntipsychotics",
    "cohen2006_CalciumChannelBlockers",
    "cohen2006_OralHypoglycemics",
    "kwok2020_virus_metagenomics",
    "nagtegaal2019_nudging",
)
TIMES = 10
PART = 25
OURS, MADE_HERE, ASREVIEW, RANDOM = "ours", "ELAS u4", "ASReview", "random"
SUMMED = ["atd", "wss95", "r10", "r20", "last", "seconds"]


class Measured(NamedTuple):
    atd: float
    wss95: float
    r10: float
    r20: float
    last: float


Scores = Callable[..., np.ndarray]


def main() -> None:
    asked = argparse.ArgumentParser(description="Measure the ranking on labelled screenings.")
    asked.add_argument("--asreview", metavar="PYTHON", help="a Python that has asreview")
    asreview = asked.parse_args().asreview
    if not LABELLED.is_dir():
        sys.exit(f"{LABELLED} is not there: the labelled sets lie beside this checkout")
    head = f"{'set':34}{'works':>6}{'rel.':>5}  {'ranking':12}"
    print(head + "".join(f"{name:>8}" for name in (*Measured._fields, "seconds")))
    rows = []
    for name in (*CHOSEN_ON, *BESIDE_THEM):
        rows += _set(name, asreview)
    table = pd.DataFrame(rows)
    print()
    for words, sets in (
        ("chosen on", CHOSEN_ON),
        ("beside them", BESIDE_THEM),
        ("all", (*CHOSEN_ON, *BESIDE_THEM)),
    ):
        means = table[table["set"].isin(sets)].groupby("ranking")[SUMMED].mean()
        print(f"{words}: means over {len(sets)} sets")
        print(means.round(4).to_string(), "\n")
    atd, seconds = (
        table.pivot(index="set", columns="ranking", values=value) for value in ("atd", "seconds")
    )
    other = ASREVIEW if asreview else MADE_HERE
    worse = list(atd.index[atd[OURS] > atd[[other, RANDOM]].min(axis=1)])
    slower = seconds[OURS].mean() > seconds[other].mean()
    print(
        f"ATD against {other}: worse on {', '.join(worse) or 'no set'}; "
        f"{seconds[OURS].mean():.2f} s against {seconds[other].mean():.2f} s"
    )
    sys.exit(1 if worse or slower else 0)


def _set(name: str, asreview: str | None) -> list[dict[str, object]]:
    table = pd.read_csv(LABELLED / f"{name}.csv.gz")
    title, abstract = table["title"].fillna(""), table["abstract"].fillna("")
    truth = table["label_included"].to_numpy(dtype=bool)
    texts = list(title + "\n" + abstract)
    starts = list(_starts(truth))
    made = [
        (OURS, texts, ranking.features_of, ranking.learn_and_score),
        ("titles only", list(title), ranking.features_of, ranking.learn_and_score),
        (MADE_HERE, list(title + " " + abstract), _elas_features, _elas_scores),
    ]
    rows = []
    for words, read, features_of, scores in made:
        began = time.process_time()
        features = features_of(read)
        featured = time.process_time()
        orders = [_read(features, truth, start, scores) for start in starts]
        seconds = featured - began + (time.process_time() - featured) / TIMES
        measured = [_measure(order, truth) for order in orders]
        rows.append(_row(name, words, truth, measured, seconds))
        if words == OURS:
            stopped = [_stop(order, truth) for order in orders]
    if asreview:
        rows.append(_by_asreview(name, truth, starts, asreview))
    draw = np.random.default_rng(2)
    at_random = [
        _measure([*start, *draw.permutation(_others(truth, start))], truth) for start in starts
    ]
    rows.append(_row(name, RANDOM, truth, at_random, 0.0))
    read, found, told = (np.array(column) for column in zip(*stopped, strict=True))
    advice = f"told to stop in {told.sum()} of {TIMES}"
    if told.any():
        advice += f": {np.median(read[told]):.2f} read, recall {found[told].min():.3f} or more"
    print(f"{'':47}{advice}", flush=True)
    return rows


def _by_asreview(
    name: str, truth: np.ndarray, starts: list[list[int]], python: str
) -> dict[str, object]:
    """What ASReview itself reads first, run by the Python of its own environment."""
    job = {"file": str(LABELLED / f"{name}.csv.gz"), "starts": starts, "part": PART}
    script = Path(__file__).resolve().with_name("asreview_orders.py")
    with tempfile.TemporaryDirectory() as folder:  # it leaves a cache where it is run
        run = subprocess.run(
            [Path(python).absolute(), script],
            cwd=folder,
            input=json.dumps([job]),
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode:
        sys.exit(f"ASReview failed: {run.stderr[-2000:]}")
    found = json.loads(run.stdout)
    left = len(truth) - len(starts[0])
    measured = [
        _measure(_all(order, truth), truth)._replace(atd=atd / left)
        for order, atd in zip(found["orders"], found["atd"], strict=True)
    ]
    return _row(name, ASREVIEW, truth, measured, float(np.mean(found["seconds"])))


def _all(order: list[int], truth: np.ndarray) -> list[int]:
    return [*order, *_others(truth, order)]


def _row(
    name: str, words: str, truth: np.ndarray, measured: list[Measured], seconds: float
) -> dict[str, object]:
    median = Measured(*map(float, np.median(np.array(measured), axis=0)))
    numbers = "".join(f"{value:8.3f}" for value in median)
    print(f"{name:34}{len(truth):6}{truth.sum():5}  {words:12}{numbers}{seconds:8.2f}", flush=True)
    return {"set": name, "ranking": words, "seconds": seconds} | median._asdict()


def _starts(truth: np.ndarray):
    draw = np.random.default_rng(1)
    for _ in range(TIMES):
        yield [int(draw.choice(np.flatnonzero(group))) for group in (truth, ~truth)]


def _others(truth: np.ndarray, start: list[int]) -> np.ndarray:
    return np.setdiff1d(np.arange(len(truth)), start)


def _read(features, truth: np.ndarray, start: list[int], scores: Scores) -> list[int]:
    """Works in the order of reading, those after the last relevant one as they came."""
    read = list(start)
    unread = np.ones(len(truth), dtype=bool)
    unread[read] = False
    while truth[unread].any():
        left = np.flatnonzero(unread)
        found = scores(features[read], truth[read], features[left])
        first = left[np.argsort(-found, kind="stable")][: max(1, len(read) // PART)]
        read += list(first)
        unread[first] = False
    return [*read, *np.flatnonzero(unread)]


def _measure(order: list[int], truth: np.ndarray) -> Measured:
    labels = truth[order][2:]
    n, places = len(labels), np.flatnonzero(labels) + 1
    needed = places[int(np.ceil(0.95 * len(places))) - 1]
    return Measured(
        places.mean() / n,
        (n - needed) / n - 0.05,
        (places <= 0.1 * n).mean(),
        (places <= 0.2 * n).mean(),
        places[-1] / n,
    )


def _stop(order: list[int], truth: np.ndarray) -> tuple[float, float, bool]:
    """Share read and found when the test first speaks for stopping; whether it ever does."""
    labels = truth[order]
    for read in range(stopping.LAST[0], len(labels), 10):
        found = labels[:read].sum()
        for last in (last for last in stopping.LAST if last <= read):
            relevant = labels[read - last : read].sum()
            p = stopping.p_recall_below(int(found), last, int(relevant), len(labels) - read)
            if p < 0.05:
                return read / len(labels), found / labels.sum(), True
    return 1.0, 1.0, False


def _elas_features(texts: list[str]):
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1, max_df=0.95)
    return words.fit_transform(texts)


def _elas_scores(known, relevant: np.ndarray, others) -> np.ndarray:
    weights = np.where(relevant, 1.0, relevant.sum() / (9.8 * (~relevant).sum()))
    model = LinearSVC(loss="squared_hinge", C=0.11, random_state=0)
    model.fit(known, relevant, sample_weight=weights * len(weights) / weights.sum())
    return model.decision_function(others)


if __name__ == "__main__":
    main()
