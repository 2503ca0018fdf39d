"""Other reviews than the shipped one: the same Snakefile, another folder."""

import csv
import json
import os
import pty
import shutil
import subprocess
import sys

import pytest
from checkout import ROOT, Checkout

pytestmark = pytest.mark.slow

NOT_DERIVED = shutil.ignore_patterns("results", "logs", ".*")

NBIB = """\
PMID- 90000001
OWN - NLM
STAT- MEDLINE
TI  - Invented record one: stretching a shoulder, made up for a test
FAU - Doe, Jane
AU  - Doe J
DP  - 2019 Mar
TA  - J Invented
VI  - 3
IP  - 1
PG  - 11-18

PMID- 90000002
OWN - NLM
STAT- MEDLINE
TI  - Invented record two: operating on a shoulder, made up for a test
FAU - Roe, Richard
AU  - Roe R
DP  - 2021
TA  - J Invented
VI  - 5
PG  - 101-9
"""
RIS = """\
TY  - JOUR
TI  - Invented record one: stretching a shoulder, made up for a test
AU  - Doe, Jane
PY  - 2019
JO  - Journal of Invention
VL  - 3
IS  - 1
SP  - 11
EP  - 18
DO  - 10.99999/invented.1
ER  -

TY  - JOUR
TI  - Invented record three: stretching again, made up for a test
AU  - Poe, Ann
PY  - 2022
JO  - Journal of Invention
DO  - 10.99999/invented.3
ER  -
"""
CSV = """\
title,authors,year,journal
"Invented record four: stretching, water and time, made up for a test","Coe C; Loe L",2023,Letters
"""
FLAGS = (
    *("--title", "Stretching for a frozen shoulder (invented)"),
    *("--question", "Does stretching help?"),
    *("--outcome", "Recovery"),
    *("--says", "recovered"),
    *("--treatment", "Stretching"),
)


def run(folder, code=0):
    """Run the Snakefile of this checkout on the review in a folder; what it printed."""
    return Checkout(ROOT).run("--directory", str(folder), code=code)


def started(folder):
    """A review as `living-review init` leaves it."""
    Checkout(folder.parent).command("init", str(folder), *FLAGS)
    return Checkout(folder)


def shown(review):
    """The numbers on the page of a review."""
    return json.loads((review.folder / "results/report/results.json").read_text())


def synthesis(review):
    """The synthesis of the one analysis that the page shows."""
    (analysis,) = shown(review)["analyses"]
    return analysis["synthesis"]


def add(review, name, **cells):
    """Add a row to a table that may have none; columns that are not given stay empty."""
    path = review.folder / "resources" / name
    header = path.read_text().splitlines()[0].split(",")
    assert set(cells) <= set(header), f"{name} has the columns {header}"
    with path.open("a", newline="") as lines:
        csv.DictWriter(lines, header, restval="", lineterminator="\n").writerow(cells)


@pytest.fixture(scope="module")
def vasospasm(tmp_path_factory):
    """The example with its results, made once; nobody changes it."""
    folder = tmp_path_factory.mktemp("example") / "vasospasm"
    shutil.copytree(ROOT / "examples/vasospasm", folder, ignore=NOT_DERIVED)
    run(folder)
    return Checkout(folder)


def test_the_example_pools_the_counts_exactly(vasospasm):
    """Binomial-normal model of 14 series by maximum likelihood, t on k - 1 degrees of freedom.

    Source of the numbers: an exact fit by dense quadrature to metadat's dat.pritz1997, which
    R metafor 3.8-1 approaches, rma.glmm(measure="PLO", nAGQ=25); its QE.LRT for q.
    """
    pooled = synthesis(vasospasm)["abstract_only"]
    assert (pooled["k"], pooled["events"], pooled["n_known"]) == (14, 246, 326)
    assert pooled["crude"]["estimate"] == pytest.approx(0.754601226993865, rel=1e-12)
    assert pooled["crude"]["ci"] == pytest.approx([0.704162669429704, 0.800346850720537], rel=1e-9)
    model = pooled["model"]
    assert model["estimate"] == pytest.approx(1.37659438902134, rel=1e-6)
    assert model["se"] == pytest.approx(0.288379859118643, rel=1e-6)
    assert model["ci"] == pytest.approx([0.753587580226271, 1.99960119781641], rel=1e-6)
    assert model["pi"] == pytest.approx([-0.39500338084602, 3.14819215888871], rel=1e-6)
    assert model["ci_profile"] == pytest.approx([0.845160734414578, 2.0880607267537], rel=1e-6)
    assert pooled["proportion"]["estimate"] == pytest.approx(0.798443487229366, rel=1e-6)
    assert pooled["proportion"]["marginal"] == pytest.approx(0.773650763868699, rel=1e-6)
    heterogeneity = pooled["heterogeneity"]
    assert heterogeneity["tau2"] == pytest.approx(0.589309534109901, rel=1e-6)
    assert heterogeneity["tau2_ci"] == pytest.approx([0.117205615445672, 2.38427279252474])
    assert heterogeneity["i2"] == pytest.approx(67.7885878839636, rel=1e-4)
    assert heterogeneity["q"] == pytest.approx(42.2323980252337, rel=1e-9)


