"""A run keeps everything that Medline has, or nothing at all."""

import csv
import gzip
import random
from datetime import date
from pathlib import Path

import pytest
from eutils.records import article_set
from eutils.server import Fault, StandIn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from search_cases import QUERY, SEARCH, STRATEGY, Searching, last, paper, serve, written

from living_review import events, records, runs
from living_review.errors import ReviewError, SearchError
from living_review.search import partition


@pytest.fixture
def medline(tmp_path, monkeypatch):
    """Thirty records that the query finds, and one that it doesn't."""
    monkeypatch.chdir(tmp_path)
    off = paper(900, title="Invented series 900 of nephrectomy")
    with serve(tmp_path / "medline", *map(paper, range(1, 31)), off) as server:
        yield server


@pytest.fixture
def searching(medline):
    return Searching(medline)


def pmids(run, change):
    return sorted(run.pmids(change), key=int)


def fetched(run, name=runs.RECORDS):
    found, quarantined = records.read(run.folder / name, "pubmed_xml", run.id)
    assert quarantined.empty
    return sorted(found["pmid"], key=int)


# --- months -----------------------------------------------------------------------------------


def test_the_first_run_has_everything(searching):
    """count = unique = fetched + not retrievable, and the records lie there."""
    counts = searching.run().told["counts"]
    assert (counts["found"], counts["unique"], counts["fetched"]) == (30, 30, 30)
    assert fetched(last()) == [str(number) for number in range(1, 31)]
    assert last().found == {str(number) for number in range(1, 31)}


def test_a_folder_says_what_was_asked(searching):
    """Query as typed, sent and understood; versions; digests that fit the files."""
    run = searching.run({**STRATEGY, "query": "ablation[tiab]\n  NOT  xyzzy[tiab]\n"})
    assert run.told["query"]["typed"] == "ablation[tiab]\n  NOT  xyzzy[tiab]\n"
    assert run.told["query"]["sent"] == "ablation[tiab] NOT xyzzy[tiab]"
    assert "ablation" in run.told["query"]["translated"]
    assert {"living-review", "lxml", "requests", "python"} <= set(run.told["software"])
    names = {path.name for path in run.folder.iterdir()}
    assert names == {"run.json", "README.md", "found.txt.gz", "pmids.csv", "records.xml.gz"}
    readme = (run.folder / "README.md").read_text()
    assert all(f"**{item}, " in readme for item in (1, 2, 8, 9, 12, 13, 14, 15))


def test_a_month_without_news(searching):
    """A folder says so; no record is fetched twice."""
    searching.run()
    searching.months_later()
    run = searching.run()
    assert run.told["counts"]["fetched_before"] == 30
    assert run.told["counts"]["fetched"] == 0
    assert not (run.folder / runs.RECORDS).exists()
    assert run.changes == []


def test_a_month_with_news(searching):
    """Only what no run had is fetched; it is new even if it entered Medline long before."""
    searching.run()
    searching.months_later()
    searching.medline.add(article_set(paper(31, entered=date(1999, 1, 1)), paper(32)))
    run = searching.run()
    assert pmids(run, runs.NEW) == ["31", "32"]
    assert fetched(run) == ["31", "32"]
    asked = [
        request.params["id"]
        for request in searching.medline.requests[-3:]
        if request.utility == "efetch"
    ]
    assert asked == ["31,32"]


def test_the_same_day_again(searching):
    """Nothing is doubled: the last run stands; news of the same day get a folder of their own."""
    first = searching.run()
    before = written()
    assert searching.run() == first
    assert written() == before
    searching.medline.add(paper(31))
    assert searching.run().id == f"{first.id}-2"
    assert runs.known(runs.read()).keys() == {str(number) for number in range(1, 32)}


def test_what_left_and_came_back(searching):
    """Deleted records are told from those that the query no longer finds."""
    searching.run()
    searching.months_later()
    searching.medline.remove("1")
    searching.medline.add(paper(2, title="Invented series 2, renamed"))
    run = searching.run()
    assert pmids(run, runs.GONE) == ["1", "2"]
    words = [one["words"] for one in run.told["health"]["findings"]]
    assert words == [
        "No longer in Medline, deleted or merged: PMID 1.",
        "No longer found by the query, but in Medline still: PMID 2.",
    ]
    searching.months_later()
    searching.medline.add(paper(2))
    run = searching.run()
    assert pmids(run, runs.BACK) == ["2"]
    assert run.told["counts"]["fetched"] == 0


