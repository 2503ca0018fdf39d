"""Risk of bias is what people judged: never a sum, never one rater over another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review import risk_of_bias
from living_review.errors import ConfigError
from living_review.risk_of_bias import checking, tools
from living_review.tables import Row, Table

TOOLS = risk_of_bias.read()
JBI = TOOLS["jbi_case_series"]


def line(item, answer, rater="ann", **cells):
    return {
        "study_id": "doe_2020",
        "result": "",
        "tool": "jbi_case_series",
        "item": item,
        "answer": answer,
        "support": f"{rater} on {item}",
        "source_place": "p. 2",
        "role": "rating",
        "rater": rater,
        "rated_on": "2026-11-23",
        "note": "",
    } | cells


def one(*rows):
    (found,) = risk_of_bias.appraisals(rows, TOOLS)
    return found


def problems(*rows):
    header = tuple(rows[0])
    table = Table("risk_of_bias.csv", header, tuple(map(Row, range(2, len(rows) + 2), rows)))
    return [str(problem) for problem in checking.check(table, TOOLS)]


@pytest.mark.parametrize(
    ("tool", "items", "answers"),
    [
        ("jbi_case_series", 10, {"yes", "no", "unclear", "not_applicable"}),
        ("minors", 12, {"0", "1", "2", "not_applicable"}),
        ("robins_i_2016", 7, {"low", "moderate", "serious", "critical", "no_information"}),
    ],
)
def test_the_tools_have_their_items_and_answers(tool, items, answers):
    """As the standards have them: 10 items, 12 items, 7 domains, numbered from 1."""
    found = TOOLS[tool]
    assert list(found.items) == [str(n) for n in range(1, items + 1)]
    assert set(found.answers) == answers


def test_only_robins_i_judges_results():
    """A judgement of a comparison is about one result, that of a series about the study."""
    assert {name for name, tool in TOOLS.items() if tool.for_results} == {"robins_i_2016"}


def test_raters_who_agree_settle_an_item():
    """Two people gave the same answer."""
    said = one(line("1", "yes"), line("1", "yes", "bob")).items["1"]
    assert (said.answer, said.standing) == ("yes", "agreed")
    assert said.ratings == (("ann", "yes"), ("bob", "yes"))


def test_raters_who_differ_settle_nothing_until_a_consensus():
    """No majority, no worse answer: the item is open; a consensus holds over both."""
    ratings = [line("4", "yes"), line("4", "no", "bob")]
    assert (one(*ratings).items["4"].answer, one(*ratings).items["4"].standing) == ("", "differ")
    settled = one(*ratings, line("4", "unclear", "bob", role="consensus")).items["4"]
    assert (settled.answer, settled.standing) == ("unclear", "consensus")
    assert settled.ratings == (("ann", "yes"), ("bob", "no"))
    assert settled.support == "bob on 4"


def test_ten_good_answers_make_no_overall_judgement():
    """The tool has no cut-off: without a person's line there is none."""
    rows = [line(item, "yes", rater) for item in JBI.items for rater in ("ann", "bob")]
    assert one(*rows).overall is None
    assert risk_of_bias.total(one(*rows), JBI) is None
    assert risk_of_bias.overall_of_studies([one(*rows)], TOOLS, "recurrence") == {}
    judged = one(*rows, line("overall", "high"), line("overall", "high", "bob"))
    assert risk_of_bias.overall_of_studies([judged], TOOLS, "recurrence") == {"doe_2020": "high"}


def test_a_study_about_which_raters_differ_is_not_judged():
    """It is neither at high risk nor free of it."""
    judged = one(line("overall", "high"), line("overall", "low", "bob"))
    assert risk_of_bias.overall_of_studies([judged], TOOLS, "recurrence") == {}


def test_a_judgement_of_one_result_counts_for_that_result():
    """Serious for recurrence says nothing of death; the worst that applies holds."""
    robins = {"tool": "robins_i_2016", "result": "recurrence"}
    rows = [line("overall", "serious", **robins), line("overall", "low")]
    judged = risk_of_bias.appraisals(rows, TOOLS)
    assert risk_of_bias.overall_of_studies(judged, TOOLS, "recurrence") == {"doe_2020": "high"}
    assert risk_of_bias.overall_of_studies(judged, TOOLS, "died") == {"doe_2020": "low"}


