"""Why a result has another name than it had, told in the words of the files that people edit."""

import copy

import pytest

from living_review.names import Name
from living_review.notices import Event
from living_review.why import inputs, reasons, words
from living_review.why.inputs import Inputs

CODE = {"script": "0" * 64, "living_review.synthesis.glmm": "1" * 64, "scipy": "1.15.0"}
PROTOCOL = {
    "analyses": [
        {
            "id": "ned",
            "title": "No evidence of disease",
            "outcome": "ned",
            "where": {"time_point": ["last_follow_up"]},
        }
    ],
    "screening": {"reasons": {"other_organ": "Another organ", "review": "A review"}},
}
ROW = {"study_id": "doe_2026", "arm_id": "re_ablation", "events": 3, "provisional": False}
OUTCOME = {"study_id": "doe_2026", "arm_id": "re_ablation", "outcome": "ned", "events": 3}
TABLES = {
    "studies": [{"study_id": "doe_2026", "year": 2026}, {"study_id": "roe_2020", "year": 2020}],
    "reports": [{"study_id": "doe_2026", "record_id": "pmid:1"}],
    "arms": [{"study_id": "doe_2026", "arm_id": "re_ablation", "n_patients": 9}],
    "outcomes": [OUTCOME, OUTCOME | {"outcome": "recurrence"}],
}
LINE = {"id": "ann-1", "record_id": "pmid:1", "screener": "ann", "decision": "include"}


def state(rows=(ROW,), tables=TABLES, lines=(LINE,), code=CODE, protocol=PROTOCOL, **page):
    """The inputs of a small review: one analysis, its figures, the page and where works stand."""
    analysis = {key: protocol["analyses"][0][key] for key in ("id", "outcome", "where")}
    pooled = Name.of("syntheses", "ned", (".json",), code=code, rows=list(rows), analysis=analysis)
    words_of = {"title": protocol["analyses"][0]["title"]}
    drawn = Name.of("figures", "ned", (".svg",), code={}, upstream=[pooled.key], words=words_of)
    placed = Name.of("screening", "works", (".json",), code={}, lines=list(lines))
    shown = {"extracted": tables, "overlap_decisions": [], "run_log": []} | page
    upstream = [pooled.key, drawn.key, placed.key]
    report = Name.of("report", "page", (".html",), code={}, upstream=upstream, **shown)
    every = (pooled, drawn, placed, report)
    return Inputs(
        {inputs.title(name): name for name in every},
        {inputs.title(name): inputs.pieces(name.stage, name.values) for name in every},
        {
            "workflow/scripts/pool_outcomes.py": code["script"],
            "synthesis/glmm.py": code["living_review.synthesis.glmm"],
            "scipy": code["scipy"],
        },
        protocol,
    )


def why(called, now, before):
    return words.lines(reasons.of(now.names[called], now, before))


def edited(tables, table, place, **cells):
    changed = copy.deepcopy(tables)
    changed[table][place] |= cells
    return changed


def test_what_is_the_same_has_no_reason():
    """Nothing is said of a result that has its name still."""
    assert why("syntheses ned", state(), state()) == []
    assert reasons.changed(state(), state()) == []


def test_a_changed_value_is_told_by_its_row():
    """The row of the table, and none of another outcome or study, whatever else changed."""
    tables = edited(TABLES, "outcomes", 0, events=4)
    tables = edited(tables, "outcomes", 1, events=7)
    tables = edited(tables, "studies", 1, year=2021)
    now = state(rows=[ROW | {"events": 4}], tables=tables)
    row = "doe_2026 | re_ablation | ned"
    assert why("syntheses ned", now, state()) == [
        f"resources/extraction/outcomes.csv: 1 row changed ({row})"
    ]
    page = "\n".join(why("report page", now, state()))
    assert "outcomes.csv: 2 rows changed" in page
    assert "studies.csv: 1 row changed (roe_2020)" in page


def test_rows_that_came_and_went_are_told_apart():
    """New, changed and gone."""
    more = {**TABLES, "outcomes": [*TABLES["outcomes"], OUTCOME | {"study_id": "roe_2020"}]}
    now = state(rows=[ROW, ROW | {"study_id": "roe_2020"}], tables=more)
    row = "roe_2020 | re_ablation | ned"
    assert why("syntheses ned", now, state()) == [
        f"resources/extraction/outcomes.csv: 1 row new ({row})"
    ]
    assert why("syntheses ned", state(), now) == [
        f"resources/extraction/outcomes.csv: 1 row gone ({row})"
    ]