def test_the_example_claims_no_more_than_was_read(vasospasm):
    """Nobody read a full text, so that no study is included and no answer is given."""
    assert synthesis(vasospasm)["main"]["k"] == 0
    studies = shown(vasospasm)["studies"]
    assert [study["status"] for study in studies] == ["provisional"] * 14
    assert "No eligible study reports this yet" in vasospasm.page()
    assert "79.8%" in vasospasm.page()


def test_the_page_of_the_example_knows_no_other_subject(vasospasm):
    """Nothing of the shipped review is left in what the program says by itself."""
    page = vasospasm.page().lower()
    for word in ("kidney", "renal", "ablation", "nephrectomy", "salvage", "recurrence", "tumour"):
        assert word not in page
    assert "hyperdynamic therapy" in page


def test_a_new_review_runs_at_once(tmp_path):
    """A page that says that nothing is there yet; a second run writes nothing."""
    review = started(tmp_path / "shoulder")
    assert "No mistakes" in review.command("check")
    run(review.folder)
    page = review.page()
    assert "Stretching for a frozen shoulder (invented)" in page
    assert "No eligible study reports this yet" in page
    assert "No records have come in yet" in page
    assert "No study has been extracted yet" in page
    before = review.results()
    run(review.folder)
    assert review.results() == before


def test_a_strangers_review(tmp_path):
    """Three lists in three formats, two people, two studies: an answer from both studies."""
    review = started(tmp_path / "shoulder")
    for day, (name, content) in enumerate(
        {"one.nbib": NBIB, "two.ris": RIS, "three.csv": CSV}.items(), 20
    ):
        (tmp_path / name).write_text(content)
        review.command(
            *("register", str(tmp_path / name), "--source", "Invented", "--platform", "none"),
            *("--strategy", "none", "--searched-on", f"2026-11-{day}"),
        )
    printed = run(review.folder)
    assert "works to screen: 4" in printed
    assert "results/report/index.html" in printed

    to_copy = review.folder / "resources/decisions/screening/your_id.csv"
    records = {"doe_2019": "pmid:90000001", "poe_2022": "doi:10.99999/invented.3"}
    for person in ("ann", "bob"):
        ledger = f"decisions/screening/{person}.csv"
        shutil.copy(to_copy, review.folder / "resources" / ledger)
        for line, record in enumerate(records.values(), 1):
            add(
                review,
                ledger,
                id=line,
                record_id=record,
                screener=person,
                stage="full_text",
                decision="include",
                time="2026-11-22T10:00:00Z",
                protocol_version="2026.11",
            )
    for (study, record), (events, known, treated) in zip(
        records.items(), [(7, 9, 10), (12, 20, 20)], strict=True
    ):
        label = study.replace("_", " ").capitalize()
        read = {
            "study_id": study,
            "basis": "full_text",
            "source_record": record,
            "source_place": "table 1",
            "quote": "invented for a test",
            "extracted_by": "ann",
            "extracted_on": "2026-11-22",
        }
        add(
            review,
            "extraction/studies.csv",
            **read,
            label=label,
            year=study[-4:],
            in_index_review="unknown",
            in_index_evidence="no published review is continued",
        )
        add(
            review,
            "extraction/reports.csv",
            study_id=study,
            record_id=record,
            citation=f"{label}, invented",
            kind="journal_article",
        )
        arm = {"arm_id": "stretching"}
        add(
            review,
            "extraction/arms.csv",
            **read,
            **arm,
            label="Stretching",
            treatment="stretching",
            unit="patient",
            n_patients=treated,
        )
        add(
            review,
            "extraction/outcomes.csv",
            **read,
            **arm,
            outcome="recovery",
            events=events,
            n_known=known,
            n_treated=treated,
            time_point="last_follow_up",
        )
    review.command("check")
    printed = run(review.folder)
    assert "works to screen: 2" in printed
    pooled = synthesis(review)["main"]
    assert (pooled["k"], pooled["events"], pooled["n_known"]) == (2, 19, 29)
    assert (pooled["n_treated"], pooled["bounds"]["low"]["events"]) == (30, 19)
    page = " ".join(review.page().split())
    assert "64.9%" in page
    assert "2 studies, 19 of 29 patients" in page
    assert "Two studies are too few" in page
    assert "Doe 2019" in page
    assert "Poe 2022" in page


def test_mistakes_in_another_folder_are_named(tmp_path):
    """What has to be put right is said at the end of a run, wherever the review is."""
    review = started(tmp_path / "shoulder")
    ledger = "decisions/screening/your_id.csv"
    add(
        review,
        ledger,
        id=1,
        record_id="pmid:90000001",
        screener="your_id",
        stage="full_text",
        decision="maybe",
    )
    printed = run(review.folder, code=1)
    assert f"resources/{ledger} row 2: decision is 'maybe'" in printed
    assert "Traceback" not in printed


def test_the_dialogue_asks_for_what_is_missing(tmp_path):
    """At a terminal, an empty answer is asked for again, and a flag is not asked for at all."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "living_review", "init", "shoulder", *FLAGS[:6]],
        cwd=tmp_path,
        env=Checkout(ROOT).environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, b"\nrecovered\nStretching\n")
    assert process.wait(timeout=60) == 0
    os.close(ours)
    written = (tmp_path / "shoulder/config/config.yaml").read_text()
    assert "says: recovered" in written
    assert "stretching: Stretching" in written