@pytest.mark.parametrize(
    ("answers", "total"),
    [
        (dict.fromkeys(map(str, range(1, 9)), "2"), (16, 16)),
        (dict.fromkeys(map(str, range(1, 13)), "2"), (24, 24)),
        (dict.fromkeys(map(str, range(1, 8)), "2"), None),
        (dict.fromkeys(map(str, range(1, 10)), "2"), None),
        ({str(n): "not_applicable" if n > 8 else "1" for n in range(1, 13)}, (8, 16)),
    ],
    ids=["series", "comparison", "an item open", "a comparison with items open", "not applicable"],
)
def test_the_sum_of_minors_is_of_all_items_that_apply(answers, total):
    """16 points without a comparison, 24 with one; none while an item is open."""
    rows = [line(item, answer, tool="minors") for item, answer in answers.items()]
    assert risk_of_bias.total(one(*rows), TOOLS["minors"]) == total


def test_items_for_plots_are_what_answers_speak_for():
    """The light of each item; none where raters differ."""
    rows = [line("1", "yes"), line("2", "no"), line("3", "no"), line("3", "yes", "bob")]
    found = risk_of_bias.items_of_studies(risk_of_bias.appraisals(rows, TOOLS), JBI)
    assert found == {"doe_2020": {"1": "low", "2": "high", "3": ""}}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "overall"]),
            st.sampled_from(["yes", "no", "low", "high"]),
            st.sampled_from(["ann", "bob", "cy"]),
            st.sampled_from(["rating", "consensus"]),
        ),
        max_size=12,
    ).flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines)))
)
def test_order_of_lines_decides_nothing(both):
    """And no rating is lost, whatever was agreed."""
    found = []
    for lines in both:
        rows = [line(item, answer, rater, role=role) for item, answer, rater, role in lines]
        found.append(risk_of_bias.appraisals(rows, TOOLS))
    assert found[0] == found[1]
    kept = {
        (item, *rating)
        for appraisal in found[0]
        for item, said in {**appraisal.items, "overall": appraisal.overall}.items()
        if said
        for rating in said.ratings
    }
    fitting = {
        (item, rater, answer)
        for item, answer, rater, role in both[0]
        if role == "rating" and answer in JBI.allowed(item)
    }
    assert kept == fitting


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (line("11", "yes"), "row 2: item is '11'; allowed: an item of jbi_case_series: "),
        (line("1", "ja"), "row 2: answer is 'ja'; allowed: yes, no, unclear, not_applicable"),
        (line("overall", "yes"), "row 2: answer is 'yes'; allowed: low, some_concerns, high"),
        (
            line("1", "low", tool="robins_i_2016"),
            "row 2: result is empty; allowed: an outcome, since robins_i_2016 judges each result",
        ),
        (line("1", "yes", "seed"), "row 2: rater is 'seed'; allowed: a person"),
    ],
)
def test_a_wrong_line_is_named(row, told):
    """With what the tool allows."""
    assert told in "\n".join(problems(row))


def test_a_rater_answers_an_item_once():
    """A second line of the same person is named with the row of the first."""
    (told,) = problems(line("1", "yes"), line("1", "no"))
    assert told.endswith(
        "row 3: item is '1'; allowed: one line of each rater for an item; row 2 has it"
    )
    assert problems(line("1", "yes"), line("1", "no", "bob")) == []


def test_a_review_brings_its_own_tools(tmp_path, monkeypatch):
    """One of the same name takes the place of that of the program; mistakes are named by line."""
    monkeypatch.chdir(tmp_path)
    text = (tools.SHIPPED / "jbi_case_series.yaml").read_text()
    own = tmp_path / tools.FOLDER / "jbi_case_series.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(text.replace("JBI checklist", "Our checklist"))
    assert risk_of_bias.read(["jbi_case_series"])["jbi_case_series"].title.startswith("Our")
    own.write_text(text.replace("light: low", "light: green").replace("total: none", "total: sum"))
    with pytest.raises(ConfigError) as error:
        risk_of_bias.read()
    assert "answers.yes.light is 'green'; allowed: low, some concerns" in str(error.value)
