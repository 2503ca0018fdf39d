"""What this page reports of what came out of the review; see `reported`."""

from collections.abc import Mapping
from typing import Any

from living_review.flow import methods
from living_review.report import reported, words
from living_review.report.reported import DOES_NOT_APPLY, NO, PART, YES, Finding, sentence

Row = Mapping[str, Any]

NO_RESULT = "No analysis has a study that people have included on its full text."
NONE_INCLUDED = "No study is included yet."


# ---- what was found --------------------------------------------------------------------------


def sources(results: Row, protocol: Row) -> Finding:
    last: dict[str, str] = {}
    for one in results["searches"]:
        day = str(one.get("searched_on") or one["date"])[:10]
        last[one["source"]] = max(day, last.get(one["source"], ""))
    if not last:
        return Finding(NO, "No records have come in yet.")
    named = "; ".join(f"{source} (last on {day})" for source, day in sorted(last.items()))
    return Finding(YES, f"{words.counted(len(last), 'source')}: {sentence(named)}")


def every_strategy_searched(results: Row, protocol: Row) -> Finding:
    day = results["status"]["searched_on"]
    if not results["strategies"]:
        return Finding(NO, "The protocol has no search strategy.")
    if not day:
        return Finding(NO, "Not every strategy of the protocol has been run yet.")
    return Finding(YES, f"Every strategy was run last on {day} or later.")


def records_of_sources(results: Row, protocol: Row) -> Finding:
    found = results["flow"].get("sources", ())
    if not found:
        return Finding(NO, "No records have come in yet.")
    named = "; ".join(f"{one['name']}: {words.counted(one['found'], 'record')}" for one in found)
    return Finding(YES, sentence(named))


def deduplication(results: Row, protocol: Row) -> Finding:
    if not results["flow"]["recorded"]:
        return Finding(NO, "No records have come in yet.")
    n = words.counted(_n(results, "duplicates"), "duplicate")
    told = f"{n} taken out. This program compares records in pairs by identifiers, title, authors "
    return Finding(YES, f"{told}and source; people decide where it is in doubt.")


def flow(results: Row, protocol: Row) -> Finding:
    if not results["flow"]["recorded"]:
        return Finding(NO, "No records have come in yet.")
    n = {box: _n(results, box) for box in ("identified", "screened", "assessed", "included")}
    told = f"{words.counted(n['identified'], 'record')} identified, {n['screened']:,} screened"
    reports = words.counted(n["assessed"], "report")
    return Finding(YES, f"{told}, {reports} assessed, {n['included']:,} included.")


def flow_before(results: Row, protocol: Row) -> Finding:
    previous = results["flow"]["previous"]
    if previous is None and len(results["versions"]["every"]) < 2:
        return Finding(DOES_NOT_APPLY, "There is no version before.")
    if previous is None:
        return Finding(NO, "The flow is shown for all versions together.")
    n = words.studies(previous["studies"])
    return Finding(PART, f"The figure shows {n} of the version before, apart from what came since.")


def excluded(results: Row, protocol: Row) -> Finding:
    if not results["flow"]["recorded"] or not _n(results, "assessed"):
        return Finding(NO, "No report has been assessed on its full text yet.")
    n = words.counted(_n(results, "ineligible"), "report")
    return Finding(YES, f"{n} excluded on the full text, each with its reason.")


def included(results: Row, protocol: Row) -> Finding:
    n = len(_included(results))
    if not n:
        return Finding(NO, NONE_INCLUDED)
    return Finding(YES, f"{words.studies(n)} with characteristics and reports.")


def bias_judged(results: Row, protocol: Row) -> Finding:
    """By included study; a judgement is one that stands over the items, made by people."""
    studies = _included(results)
    judged = {one["study_id"] for one in results["risk_of_bias"]["studies"] if one["overall"]}
    n = len(studies & judged)
    if not studies:
        return Finding(NO, NONE_INCLUDED)
    told = f"Risk of bias is judged in {n:,} of {words.studies(len(studies))}."
    return Finding(YES if n == len(studies) else PART if n else NO, told)


