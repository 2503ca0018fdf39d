"""What this page reports of the protocol and of how the review is made, sentence by sentence.

Each finding answers an item of a checklist, or a part of one, or says what is missing. It is made
of what the page shows elsewhere, so that no sentence here says more than the review can show. What
came out of the review is in reported_results.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from living_review import model_names
from living_review.report import words

Row = Mapping[str, Any]

YES, PART, NO, DOES_NOT_APPLY = "yes", "part", "no", "does not apply"

STAGES = {"title_abstract": "title and abstract", "full_text": "full text"}
MEASURES = {"OR": "odds ratio", "RR": "risk ratio", "RD": "difference of risks"}
SCALES = {
    "PLO": "logits",
    "PLN": "logarithms of proportions",
    "PAS": "arcsine square roots of proportions",
    "PR": "proportions as they are",
}


class Finding(NamedTuple):
    """is_told: YES, PART, NO, or DOES_NOT_APPLY; words: plain text, what is told or what lacks."""

    is_told: str
    words: str


def stated(told: object, otherwise: str) -> Finding:
    """What somebody wrote, as a sentence of theirs; else what is missing."""
    return Finding(YES, sentence(str(told))) if told else Finding(NO, otherwise)


def sentence(text: str) -> str:
    """Outside text with a full stop, if it has no end."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


# ---- what the review is ----------------------------------------------------------------------


def title(results: Row, protocol: Row) -> Finding:
    named = results["review"]["title"]
    return Finding(YES, f"The page is called \u201c{named}: a living systematic review\u201d.")


def short_answers(results: Row, protocol: Row) -> Finding:
    n = len(results["analyses"])
    told = f"The page begins with the question, the status and {words.counted(n, 'answer')}"
    return Finding(YES, f"{told} in plain words.")


def question(results: Row, protocol: Row) -> Finding:
    return Finding(YES, sentence(results["review"]["question"]))


def version(results: Row, protocol: Row) -> Finding:
    this, before = (results["versions"][name] for name in ("this", "before"))
    if this:
        return Finding(YES, f"This is version {this}.")
    after = f"comes after version {before} and " if before else ""
    told = f"This state {after}is not a published version; its protocol is version "
    return Finding(PART, f"{told}{results['review']['protocol_version']}.")


def version_before(results: Row, protocol: Row) -> Finding:
    before, continues = results["versions"]["before"], results["review"].get("continues")
    if before:
        return Finding(YES, f"The version before is {before}.")
    if continues:
        return Finding(YES, f"It continues: {sentence(continues['citation'])}")
    return Finding(DOES_NOT_APPLY, "There is no version before.")


def registration(results: Row, protocol: Row) -> Finding:
    told = results["review"].get("registration")
    return stated(told, "Whether and where the review is registered is not stated.")


def protocol_version(results: Row, protocol: Row) -> Finding:
    told = f"Version {results['review']['protocol_version']} of the protocol; its question, rules "
    return Finding(YES, f"{told}of eligibility and strategies stand on this page.")


def amendments(results: Row, protocol: Row) -> Finding:
    """Of the whole protocol, as they were declared."""
    entries = results.get("declared", {}).get("amendments", ())
    if not entries:
        return Finding(NO, "No amendment is on record, and nobody says that there was none.")
    days = ", ".join(one["date"] for one in entries)
    told = f"{words.counted(len(entries), 'amendment')} of the protocol ({days})"
    return Finding(YES, f"{told}, each with its reason.")


def question_changed(results: Row, protocol: Row) -> Finding:
    before = results["versions"]["before"]
    if not before:
        known = results["review"].get("continues")
        if not known:
            return Finding(DOES_NOT_APPLY, "There is no version before.")
        return Finding(NO, "How the question differs from the published review is not stated.")
    since = results.get("declared", {}).get("since", {}).get("amendments", ())
    touching = [one for one in since if any(_is_question(key) for key in one["keys"])]
    if not touching:
        return Finding(YES, f"No amendment since version {before} is about the question.")
    told = " ".join(f"{sentence(one['what'])} Why: {sentence(one['why'])}" for one in touching)
    return Finding(YES, told)


def _is_question(key: str) -> bool:
    return key in ("review", "review.question") or key.split(".")[0] == "pico"


def funding(results: Row, protocol: Row) -> Finding:
    return stated(results["review"].get("funding"), "Who pays for the review is not stated.")


def interests(results: Row, protocol: Row) -> Finding:
    return stated(results["review"].get("interests"), "Competing interests are not stated.")


def people(results: Row, protocol: Row) -> Finding:
    review = results["review"]
    named = [f"{one['name']}: {', '.join(one['roles'])}" for one in review.get("authors", ())]
    named = named or [f"{one['id']}: {one['role']}" for one in review.get("team", ())]
    return stated("; ".join(named), "Authors and their roles are not stated.")