def test_records_that_medline_does_not_give(searching):
    """They are counted and named, and asked for again the next time."""
    searching.medline.unavailable = {"7"}
    run = searching.run()
    counts = run.told["counts"]
    assert (counts["found"], counts["fetched"], counts["not_retrievable"]) == (30, 29, 1)
    assert pmids(run, runs.NOT_RETRIEVABLE) == ["7"]
    searching.months_later()
    searching.medline.unavailable = set()
    assert fetched(searching.run()) == ["7"]


def test_a_short_page_is_fetched_singly(searching):
    """PubMed leaves records out now and then; alone they come."""
    searching.medline.fail("efetch", Fault.SHORT_PAGE, times=1)
    assert searching.run().told["counts"]["fetched"] == 30


def test_revised_records_are_fetched_again(searching):
    """Those of which Medline's day of revision is another one; each once."""
    searching.run()
    searching.months_later()
    searching.medline.add(
        paper(5, revised=searching.now.date(), title="Series 5 of ablation, final")
    )
    run = searching.run()
    assert pmids(run, runs.REVISED) == ["5"]
    assert fetched(run, runs.REFRESHED) == ["5"]
    searching.months_later()
    assert searching.run().changes == []


def test_known_records_that_left_the_answer_are_still_watched(searching):
    """A paper that the query no longer finds can be retracted too."""
    searching.run()
    searching.months_later()
    searching.medline.add(paper(2, title="Renamed"))
    searching.run()
    searching.months_later()
    notice = (("RetractionIn", "901", "Invented J 2026"),)
    searching.medline.add(paper(2, title="Renamed", revised=searching.now.date(), comments=notice))
    searching.run()
    assert [(one.record_id, one.kind, one.notice) for one in events.read()] == [
        ("pmid:2", "retraction", "pmid:901")
    ]


def test_abstracts_are_taken_out_unless_they_may_be_kept(searching):
    searching.run()
    assert b"<Abstract>" not in gzip.decompress((last().folder / runs.RECORDS).read_bytes())
    searching.months_later()
    searching.medline.add(paper(31))
    searching.run(search={**SEARCH, "keep_abstracts": True})
    assert b"<Abstract>" in gzip.decompress((last().folder / runs.RECORDS).read_bytes())


# --- faults -----------------------------------------------------------------------------------

# Answers after which nothing else is asked, since a second try can't help or would do harm.
FINAL = {Fault.REDIRECT, Fault.BLOCKED}
# Faults that leave nothing out in the end, however long they last: late or in another order, with
# a record too many or too few, which is then asked for alone.
HARMLESS = {Fault.SLOW, Fault.SHORT_PAGE, Fault.REORDERED, Fault.EXTRA_RECORD, Fault.NEW_DTD}
OF_ESEARCH = {Fault.COUNT_LIES, Fault.EMPTY_RESULT, Fault.DUPLICATE_IDS, Fault.EMPTY_LIST}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What a run writes when nothing goes wrong, without the number of requests."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        off = paper(900, title="Invented series 900 of nephrectomy")
        with serve(folder / "medline", *map(paper, range(1, 31)), off) as server:
            Searching(server).run()
            return _comparable()


def _comparable():
    kept = written()
    return {path: content for path, content in kept.items() if not path.endswith("run.json")}


@pytest.mark.parametrize("utility", ["esearch", "efetch"])
@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_a_fault_that_passes(searching, undisturbed, fault, utility):
    """The same bytes as without it; or nothing at all, and the next run has them."""
    searching.medline.fail(utility, fault, times=1)
    if fault in FINAL:
        with pytest.raises(SearchError):
            searching.run()
        assert written() == {}
    if (utility, fault) == ("esearch", Fault.EMPTY_RESULT):
        assert searching.run().told["counts"]["found"] == 0  # a first result can be empty
        assert searching.run().told["counts"]["fetched"] == 30
    else:
        searching.run()
        assert _comparable() == undisturbed


@pytest.mark.parametrize("utility", ["esearch", "efetch"])
@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_a_fault_that_lasts(searching, fault, utility):
    """Nothing is added to what is there, and the log says that the search failed."""
    searching.attempt()
    before = written()
    searching.months_later()
    searching.medline.add(paper(31))
    searching.medline.fail(utility, fault, times=None)
    (made,) = searching.attempt()
    if fault in HARMLESS or (utility == "efetch" and fault in OF_ESEARCH):
        assert fetched(last()) == ["31"]
    else:
        assert (made.outcome, searching.log()[-1]["outcome"]) == ("failed", "failed")
        assert written() == before
    searching.medline.heal()
    searching.months_later()
    searching.attempt()
    assert runs.known(runs.read()).keys() == {str(number) for number in range(1, 32)}


