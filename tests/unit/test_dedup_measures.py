"""What deduplication finds in labelled libraries."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench", ROOT / "benchmarks/bench_dedup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["diabetes", "cytology_screening", "stroke", "digital_work"])
def test_labelled_libraries(bench, shared_data, name):
    """No work is lost, few duplicates are left, and people are asked little."""
    found = bench.measure(*bench.read(shared_data / "dedup" / name))
    assert found.lost == 0
    assert found.f1 >= bench.PEERS[name].f1 - bench.F1_BELOW_PEER
    assert found.queue <= bench.QUEUE_PER_100


def test_measures_can_fail(bench):
    """Merging everything loses works; merging nothing leaves all duplicates."""
    labels = pd.Series(["w", "w", "x"])
    assert bench.counts(pd.Series(["a", "a", "a"]), labels) == (1, 1, 0)
    assert bench.counts(pd.Series(["a", "b", "c"]), labels) == (0, 0, 1)


def test_nothing_to_measure(bench, monkeypatch, tmp_path, capsys):
    """Without labelled libraries the benchmark says so and ends well."""
    monkeypatch.setattr(bench, "LABELLED", tmp_path / "none")
    assert bench.main() == 0
    assert "Nothing measured" in capsys.readouterr().out