def materials(results: Row, protocol: Row) -> Finding:
    told = "Every number of the page is in results.json, and the tables are in a data package; "
    return Finding(YES, f"{told}licence: {sentence(results['review']['licence'])}")


# ---- how it is made --------------------------------------------------------------------------


def rules_of_eligibility(results: Row, protocol: Row) -> Finding:
    n = sum(bool(rule.get("rule")) for rule in results["eligibility"])
    if not n:
        return Finding(NO, "No rule of eligibility has been decided yet.")
    return Finding(YES, f"{words.counted(n, 'rule')} of eligibility decided.")


def no_open_question(results: Row, protocol: Row) -> Finding:
    n = sum(bool(rule.get("question")) for rule in results["eligibility"])
    if not n:
        return Finding(YES, "No question of eligibility is open.")
    are = "question of eligibility is" if n == 1 else "questions of eligibility are"
    return Finding(NO, f"{n:,} {are} open.")


def groups(results: Row, protocol: Row) -> Finding:
    n = len(results["analyses"])
    told = f"{words.counted(n, 'analysis', 'analyses')}; which groups of patients count is "
    return Finding(YES, f"{told}part of the protocol of each.")


def selection(results: Row, protocol: Row) -> Finding:
    asked = results["screening"]["screeners_required"]
    stages = [
        f"{words.counted(asked[stage], 'person', 'people')} by {STAGES[stage]}"
        for stage in results["screening"]["stages"]
    ]
    told = f"Each record is judged by {', then '.join(stages)}, each in a file of their own"
    return Finding(YES, f"{told}; no program excludes anything.")


def extraction(results: Row, protocol: Row) -> Finding:
    taken = results["provenance"]
    by = words.counted(taken["extractors"], "person", "people")
    rows = words.counted(taken["rows"], "row of values", "rows of values")
    told = f"Each study is extracted by {by}; of {rows}, {taken['checked']:,} checked by another"
    return Finding(YES, f"{told} person.")


def corrections(results: Row, protocol: Row) -> Finding:
    n = len(results["provenance"]["corrections"])
    told = "A corrected value is listed with its reason, old and new"
    return Finding(YES, f"{told}: {words.counted(n, 'correction')} so far.")


def outcomes(results: Row, protocol: Row) -> Finding:
    return Finding(YES, f"{words.counted(len(results['outcomes']), 'outcome')}, each defined.")


def variables(results: Row, protocol: Row) -> Finding:
    tables = results["codebook"]
    n = sum(len(table["schema"]["fields"]) for table in tables)
    if not n:
        return Finding(NO, "The columns of the tables are not described.")
    told = f"{words.counted(n, 'column')} in {words.counted(len(tables), 'table')}"
    return Finding(YES, f"{told}, each described with what it may hold.")


def bias_tools(results: Row, protocol: Row) -> Finding:
    judged = results["risk_of_bias"]
    if not judged["asked"]:
        return Finding(NO, "The protocol names no tool for risk of bias.")
    tools = ", ".join(tool["title"] for tool in judged["tools"])
    return Finding(YES, f"{tools}; {words.counted(judged['raters'], 'person', 'people')} a study.")


def measures(results: Row, protocol: Row) -> Finding:
    told = "Shares of patients with their intervals"
    asked = {one["measure"]: MEASURES[one["measure"]] for one in protocol.get("contrasts", ())}
    compared = f"; comparisons by {_listed(asked.values())}" if asked else ""
    return Finding(YES, f"{told}{compared}.")


def preparation(results: Row, protocol: Row) -> Finding:
    told = "Arms of one study are summed; shares are of patients whose outcome is known, and "
    return Finding(YES, f"{told}bounds show what the unknown ones could change.")


def display(results: Row, protocol: Row) -> Finding:
    told = "Each analysis has a plot and a table of its studies as soon as it has any; a summary "
    return Finding(YES, f"{told}of findings stands over all of them.")


def models(results: Row, protocol: Row) -> Finding:
    used = Counter(_model(model_names.of(analysis)) for analysis in protocol["analyses"])
    told = "; ".join(
        f"{words.counted(n, 'analysis', 'analyses')} by {model}"
        for model, n in sorted(used.items())
    )
    return stated(told, "The protocol has no analysis.")


def _model(model: model_names.Model) -> str:
    if model.method == model_names.GLMM:
        return "a binomial-normal model of the counts (random effects on logits)"
    kind = "common-effect" if model.method == "EE" else "random-effects"
    return f"a {kind} model of {SCALES[model.measure]} ({model.method})"


def subgroups_planned(results: Row, protocol: Row) -> Finding:
    n = sum(bool(analysis.get("subgroups")) for analysis in protocol["analyses"])
    if not n:
        return Finding(NO, "No analysis of the protocol names subgroups.")
    named = words.counted(n, "analysis", "analyses")
    return Finding(YES, f"{named} with subgroups named in the protocol.")


