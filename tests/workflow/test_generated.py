"""What holds for the shipped review holds for an invented one with duplicates and decisions."""

import json
import os
import shutil

import pytest
from checkout import FIGURES, check_out, counted, reseen
from generated_review import Generated, Size

pytestmark = pytest.mark.slow

SIZE = Size(records=400, studies=8, analyses=4, file=150)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The invented review with its results; nobody changes it."""
    checkout = check_out(tmp_path_factory.mktemp("generated") / "review")
    for name in ("config", "resources"):
        shutil.rmtree(checkout.folder / name)
    review = Generated(checkout.folder, SIZE).write()
    checkout.run()
    return checkout, review


@pytest.fixture
def generated(made, tmp_path):
    """A copy of the invented review to change, and what can add to it."""
    checkout, review = made
    copy = checkout.copy_to(tmp_path / "review")
    return copy, review.moved_to(copy.folder)


def test_a_generated_review_has_works_of_several_records(made):
    """The second database tells a part of the first's works again, and they are found."""
    checkout, review = made
    [page] = (checkout.folder / "results/report").glob("*/results.json")
    columns = json.loads(page.read_text())["flow"]["columns"]["databases"]
    assert 20 < columns["duplicates"]["n"] < 60
    assert columns["included"]["n"] == SIZE.studies == review.studies


def test_a_fresh_clone_of_it_computes_nothing(generated):
    """Without .snakemake, all times scrambled, rows in another order: no file is written."""
    checkout, _ = generated
    shutil.rmtree(checkout.folder / ".snakemake")
    for number, path in enumerate(sorted(checkout.folder.rglob("*"))):
        if path.is_file():
            os.utime(path, (1_600_000_000 + number % 977 * 3600,) * 2)
    before = checkout.results()
    checkout.run()
    assert checkout.results() == before
    for table in ("extraction/outcomes.csv", "decisions/screening/ann.csv"):
        checkout.write_table(table, checkout.table(table)[::-1])
    assert counted(reseen(checkout, before)) == {}


def test_one_value_of_it_computes_one_analysis(generated):
    """Events of one row: its synthesis, figures and course; put back: the earlier page alone."""
    checkout, _ = generated
    before = checkout.results()
    path = checkout.folder / "resources/extraction/outcomes.csv"
    written = path.read_bytes()
    rows = checkout.table("extraction/outcomes.csv")
    rows[0]["events"] = "1" if rows[0]["events"] == "0" else str(int(rows[0]["events"]) - 1)
    checkout.write_table("extraction/outcomes.csv", rows)
    assert counted(reseen(checkout, before)) == {"syntheses": 1, "figures": FIGURES, "courses": 1}
    path.write_bytes(written)
    after = checkout.results()
    checkout.run()
    assert checkout.written(after) == {"report": 1}


def test_a_month_of_it_touches_what_came(generated):
    """Nothing new: its own records are read and held against the others, and nothing is pooled.
    Then a month with one study: the analyses that it reports on."""
    checkout, review = generated
    before = checkout.results()
    review.add_nothing_new()
    found = counted(reseen(checkout, before))
    assert found == {"records": 2, "pairs": 2, "works": 3, "screening": 1}
    before = checkout.results()
    review.add_month(first=30, second=15, outcomes=2)
    found = counted(reseen(checkout, before))
    assert found["records"] == found["pairs"] == 2 * 2  # a file of each database
    assert (found["syntheses"], found["figures"]) == (2, 2 * FIGURES)
    assert found["courses"] == SIZE.analyses  # of its treatment, whether or not it reports them


def test_another_model_pools_its_analysis_again(generated):
    """A section of the protocol that one analysis reads: this one, and no other."""
    checkout, _ = generated
    before = checkout.results()
    path = checkout.folder / "config/config.yaml"
    protocol = json.loads(path.read_text())
    protocol["analyses"][1]["model"] = {"measure": "PLO", "method": "REML", "test": "knha"}
    path.write_text(json.dumps(protocol))
    found = counted(reseen(checkout, before))
    assert found["syntheses"] == 1
    assert not {"records", "pairs", "works"} & set(found)