@pytest.mark.parametrize("at", random.Random(1).sample(range(20_000), 40))
def test_cut_off_at_any_byte(searching, undisturbed, at):
    """An answer that ends too early is asked for again."""
    for utility in ("esearch", "efetch"):
        searching.medline.fail(utility, Fault.TRUNCATED_QUIETLY, times=1, at=at)
    searching.run()
    assert _comparable() == undisturbed


def test_no_record_where_there_were_some_is_no_result(searching):
    """Zero hits for a query that had hits: an incident."""
    searching.attempt()
    searching.months_later()
    searching.medline.fail("esearch", Fault.EMPTY_RESULT, times=None)
    (made,) = searching.attempt()
    assert made.outcome == "failed"
    assert "no record at all, but 30 on 2026-08-03" in made.words
    assert len(runs.read()) == 1


def test_a_query_that_finds_nothing_is_a_result_at_first(searching):
    assert searching.run({**STRATEGY, "query": "xyzzy[tiab]"}).told["counts"]["found"] == 0


def test_a_query_that_can_not_be_read_is_not_asked_for_ever(searching):
    """PubMed answers it as it answers its own failures."""
    with pytest.raises(SearchError, match=r"the query may be at fault.*3 tries"):
        searching.run({**STRATEGY, "query": "(( ablation[tiab]"})


def test_a_strategy_that_fails_does_not_stop_the_others(searching):
    wrong = {**STRATEGY, "id": "pubmed_0", "query": "(( ablation[tiab]"}
    made = searching.attempt({**SEARCH, "strategies": [wrong, STRATEGY]})
    assert [(one.strategy_id, one.outcome) for one in made] == [
        ("pubmed_0", "failed"),
        ("pubmed_1", "complete"),
    ]


def test_strategies_of_other_platforms_are_for_people(searching):
    embase = {**STRATEGY, "platform": "Ovid"}
    with pytest.raises(ReviewError, match="none has the platform PubMed"):
        searching.attempt({**SEARCH, "strategies": [embase]})


def test_a_record_that_enters_while_a_search_is_under_way(searching):
    """It counts in the next one."""
    searching.run()
    searching.medline.add(paper(31))
    assert fetched(searching.run()) == ["31"]


# --- beyond the wall --------------------------------------------------------------------------