def sensitivity_planned(results: Row, protocol: Row) -> Finding:
    told = "Each analysis is repeated without each study, with other models, and with the unknown "
    return Finding(YES, f"{told}outcomes counted either way.")


def reporting_bias_method(results: Row, protocol: Row) -> Finding:
    told = "Small studies are held against large ones where there are enough of them; people judge "
    return Finding(YES, f"{told}publication bias as a part of certainty.")


def certainty_method(results: Row, protocol: Row) -> Finding:
    level = protocol.get("certainty", {}).get("starting_level", "high").replace("_", " ")
    return Finding(YES, f"GRADE for overall prognosis, adapted; ratings start at {level}.")


def repeated_looks(results: Row, protocol: Row) -> Finding:
    told = "The review estimates at each look; no significance test is made from one version to "
    return Finding(YES, f"{told}the next.")


def triggers(results: Row, protocol: Row) -> Finding:
    n = len(protocol.get("triggers", ()))
    if not n:
        return Finding(NO, "The protocol names no trigger of an update.")
    told = f"{words.counted(n, 'trigger')} in the protocol"
    return Finding(YES, f"{told} of when an update is due to be published.")


# ---- how studies are looked for --------------------------------------------------------------


def strategies(results: Row, protocol: Row) -> Finding:
    every = results["strategies"]
    if not every:
        return Finding(NO, "The protocol has no search strategy.")
    named = "; ".join(f"{one['id']} ({one['source']} by {one['platform']})" for one in every)
    n = words.counted(len(every), "strategy", "strategies")
    return Finding(YES, f"{n} in full, as typed: {sentence(named)}")


def notes_on_strategies(results: Row, protocol: Row) -> Finding:
    every = results["strategies"]
    if not every:
        return Finding(NO, "The protocol has no search strategy.")
    named = ", ".join(one["id"] for one in every)
    told = (
        f"The note of each strategy ({named}) stands in full; it is to say where the query comes "
    )
    return Finding(PART, f"{told}from, its limits and its filters.")


def databases(results: Row, protocol: Row) -> Finding:
    named = {f"{one['source']} by {one['platform']}" for one in results["strategies"]}
    named |= {
        f"{one['source']} by {one['platform']}" if one.get("platform") else one["source"]
        for one in results["searches"]
        if one.get("method") == "databases"
    }
    return stated("; ".join(sorted(named)), "No database is named.")


def one_source_each(results: Row, protocol: Row) -> Finding:
    if not results["strategies"]:
        return Finding(NO, "The protocol has no search strategy.")
    return Finding(YES, "Each strategy is run in one database on one platform.")


def registers(results: Row, protocol: Row) -> Finding:
    return _by(results, ("registers",), "No study registry is among the sources.")


def browsing(results: Row, protocol: Row) -> Finding:
    otherwise = "No website and no organisation is among the sources."
    return _by(results, ("websites", "organisations"), otherwise)


def citation_searching(results: Row, protocol: Row) -> Finding:
    return _by(results, ("citations",), "No list of cited or citing works is among the sources.")


def hand_searching(results: Row, protocol: Row) -> Finding:
    return _by(results, ("hand",), "No other way of searching is among the sources.")


def contacts(results: Row, protocol: Row) -> Finding:
    asked = [
        one
        for one in results["provenance"]["value_sources"]
        if one.get("obtained") == "from_authors"
    ]
    if not asked:
        return Finding(NO, "No value was told by authors, and nobody says whether any were asked.")
    return Finding(PART, f"{words.counted(len(asked), 'value')} told by the authors of studies.")


def updating(results: Row, protocol: Row) -> Finding:
    days = words.counted(protocol["search"]["outdated_after_days"], "day")
    told = "Each search is made again, and only what it did not bring before is read; the page "
    return Finding(YES, f"{told}counts as outdated {days} after the last complete search.")


def press(results: Row, protocol: Row) -> Finding:
    told = "; ".join(f"{one['id']}: {one['press']}" for one in results["strategies"])
    return stated(told, "The protocol has no search strategy.")


def _by(results: Row, methods: Iterable[str], otherwise: str) -> Finding:
    """The sources that were searched in one of these ways, as flow.methods calls them."""
    wanted = set(methods)
    named = sorted({one["source"] for one in results["searches"] if one.get("method") in wanted})
    return stated("; ".join(named), otherwise)


def _listed(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))


FINDINGS = {
    finding.__name__: finding
    for finding in (
        *(title, short_answers, question, version, version_before, registration),
        *(protocol_version, amendments, question_changed, funding, interests, people, materials),
        *(rules_of_eligibility, no_open_question, groups, selection, extraction, corrections),
        *(outcomes, variables, bias_tools, measures, preparation, display, models),
        *(subgroups_planned, sensitivity_planned, reporting_bias_method, certainty_method),
        *(repeated_looks, triggers, strategies, notes_on_strategies, databases, one_source_each),
        *(registers, browsing, citation_searching, hand_searching, contacts, updating, press),
    )
}
