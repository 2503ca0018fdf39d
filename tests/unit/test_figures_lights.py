"""Risk-of-bias lights: every judgement of every study, and what share each has."""

import copy

import pytest
import report_cases as cases
from figure_cases import judged, many, whole, written

from living_review.figures import bias, kinds, lights, parts
from living_review.figures.bias import Judged


def test_what_is_no_judgement_has_an_empty_ring():
    """Raters who differ, and a word of no tool, are no judgement."""
    assert [bias.light(said) for said in ("low", "not applicable", "", None, "a word")] == [
        "low",
        "not applicable",
        "not judged",
        "not judged",
        "not judged",
    ]


def said(item, light):
    return {"item": item, "light": light, "words": {"low": "Yes", "high": "No"}.get(light, "")}


def appraised(study_id, tool, items, overall=None, result=""):
    return {
        "study_id": study_id,
        "result": result,
        "tool": tool,
        "items": [said(item, light) for item, light in items.items()],
        "overall": said("overall", overall) if overall else None,
    }


FOUND = {
    "tools": [
        {"id": "jbi", "title": "JBI", "items": [{"item": "1", "words": "Clear"}]},
        {"id": "robins", "title": "ROBINS-I", "items": [{"item": "d1", "words": "Confounding"}]},
    ],
    "studies": [
        appraised("a", "jbi", {"1": "low"}, "low"),
        appraised("a", "robins", {"d1": "high"}, "high", result="ned"),
        appraised("b", "jbi", {"1": "high"}, "some concerns"),
        appraised("c", "robins", {"d1": "low"}, "low", result="died"),
        appraised("d", "jbi", {"1": ""}),
        appraised("elsewhere", "robins", {"d1": "low"}, "low"),
    ],
}


def test_judgements_of_an_analysis():
    """Items of the tool that most studies have, judgements of this outcome, overall the worst."""
    judged = bias.of_analysis(FOUND, "ned", ["a", "b", "c", "d"])
    assert judged.tool == "JBI"
    assert judged.items == [("1", "Clear")]
    assert judged.of_study == {"a": {"1": "low"}, "b": {"1": "high"}, "d": {"1": ""}}
    assert judged.overall == {"a": "high", "b": "some concerns"}
    assert judged.answers == {"low": "yes", "high": "no"}
    assert bias.of_analysis(FOUND, "ned", ["nobody"]) == bias.NOTHING


def test_each_light_has_a_sign_of_its_own():
    """Nobody needs to see colours."""
    signs = [light.sign for light in bias.LIGHTS.values()]
    assert len(set(signs)) == len(signs)


def test_a_checklist_shows_every_answer(tmp_path):
    """Ten questions, eleven studies: 110 signs and rings, and the questions in words."""
    synthesis = whole(many(11))
    studies = synthesis["main"]["studies"]
    asked = Judged(
        judged(studies).items, judged(studies).of_study, answers={"low": "yes", "high": "no"}
    )
    shown = written(tmp_path, "risk_of_bias", synthesis, judged=asked)
    found = lights.items(studies, asked)
    for light in (bias.LOW, bias.HIGH, bias.UNCLEAR, bias.NOT_APPLICABLE):
        sign = bias.LIGHTS[light].sign
        in_table = sum(item.lights.count(light) for item in found)
        in_bars = sum(light in item.lights for item in found)
        assert in_table <= shown.count(sign) <= in_table + in_bars
    assert any(text.startswith("10. Was the thing number 9") for text in shown)
    assert any("+ yes" in text and "\u2212 no" in text for text in shown)


def test_a_domain_tool_has_its_overall_judgement(tmp_path):
    """Low, some concerns and high by domain, and the judgement overall in its own column."""
    synthesis = whole(many(3))
    tool = Judged(
        [("d1", "Selection"), ("d2", "Outcome")],
        {"s0": {"d1": "low", "d2": "high"}, "s1": {"d1": "some concerns", "d2": "low"}},
        {"s0": "high", "s1": "some concerns"},
    )
    found = lights.items(synthesis["main"]["studies"], tool)
    assert [item.lights for item in found] == [
        ("low", "some concerns", "not judged"),
        ("high", "low", "not judged"),
        ("high", "some concerns", "not judged"),
    ]
    shown = written(tmp_path, "risk_of_bias", synthesis, judged=tool)
    assert {"1", "2", "All", "1. Selection", "2. Outcome", "Overall"} <= set(shown)
    assert lights.alt_text(synthesis["main"]["studies"], tool) == (
        "Risk of bias of 3 studies. Selection: 1 low, 1 some concerns, 1 not judged. "
        "Outcome: 1 low, 1 high, 1 not judged. Overall: 1 some concerns, 1 high, 1 not judged."
    )


def test_bars_share_out_the_weight():
    """A bar is cut by the weight that studies have, and its parts add up to the whole."""
    item = lights.Item("1", "Selection", ("low", "high", "low"))
    assert lights.shares(item, [0.5, 0.3, 0.2]) == {"low": pytest.approx(0.7), "high": 0.3}
    assert lights.shares(item, [1, 1, 1]) == {
        "low": pytest.approx(2 / 3),
        "high": pytest.approx(1 / 3),
    }


def test_without_weights_studies_count_alike(tmp_path):
    """Where nothing was pooled the bars say that they count studies."""
    synthesis = whole(many(1))
    shown = written(tmp_path, "risk_of_bias", synthesis, judged=judged(many(1)))
    assert "Bars: share of studies." in shown


def test_nobody_judged_is_said():
    """An analysis none of whose studies was judged has a sentence, not an empty table."""
    assert lights.refusal(many(3), judged([{"study_id": "other"}])) == lights.NOBODY
    assert not lights.refusal(many(3), judged(many(3)))


def test_what_supports_a_judgement_draws_nothing_again():
    """Figures rest on the judgements about their studies and outcome, not on quotes or others."""
    found = bias.bearing(FOUND, "ned", {"a", "b"})
    other = copy.deepcopy(FOUND)
    for one in other["studies"]:
        one["total"] = [8, 16]
        for said in one["items"]:
            said["support"] = "another quote"
    other["studies"][5]["items"][0]["light"] = "high"  # of a study elsewhere
    assert bias.bearing(other, "ned", {"a", "b"}) == found
    other["studies"][0]["items"][0]["light"] = "high"
    assert bias.bearing(other, "ned", {"a", "b"}) != found
    judged = bias.of_analysis(found, "ned", {"a", "b"})
    assert judged == bias.of_analysis(FOUND, "ned", {"a", "b"})


def test_words_of_the_protocol_name_the_groups():
    """Groups are called as the vocabulary of their column says; a column without one as it is."""
    protocol = cases.config()
    analysis = {**protocol["analyses"][0], "subgroups": ["modality", {"column": "centre"}]}
    said = parts.words(analysis, protocol, {"modality": "modality"})
    assert said["groups"]["modality"]["re_ablation"] == "re-ablation"
    assert said["groups"]["centre"] == {}
    synthesis = cases.synthesis("a", cases.pooled(many(3)))
    words = kinds.captioned(synthesis, "ned", said, FOUND).words
    assert words("modality", "re_ablation") == "re-ablation"
    assert words("centre", "single_centre") == "single centre"
