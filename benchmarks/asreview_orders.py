"""The order in which ASReview's default, ELAS u4, reads labelled sets; run by bench_screening.py.

Needs a Python of an environment of its own with asreview 2 and asreview-insights, none of which the
review itself uses. Takes on its standard input [{"file", "starts", "part"}]: a set, its starting
pairs, and how often the ranking is made anew (after each part-th part more; 0: after each work).
Writes for each a line {"orders", "atd", "seconds"}: works as read, the average time to discovery
as asreview-insights has it, in works after the pair, and processor seconds, each by pair.
"""

import json
import sys
import time

import numpy as np
import pandas as pd
from asreview.learner import ActiveLearningCycle
from asreview.models.models import get_ai_config
from asreview.simulation.simulate import Simulate
from asreviewcontrib.insights import metrics


def main() -> None:
    for job in json.load(sys.stdin):
        table = pd.read_csv(job["file"])
        read = [_read(table, start, job["part"]) for start in job["starts"]]
        orders, atd, seconds = zip(*read, strict=True)
        print(json.dumps({"orders": orders, "atd": atd, "seconds": seconds}), flush=True)


def _read(table: pd.DataFrame, start: list[int], part: int) -> tuple[list[int], float, float]:
    np.random.seed(0)  # its support vector machine draws from there
    began = time.process_time()
    cycle = ActiveLearningCycle.from_meta(get_ai_config("elas_u4")["value"])
    if part:
        cycle.n_query = lambda results: max(1, len(results) // part)
    labels = table["label_included"].astype(int)
    simulation = Simulate(table[["title", "abstract"]], labels, cycle, print_progress=False)
    simulation.label(start)
    simulation.review()
    seconds = time.process_time() - began
    found = simulation._results.iloc[len(start) :]
    discovered = metrics._time_to_discovery(found["record_id"], found["label"])
    order = [int(one) for one in simulation._results["record_id"]]
    return order, metrics._average_time_to_discovery(discovered), seconds


if __name__ == "__main__":
    main()