@given(
    days=st.lists(st.dates(date(1980, 1, 1), date(2026, 7, 1)), min_size=1, max_size=60),
    wall=st.integers(5, 30),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_more_than_the_wall_lets_through(tmp_path_factory, days, wall):
    """Parts by day, and by PMID within a day, add up to the whole."""
    papers = [paper(number, entered=day) for number, day in enumerate(days, 1)]
    with serve(tmp_path_factory.mktemp("medline"), *papers) as medline:
        medline.wall = wall
        found, parts = partition.whole(Searching(medline).pubmed(wall), QUERY)
    assert sorted(map(int, found.pmids)) == list(range(1, len(days) + 1))
    assert (not parts) == (len(days) <= wall)
    assert not parts or sum(part.count for part in parts) == len(days)


def test_thousands_on_one_day(searching):
    """A back-file enters on one day; it is asked for by PMID."""
    searching.medline.add(article_set(*(paper(n, entered=date(2024, 1, 1)) for n in range(31, 91))))
    searching.medline.wall = 8
    run = searching.run(wall=8)
    assert run.told["counts"]["fetched"] == 90
    assert any("[uid]" in part["term"] for part in run.told["query"]["parts"])


# --- what no search may do --------------------------------------------------------------------


def test_no_secret_is_written_or_logged(medline, caplog):
    """Neither key nor email nor what a failed answer says, in a file, a log or an address."""
    caplog.set_level(0)
    searching = Searching(medline, key="S3CRETKEY", email="ann@example.org")
    searching.attempt()
    for number, fault in enumerate(Fault):
        medline.fail("esearch", fault, times=None)
        searching.months_later()
        searching.attempt()
        medline.heal()
        medline.add(paper(100 + number))
    told = caplog.text.encode() + b"".join(
        path.read_bytes() for path in Path().rglob("*") if path.is_file()
    )
    told += b"".join(gzip.decompress(path.read_bytes()) for path in Path().rglob("*.gz"))
    told += "".join(request.url for request in medline.requests).encode()
    for secret in (b"S3CRETKEY", b"ann@example.org", b"ann%40example.org", b"WWW Error 500"):
        assert secret not in told
    sent = [request.params for request in medline.requests]
    assert all(one["api_key"] == "S3CRETKEY" and one["email"] == "ann@example.org" for one in sent)
    assert all(request.method == "POST" for request in medline.requests)


def test_no_table_that_people_edit_can_stop_a_search(searching):
    """They are searched for ids and never read as tables."""
    for name in ("extraction/studies.csv", "decisions/screening/ann.csv", "imports/manifest.csv"):
        path = Path("resources", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b'\xff\xfe\x00"unclosed,,,\n;;\tpmid:3,include,"')
    assert searching.run().told["counts"]["fetched"] == 30


# --- health -----------------------------------------------------------------------------------


def kinds(run):
    return [one["kind"] for one in run.told["health"]["findings"]]


def test_a_sound_search_says_nothing(searching):
    assert kinds(searching.run()) == []


def test_a_phrase_that_pubmed_ignores(searching):
    searching.medline.phrases_missing = {"cold ablation"}
    run = searching.run({**STRATEGY, "query": 'ablation[tiab] OR "cold ablation"[tiab]'})
    assert kinds(run) == ["phrase"]
    assert "cold ablation" in run.told["health"]["findings"][0]["words"]


def test_a_translation_that_changed(searching):
    strategy = {**STRATEGY, "query": 'ablation[tiab] OR "Cryosurgery"[Mesh]'}
    searching.run(strategy)
    searching.months_later()
    searching.medline.vocabulary_year = 2027
    assert kinds(searching.run(strategy)) == ["translation_changed"]


@pytest.mark.parametrize(("removed", "told"), [(14, False), (16, True)])
def test_a_count_that_fell(searching, removed, told):
    """By more than the protocol's share, which is a half here."""
    searching.run()
    searching.months_later()
    for number in range(1, removed + 1):
        searching.medline.remove(str(number))
    assert ("count" in kinds(searching.run())) == told


def test_a_query_changed_under_its_id(searching):
    """Counts of two queries are not compared."""
    searching.run()
    searching.months_later()
    run = searching.run({**STRATEGY, "query": "nephrectomy[tiab]"})
    assert kinds(run) == ["strategy_changed"]
    assert pmids(run, runs.GONE) == []
    assert fetched(run) == ["900"]


def test_a_new_strategy_fetches_only_what_no_other_had(searching):
    searching.run()
    run = searching.run(
        {**STRATEGY, "id": "pubmed_2", "query": "ablation[tiab] OR nephrectomy[tiab]"}
    )
    assert fetched(run) == ["900"]
    assert kinds(run) == []


def hold_relevant(*ids):
    path = Path("resources/decisions/screening/ann.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as lines:
        rows = [[f"ann-{n}", one, "ann", "full_text", "include", ""] for n, one in enumerate(ids)]
        csv.writer(lines).writerows([*rows, ["x", "pmid:8", "ann", "full_text", "exclude", ""]])


def test_relevant_records_that_the_query_misses(searching):
    """By PMID and by DOI; what is not in Medline counts for nothing."""
    hold_relevant(
        "pmid:1", "doi:10.5555/INVENTED.2", "pmid:900", "pmid:77777", "rec:0123456789abcdef"
    )
    recall = searching.run().told["health"]["recall"]
    assert (recall["in_medline"], recall["found"]) == (3, 2)
    assert recall["recall"] == pytest.approx(2 / 3)
    assert [one["pmid"] for one in recall["missed"]] == ["900"]
    assert recall["not_in_medline"] == ["pmid:77777"]
    assert recall["not_checked"] == ["0123456789abcdef"]
    assert kinds(last()) == ["missed"]


# --- retractions ------------------------------------------------------------------------------


def test_a_relevant_record_is_looked_at_each_month(searching):
    """Also one that the query never found, and that is known by its DOI alone."""
    hold_relevant("doi:10.5555/invented.900")
    searching.run()
    searching.months_later()
    retracted = paper(
        900,
        title="Invented series 900 of nephrectomy",
        publication_types=("Journal Article", "Retracted Publication"),
    )
    searching.medline.add(retracted)
    run = searching.run()
    assert run.told["counts"]["events"] == 1
    (event,) = events.read()
    assert (event.record_id, event.doi) == ("pmid:900", "10.5555/invented.900")
    assert (event.kind, event.seen_on) == ("retraction", "2026-09-02")


def test_events_are_told_once(searching):
    """A retraction, a concern, an erratum and an update, each in the run that met it first."""
    searching.run()
    searching.months_later()
    day = searching.now.date()
    for number, kind in enumerate(
        ("RetractionIn", "ExpressionOfConcernIn", "ErratumIn", "UpdateIn", "CommentIn"), 1
    ):
        comments = ((kind, str(950 + number), "Invented J 2026;1:1"),)
        searching.medline.add(paper(number, revised=day, comments=comments))
    searching.run()
    told = [(one.record_id, one.kind) for one in events.read()]
    assert told == [
        ("pmid:1", "retraction"),
        ("pmid:2", "expression_of_concern"),
        ("pmid:3", "erratum"),
        ("pmid:4", "update"),
    ]
    searching.months_later()
    assert searching.run().told["counts"]["events"] == 0
    assert len(list(Path(events.FOLDER).iterdir())) == 1


def test_events_of_a_search_that_was_killed_stay(searching, monkeypatch):
    """It kept them before its folder; the next search of the day adds, and replaces nothing."""
    retraction = (("RetractionIn", "901", "Invented J 2026"),)
    searching.medline.add(paper(1, comments=retraction))
    with monkeypatch.context() as patch:
        patch.setattr("living_review.files.settle", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            searching.run()
    assert [one.record_id for one in events.read()] == ["pmid:1"]
    searching.medline.add(paper(2, comments=retraction))
    assert searching.run().told["counts"]["events"] == 1
    assert [one.record_id for one in events.read()] == ["pmid:1", "pmid:2"]


# --- the log ----------------------------------------------------------------------------------


def test_every_attempt_is_a_line(searching):
    """Complete, nothing new, failed; with the counts and what was wrong."""
    searching.attempt()
    searching.months_later()
    searching.attempt()
    searching.months_later()
    searching.medline.fail("esearch", Fault.UNAVAILABLE, times=None)
    searching.attempt()
    log = searching.log()
    assert [line["outcome"] for line in log] == ["complete", "nothing_new", "failed"]
    assert [line["found"] for line in log] == ["30", "30", ""]
    assert log[2]["note"] == "esearch: HTTP 503, after 5 tries"


@pytest.mark.parametrize("name", ["run.json", "pmids.csv", "found.txt.gz"])
def test_an_earlier_run_that_is_damaged(searching, name):
    """The search fails by name and in the log, so that no page looks current; nothing is lost."""
    searching.attempt()
    path = last().folder / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    searching.months_later()
    (made,) = searching.attempt()
    assert (made.outcome, searching.log()[-1]["outcome"]) == ("failed", "failed")
    assert str(path) in made.words
    assert "bring it back from git" in made.words
    path.write_bytes(whole)
    (made,) = searching.attempt()
    assert made.outcome == "nothing_new"


def test_the_log_names_what_to_look_at(searching):
    """And where it is said in full."""
    hold_relevant("pmid:900")
    searching.medline.unavailable = {"7"}
    searching.attempt()
    assert searching.log()[0]["note"] == (
        "30 found, 29 new, 1 not retrievable; to look at: not retrievable, missed; see "
        "resources/searches/2026-08-03-pubmed_1/README.md"
    )


def test_a_line_is_there_before_anything_is_asked(searching, monkeypatch):
    """What kills a search leaves a line that says so; a later one rights it if all was written."""

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("living_review.search.attempts.run", killed)
        with pytest.raises(KeyboardInterrupt):
            searching.attempt()
    assert [line["outcome"] for line in searching.log()] == ["interrupted"]
    searching.run()
    searching.months_later()
    searching.attempt()
    assert [line["outcome"] for line in searching.log()] == ["complete", "nothing_new"]


# --- real records -----------------------------------------------------------------------------


def test_real_odd_records_are_kept_as_they_are(shared_data, tmp_path, monkeypatch):
    """What is read from the folder of a run is what is read from NLM's own file."""
    monkeypatch.chdir(tmp_path)
    folder = shared_data / "medline" / "odd_records_share"
    with StandIn(folder) as medline:
        searching = Searching(medline)
        search = {**SEARCH, "keep_abstracts": True}
        run = searching.run({**STRATEGY, "query": "1:99999999[uid]"}, search)
    (path,) = folder.glob("*.xml")
    expected, _ = records.read(path, "pubmed_xml", run.id)
    kept, _ = records.read(run.folder / runs.RECORDS, "pubmed_xml", run.id)
    by_pmid = [
        table.drop(columns="position").drop_duplicates("pmid", keep="last").set_index("pmid")
        for table in (expected, kept)
    ]
    assert len(kept) > 200
    assert by_pmid[1].equals(by_pmid[0].loc[by_pmid[1].index])
