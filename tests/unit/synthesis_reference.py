"""Reference values of R metafor, as the tests of the synthesis meet them."""

import csv
import json
import os

import numpy as np
import pytest

PROPORTIONS = [
    "prop_pritz1997",
    "prop_hannum2020",
    "prop_nielweise2007_treated",
    "edge_all_events",
    "edge_all_zero",
    "edge_case_reports",
    "edge_k1",
    "edge_k2",
    "edge_salvage_hist",
    "edge_zero_full_mix",
]
TWO_GROUPS = ["bin_bcg", "bin_nielweise2007", "edge_bin_zero_cells"]
CASES = [
    *(
        (dataset, measure)
        for dataset in PROPORTIONS
        for measure in ("PLO", "PLN", "PAS", "PFT", "PR")
    ),
    *((dataset, measure) for dataset in TWO_GROUPS for measure in ("RR", "OR", "RD", "PETO", "AS")),
    *(("cont_normand1999", measure) for measure in ("MD", "SMD", "ROM")),
    ("gen_hackshaw1998", "OR"),
]


def read(shared_data, dataset):
    """The reference file of a data set."""
    return json.loads((shared_data / "synthesis" / "reference" / f"{dataset}.json").read_text())


def table(shared_data, dataset):
    """The rows of a data set, every cell as text."""
    with (shared_data / "synthesis" / "data" / f"{dataset}.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def array(values):
    """One-dimensional floats; a lone number becomes an array of one, null becomes NaN."""
    return np.array([np.nan if v is None else v for v in np.atleast_1d(values)], dtype=float)


def effects(reference, measure):
    """yi and vi of a measure."""
    escalc = reference["measures"][measure]["escalc"]
    return array(escalc["yi"]), array(escalc["vi"])


def agree(pairs, rel=1e-6, abs=1e-9):
    """Every (name, found, expected) agrees; what the reference leaves out is not compared.

    The worst relative difference of each test is kept in `compared` for the benchmark.
    """
    test = os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2].partition("[")[0]
    numbers = 0
    for name, found, expected in pairs:
        if expected is None or expected == []:
            continue
        assert found is not None, name
        wanted, got = array(expected), array(found)
        known = ~np.isnan(wanted)
        wanted, got = wanted[known], got[known]
        worst, count = compared.get(test, (0.0, 0))
        # as pytest.approx judges: below abs / rel a difference counts as if from there
        apart = np.abs(got - wanted) / np.maximum(np.abs(wanted), abs / rel)
        compared[test] = max(worst, *apart, 0.0), count + len(wanted)
        assert got == pytest.approx(wanted, rel=rel, abs=abs), name
        numbers += len(wanted)
    assert numbers, "nothing was compared"


compared = {}  # test -> (worst relative difference, how many numbers)