def results_of_studies(results: Row, protocol: Row) -> Finding:
    n = len(_with_result(results))
    if not n:
        return Finding(NO, NO_RESULT)
    told = (
        f"{n:,} of {words.counted(len(results['analyses']), 'analysis', 'analyses')} with studies"
    )
    return Finding(YES, f"{told}; each study with its counts, share and exact interval.")


def syntheses(results: Row, protocol: Row) -> Finding:
    found = _with_result(results)
    if not found:
        return Finding(NO, NO_RESULT)
    modelled = sum(bool(one["synthesis"]["main"]["proportion"]) for one in found)
    told = f"{words.counted(modelled, 'analysis', 'analyses')} pooled by a model"
    crude = len(found) - modelled
    return Finding(YES, f"{told}, {crude:,} shown as crude totals.")


def subgroups_found(results: Row, protocol: Row) -> Finding:
    n = sum(bool(one["synthesis"]["subgroups"]) for one in _with_result(results))
    if not n:
        return Finding(NO, "No analysis has results in subgroups.")
    return Finding(YES, f"{words.counted(n, 'analysis', 'analyses')} with results in subgroups.")


def sensitivity_found(results: Row, protocol: Row) -> Finding:
    n = sum(bool(one["synthesis"]["sensitivity"]) for one in _with_result(results))
    if not n:
        return Finding(NO, NO_RESULT)
    named = words.counted(n, "analysis", "analyses")
    return Finding(YES, f"{named} with sensitivity analyses.")


def reporting_bias_found(results: Row, protocol: Row) -> Finding:
    found = _with_result(results)
    if not found:
        return Finding(NO, NO_RESULT)
    n = sum(not one["synthesis"]["small_study"].get("refused") for one in found)
    told = f"Asymmetry was tested in {n:,} of {words.counted(len(found), 'analysis', 'analyses')}"
    return Finding(YES, f"{told}; where it was not, the page says why.")


def certainty_rated(results: Row, protocol: Row) -> Finding:
    found = _with_result(results)
    if not found:
        return Finding(NO, NO_RESULT)
    n = sum(one["certainty"]["rating"]["state"] == "rated" for one in found)
    told = f"{n:,} of {words.counted(len(found), 'result')} rated."
    return Finding(YES if n == len(found) else PART if n else NO, told)


def results_changed(results: Row, protocol: Row) -> Finding:
    before = results["versions"]["before"]
    if not before:
        return Finding(DOES_NOT_APPLY, "There is no version before.")
    n = words.counted(len(results["changes"]), "result")
    return Finding(YES, f"{n} held against version {before}, with the studies that moved them.")


def why_this_version(results: Row, protocol: Row) -> Finding:
    versions = results["versions"]
    this = [one for one in versions["every"] if one["version"] == versions["this"]]
    if not this:
        return Finding(NO, "This state of the review is not a published version.")
    return reported.stated("; ".join(this[0]["why"]), "Why this version was published is not told.")


def _with_result(results: Row) -> list[Row]:
    """The analyses that rest on included studies with a known outcome."""
    return [one for one in results["analyses"] if one["synthesis"]["main"]["n_known"]]


def _included(results: Row) -> set[str]:
    return {
        one["study_id"]
        for one in results["studies"]
        if one["status"] == "included" and not one["out"]
    }


def _n(results: Row, box: str) -> int:
    """Records or reports in a box of the flow, in both of its columns."""
    columns = results["flow"]["columns"]
    return sum(columns[name][box]["n"] for name in methods.COLUMNS)


FINDINGS = {
    finding.__name__: finding
    for finding in (
        *(sources, every_strategy_searched, records_of_sources, deduplication, flow, flow_before),
        *(excluded, included, bias_judged, results_of_studies, syntheses, subgroups_found),
        *(sensitivity_found, reporting_bias_found, certainty_rated, results_changed),
        why_this_version,
    )
}
