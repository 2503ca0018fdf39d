"""A version is frozen, told apart from what comes after it, and held against it."""

import json

from checkout import counted, reseen
from invented import add_outcome, included_study
from lxml import html

ANALYSIS = "recurrence_after_re_ablation"
PUBLISH = ("publish", "--as", "ann", "--why", "the first full texts")
CORRECTION = {
    "table": "outcomes",
    "key": "doe_2026 | re_ablation | recurrence | last_follow_up",
    "column": "events",
    "old": "3",
    "new": "4",
    "why": "misread",
    "who": "ann",
    "date": "2026-11-20",
}

AMENDMENT = """\
amendments:
  - date: 2026-12-03
    version: "2026.12"
    who: ann
    keys: [eligibility.adults]
    what: Children count as well
    why: Nothing was found that speaks against it
    seeing_data: before
    judge_again:
      - {stage: full_text, decision: exclude}
"""


def results(review):
    return json.loads((review.folder / "results/report/results.json").read_text())


def only_version(review):
    (folder,) = (review.folder / "resources/versions").iterdir()
    return folder


def of_version(review, version, name):
    """What readers see of a version."""
    return (review.folder / "results/report/v" / version / name).read_bytes()


def visible(page):
    """The words of a page."""
    return " ".join(html.fromstring(page).text_content().split())


def outcome(review, **changed):
    """The last row of the outcomes, with other cells."""
    rows = review.table("extraction/outcomes.csv")
    rows[-1] = rows[-1] | changed
    review.write_table("extraction/outcomes.csv", rows)


def test_a_version_and_what_comes_after_it(working):
    """Frozen byte for byte; a corrected value is told as what moved the result, and taken back."""
    included_study(working)
    add_outcome(working, "doe_2026", "recurrence", 3)
    assert "not made yet" in working.command(*PUBLISH, code=1)
    assert not (working.folder / "resources/versions").exists()
    working.run()
    assert "No version of this review is published yet" in working.page()
    assert "met: new_study: 1 study added: doe_2026" in working.command("triggers")

    working.command(*PUBLISH)
    frozen = only_version(working)
    before = working.results()
    written = reseen(working, before)
    assert written["check"] == 1  # what was right before the version is looked at again
    assert counted(written) == {}
    shown = (working.folder / "results/report/results.json").read_bytes()
    assert shown == (frozen / "results.json").read_bytes()
    assert results(working)["versions"]["this"] == frozen.name
    assert f"This is version {frozen.name}. It is the first one." in working.page()
    assert "still the current one" in working.command(*PUBLISH, code=1)
    assert "not met: new_study: 0 studies added" in working.command("triggers", code=3)
    logged = working.table("trigger_log.csv")
    assert [line["outcome"] for line in logged if line["trigger"] == "new_study"] == [
        "met",
        "not met",
    ]
    as_published = working.page()
    assert of_version(working, frozen.name, "results.json") == shown
    assert visible(of_version(working, frozen.name, "index.html")) == visible(as_published)
    feed = (working.folder / "results/report/feed.xml").read_text()
    assert f"<title>Version {frozen.name} is published</title>" in feed

    config = (working.folder / "config/config.yaml").read_text()
    rule = "rule: Adults, over 18 years"
    working.edit("config/config.yaml", rule, "rule: Adults and children")
    working.edit("config/config.yaml", 'protocol_version: "2026.11"', 'protocol_version: "2026.12"')
    said = working.command("check", code=1)
    assert "eligibility.adults.rule is Adults and children; allowed: Adults, over 18" in said
    declared = working.folder / "config/amendments.yaml"
    as_it_was = declared.read_text()
    declared.write_text(AMENDMENT)
    working.command("check")
    (working.folder / "config/config.yaml").write_text(config)
    declared.write_text(as_it_was)

    outcome(working, events="4")
    said = working.command("check", code=1)
    assert f"events is '4'; allowed: 3, as in version {frozen.name}, or a line in" in said
    working.write_table("extraction/corrections.csv", [CORRECTION])
    working.command("check")
    before = working.results()
    written = counted(reseen(working, before))
    assert (written["syntheses"], written["changes"]) == (1, 7)
    changes = results(working)["changes"]
    (study,) = changes[ANALYSIS]["studies"]
    (earlier,) = changes[ANALYSIS]["versions"]
    assert (earlier["version"], earlier["published"]["events"]) == (frozen.name, 3)
    assert (study["study_id"], study["change"]) == ("doe_2026", "changed")
    assert study["moved"] > 0
    assert not any(found["studies"] for name, found in changes.items() if name != ANALYSIS)
    assert f"This page comes after version {frozen.name} and is not published" in working.page()
    assert f'href="v/{frozen.name}/index.html"' in working.page()
    kept = visible(of_version(working, frozen.name, "index.html"))
    assert "The review has gone on since." in kept
    assert kept.endswith(visible(as_published).partition("Skip to the answers")[2])

    why = " ".join(working.command("why", ANALYSIS).split())
    row = "doe_2026 | re_ablation | recurrence | last_follow_up"
    assert f"changed since version {frozen.name} resources/extraction/outcomes.csv: 1 row" in why
    assert f"({row}: events 3 -> 4)" in why
    assert "unchanged since the last run" in why
    log = (working.folder / "logs/computed.log").read_text()
    assert f"resources/extraction/outcomes.csv: 1 row changed ({row})" in log

    working.command("prune", "--yes")
    outcome(working, events="3")
    (working.folder / "resources/extraction/corrections.csv").unlink()
    before = working.results()
    assert counted(reseen(working, before)) == {}
    assert working.page() == as_published