def test_a_decision_is_told_where_no_table_changed():
    """A row that counts from now on, since a person included its report."""
    other = LINE | {"id": "ann-2", "record_id": "pmid:77"}
    before = state(rows=[ROW | {"provisional": True}], lines=[])
    said = why("syntheses ned", state(lines=[LINE, other]), before)
    assert said == ["resources/decisions/screening: 1 row new (pmid:1 | ann | ann-1)"]


def test_a_key_of_the_protocol_is_told_with_its_values():
    """The key by its analysis, and both values; a title changes what is drawn, and no number."""
    protocol = copy.deepcopy(PROTOCOL)
    protocol["analyses"][0]["where"]["time_point"] = ["last_follow_up", "not_stated"]
    key = "protocol analyses.ned.where.time_point"
    assert why("syntheses ned", state(protocol=protocol), state()) == [
        f'{key}: ["last_follow_up"] -> ["last_follow_up", "not_stated"]'
    ]
    protocol = copy.deepcopy(PROTOCOL)
    protocol["analyses"][0]["title"] = "Free of disease"
    now = state(protocol=protocol)
    assert why("syntheses ned", now, state()) == []
    assert why("figures ned", now, state()) == [
        "protocol analyses.ned.title: No evidence of disease -> Free of disease"
    ]


def test_code_is_told_by_module_and_library_by_version():
    """What a maintainer of the program, or who updates the environment, has done."""
    code = CODE | {"living_review.synthesis.glmm": "2" * 64, "scipy": "1.16.1"}
    assert why("syntheses ned", state(code=code), state()) == [
        "1 module: synthesis/glmm.py",
        "scipy 1.15.0 -> 1.16.1",
    ]


def test_what_is_built_on_counts_with_its_own_reasons():
    """The figure and the page are due to the same row as the synthesis below them, told once."""
    tables = edited(TABLES, "outcomes", 0, events=4)
    now = state(rows=[ROW | {"events": 4}], tables=tables)
    said = why("syntheses ned", now, state())
    assert why("figures ned", now, state()) == said
    assert why("report page", now, state()) == said


def test_a_retraction_is_told_by_its_publication():
    """The event of a report of the study, and none of another study."""
    retracted = Event("pmid:1", "", "retraction", "pmid:5", "", "", "2026-12-01")
    other = retracted._replace(record_id="pmid:77")
    now = state(rows=[ROW | {"retracted": True}], events=[retracted, other])
    said = why("syntheses ned", now, state(events=[]))
    assert said == ["resources/events: 1 row new (pmid:1 | retraction)"]


def test_a_search_touches_the_page_alone():
    """A line of the log of searches is a reason for the page, and for nothing else."""
    line = {"time": "2026-12-01T02:17:00Z", "strategy_id": "s", "found": "1200"}
    now = state(run_log=[line])
    assert [inputs.title(name) for name in reasons.changed(now, state())] == ["report page"]
    assert why("report page", now, state()) == [
        "resources/run_log.csv: 1 row new (2026-12-01T02:17:00Z | s)"
    ]


@pytest.mark.parametrize("part", ["rows", "analysis", "code", "something_else"])
def test_a_changed_name_is_never_without_a_reason(part):
    """Whatever part of a name changed, also one that nobody can say more of."""
    before = Name.of("syntheses", "ned", (".json",), code={}, rows=[], analysis={})
    after = Name.of(
        "syntheses", "ned", (".json",), **{"code": {}, "rows": [], "analysis": {}, part: ["other"]}
        if part != "code" else {"code": {"python": "3.99"}, "rows": [], "analysis": {}},
    )  # fmt: skip
    kept = [
        Inputs(
            {"syntheses ned": name},
            {"syntheses ned": inputs.pieces("syntheses", name.values)},
            dict(name.values["code"]),
            {},
        )
        for name in (after, before)
    ]
    assert reasons.of(after, *kept)


def test_many_rows_are_counted():
    """A handful is named; of the others it is said how many there are."""
    found = [reasons.Reason("outcomes.csv", reasons.NEW, f"study_{n}") for n in range(9)]
    (line,) = words.lines(found)
    assert line.startswith("outcomes.csv: 9 rows new (study_0; ")
    assert line.endswith("; and 4 more)")


def test_values_are_told_where_they_are_known():
    """A published version keeps its tables, so that old and new value can be said."""
    found = [reasons.Reason("outcomes.csv", reasons.CHANGED, "doe_2026 | ned")]
    cells = {("outcomes.csv", "doe_2026 | ned"): "events 3 -> 4"}
    assert words.lines(found, cells) == [
        "outcomes.csv: 1 row changed (doe_2026 | ned: events 3 -> 4)"
    ]
