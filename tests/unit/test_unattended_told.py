"""People are told once of what they must know, in words that call nobody and hide nothing."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from clones import clone, environment_of_a_runner, git, remote, shown, tree, write
from github_stand_in import BOT, STRANGER, TOKEN, GitHubStandIn
from urllib3.util.retry import Retry

from living_review import git as of_git
from living_review.errors import ReviewError
from living_review.git import Git
from living_review.unattended import alarms, digest, listed, standing, words
from living_review.unattended.alarms import PAGE, RETRACTION, SEARCH, SILENCE
from living_review.unattended.github import GitHub, GitHubError

STRATEGIES = [{"id": "pubmed_1"}]
HOSTILE = (
    "Cold | ablation @ann #12 GH-3 <script>x</script> [a](http://evil.example) `b` www.c.example"
)


def attempt(time="2026-12-03T02:17:00Z", outcome="failed", strategy="pubmed_1", note="HTTP 503"):
    return {
        "time": time,
        "strategy_id": strategy,
        "outcome": outcome,
        "note": note,
        "found": "30",
        "fetched": "2",
        "gone": "0",
    }


def retraction(**more):
    return {
        "study_id": "doe_2026",
        "label": "Doe 2026",
        "record_id": "pmid:9",
        "kind": "retraction",
        "title": "Cold ablation",
        "notices": [{"seen_on": "2027-03-03", "notice": "pmid:10", "citation": ""}],
        "out": True,
        "standing": "undecided",
        **more,
    }


def results(*, retractions=(), attempts=(), **more):
    return {
        "waiting": {"lists": {"retractions": list(retractions)}},
        "attempts": list(attempts),
        "runs": [],
        "searches": [],
        "studies": [],
        "triggers": [],
        "status": {"words": "Searched on 2026-12-03."},
        **more,
    }


def waiting_row(number, kind="screen", what="Cold ablation"):
    return {
        "kind": kind,
        "id": f"pmid:{number}",
        "what": what,
        "to_do": "Decide on title and abstract",
        "where": "screen",
    }


@pytest.fixture
def github():
    with GitHubStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def client(github):
    return GitHub(*github.environment.values(), retry=Retry(0))


# --- issues -----------------------------------------------------------------------------------


def test_an_incomplete_search_opens_one_issue(github, client):
    """The next failure is a comment, the same one told again is nothing, success closes it."""
    for _ in range(2):
        alarms.tell(client, alarms.of_searches(STRATEGIES, [attempt()]), (SEARCH,))
    (issue,) = github.issues()
    assert issue["title"] == "The search by pubmed_1 is not complete"
    assert issue["labels"] == [alarms.LABEL]
    assert github.comments == {}
    again = [attempt(), attempt("2027-01-03T02:17:00Z", "interrupted")]
    for _ in range(2):
        alarms.tell(client, alarms.of_searches(STRATEGIES, again), (SEARCH,))
    assert len(github.issues()) == 1
    (comment,) = github.comments[issue["number"]]
    assert "2027" in comment["body"]
    done = [*again, attempt("2027-02-03T02:17:00Z", "nothing_new")]
    alarms.tell(client, alarms.of_searches(STRATEGIES, done), (SEARCH,))
    assert github.issues() == []
    assert github.comments[issue["number"]][-1]["body"] == alarms.OVER


def test_each_cause_has_its_own_issue(github, client):
    """Two strategies that fail are two issues; one that recovers closes its own alone."""
    strategies = [*STRATEGIES, {"id": "pubmed_2"}]
    failed = [attempt(), attempt(strategy="pubmed_2")]
    alarms.tell(client, alarms.of_searches(strategies, failed), (SEARCH,))
    assert len(github.issues()) == 2
    mended = [*failed, attempt("2027-01-03T02:17:00Z", "complete")]
    alarms.tell(client, alarms.of_searches(strategies, mended), (SEARCH,))
    assert [issue["title"] for issue in github.issues()] == [
        "The search by pubmed_2 is not complete"
    ]


def test_a_retraction_opens_an_issue_until_people_decide(github, client):
    told = results(retractions=[retraction()])
    for _ in range(2):
        alarms.tell(client, alarms.of_retractions(told), (RETRACTION,))
    (issue,) = github.issues()
    assert issue["title"] == "A study was retracted: Doe 2026"
    assert "out of all analyses" in issue["body"]
    later = {"seen_on": "2027-05-03", "notice": "pmid:11", "citation": ""}
    again = results(retractions=[retraction(notices=[*retraction()["notices"], later])])
    alarms.tell(client, alarms.of_retractions(again), (RETRACTION,))
    assert len(github.comments[issue["number"]]) == 1
    alarms.tell(client, alarms.of_retractions(results()), (RETRACTION,))
    assert github.issues() == []


def test_a_page_that_can_not_be_made_opens_an_issue(github, client):
    """With what has to be put right, told again where that changed; closed when it is made."""
    mistake = f"resources/extraction/outcomes.csv row 2: events is {HOSTILE!r}; allowed: a number"
    for _ in range(2):
        alarms.tell(client, [alarms.of_page(f"{mistake}\n\n{mistake}\n")], (PAGE,))
    (issue,) = github.issues()
    assert issue["title"] == "The page can't be made"
    assert issue["body"].count("\n- resources") == 2
    assert "@ann" not in issue["body"]
    assert "<script" not in issue["body"]
    assert github.comments == {}
    alarms.tell(client, [alarms.of_page("\n".join(["x is wrong"] * 99))], (PAGE,))
    (comment,) = github.comments[issue["number"]]
    assert "and 79 more" in comment["body"]
    alarms.tell(client, [], (RETRACTION, PAGE))
    assert github.issues() == []


def test_an_issue_of_another_kind_is_left_alone(github, client):
    """So is what people wrote, labelled or not."""
    alarms.tell(client, alarms.of_searches(STRATEGIES, [attempt()]), (SEARCH,))
    github.open_issue("By a person", "Look at this", [alarms.LABEL], by="ann")
    alarms.tell(client, [], (RETRACTION, SILENCE))
    assert len(github.issues()) == 2


def test_strangers_can_not_silence_an_alarm(github, client):
    """A mark copied into an issue without the label, or into a comment, tells nobody anything."""
    (alarm,) = alarms.of_searches(STRATEGIES, [attempt()])
    github.open_issue("Decoy", f"{alarm.mark}\n{alarm.told}", by=STRANGER)
    alarms.tell(client, [alarm], (SEARCH,))
    assert len(github.issues()) == 2
    ours = github.issues()[-1]
    assert ours["user"]["login"] == BOT
    (later,) = alarms.of_searches(STRATEGIES, [attempt("2027-01-03T02:17:00Z")])
    github.comment(ours["number"], later.told, by=STRANGER)
    alarms.tell(client, [later], (SEARCH,))
    assert [one["user"]["login"] for one in github.comments[ours["number"]]] == [STRANGER, BOT]


def test_more_issues_than_a_page(github, client):
    """The one that is looked for stands on the second page."""
    (alarm,) = alarms.of_searches(STRATEGIES, [attempt()])
    for number in range(100):
        github.open_issue(f"Other {number}", "", [alarms.LABEL])
    alarms.tell(client, [alarm], (SEARCH,))
    alarms.tell(client, [alarm], (SEARCH,))
    assert len(github.issues()) == 101


@pytest.mark.parametrize(("day", "late"), [(12, False), (13, True)])
def test_silence_for_more_than_forty_days(day, late):
    """A failed attempt is a sign of life too; a log without lines is a review not begun."""
    now = datetime(2027, 1, day, 3, tzinfo=UTC)
    assert bool(list(alarms.of_silence([attempt()], now))) == late
    assert list(alarms.of_silence([], now)) == []


def test_a_log_that_can_not_be_read_is_told():
    with pytest.raises(ReviewError, match=r"run_log.csv: time is 'unreadable: abc'"):
        list(alarms.of_silence([attempt("unreadable: abc")], datetime.now(UTC)))


# --- text from outside ------------------------------------------------------------------------


def decoded(markdown):
    """Text as GitHub has it when it looks for names and numbers."""
    return re.sub(r"&#(\d+);", lambda mark: chr(int(mark[1])), markdown)


def test_text_from_outside_calls_nobody():
    """No name, number of an issue, e-mail, tag, link, code, table cell of GitHub's comes of it."""
    made = words.text(f"{HOSTILE} bob@example.org\nnext line")
    assert not re.search(r"[<>@|`\[\]()*_]", made)
    assert not re.search(r"#(?!\d+;)", made)
    assert "\n" not in made
    shown_ = decoded(made)
    assert not re.search(r"@\w|#\d|GH-\d", shown_)
    assert shown_.replace("\u200b", "") == f"{HOSTILE} bob@example.org next line"
    assert "http:" not in made
    assert "www." not in made


def test_hostile_titles_stay_in_their_places():
    """In the digest and in the issue; no mark of ours can be forged."""
    forged = "<!-- living-review search 0 -->"
    told = results(
        retractions=[retraction(label=f"{HOSTILE} {forged}", title=forged, record_id="odd:|")],
        attempts=[attempt(note=HOSTILE)],
        studies=[{"study_id": "a", "label": HOSTILE, "events": [retraction(title=HOSTILE)]}],
        triggers=[{"trigger": "x", "met": True, "words": HOSTILE}],
    )
    row = waiting_row(1, what=HOSTILE) | {"id": f"pmid:{HOSTILE}", "kind": "odd | kind"}
    month = digest.Month(told, [row], [row], [("syntheses", HOSTILE)], [HOSTILE])
    (alarm,) = alarms.of_retractions(told)
    for body in (digest.text(month), alarm.words):
        assert "evil.example" not in body
        assert "<script" not in body
        assert "@ann" not in decoded(body)
        assert "<!--" not in body
    assert "evil.example" not in alarm.mark + alarm.told
    tables = [line for line in digest.text(month).splitlines() if line.startswith("|")]
    widths = {line.count("|") for line in tables}
    assert widths == {4, 8}


def test_a_digest_fits_into_its_place():
    """However much waits, and then it says that there is more."""
    rows = [waiting_row(number, what="w" * 5000) for number in range(5000)]
    rows += [waiting_row(number, f"kind {number}", "w" * 5000) for number in range(300)]
    body = digest.text(digest.Month(results(), rows, rows, None))
    assert len(body) < 65_536
    assert "The rest is too long for this place" in body


# --- the digest -------------------------------------------------------------------------------


def test_the_digest_has_what_a_month_brought():
    """Found, fetched, new, of known works, gone, retracted; what waits; what was recomputed."""
    counts = {
        "found": 232,
        "fetched": 5,
        "gone": 1,
        "revised": 4,
        "not_retrievable": 0,
        "events": 1,
    }
    run = {"id": "r", "strategy_id": "pubmed_1", "date": "2027-03-03", "counts": counts}
    run["findings"] = [{"kind": "count", "words": "The count rose."}]
    told = results(
        attempts=[attempt(outcome="complete"), attempt("2027-03-03T02:17:00Z", "complete")],
        runs=[run],
        searches=[{"id": "r", "read": 5, "new": 3}],
        studies=[{"study_id": "doe", "label": "Doe 2026", "events": [retraction()]}],
        triggers=[{"trigger": "new_study", "met": True, "words": "1 study added"}],
    )
    told["studies"][0]["events"].append(retraction(standing="exclude", title="Decided on"))
    rows = [waiting_row(1), waiting_row(2, "extract", "Roe 2027")]
    computed = [("records", "r"), ("works", "works")]
    body = decoded(digest.text(digest.Month(told, rows, rows[:1], computed))).replace("\u200b", "")
    assert (
        "232 found; 5 fetched for the first time; of these 3 new works and 2 records of known "
        "ones; 1 gone; 4 revised; 0 not retrievable; 1 retracted or corrected"
    ) in body
    assert "to look at: The count rose." in body
    assert "| Works to screen | 1 | Decide on title and abstract |" in body
    assert "[Cold ablation](<https://pubmed.ncbi.nlm.nih.gov/1/>) (pmid:1)" in body
    assert "Roe 2027" not in body
    assert "Doe 2026: retraction" in body
    assert "Decided on" not in body
    assert "an update is due to be published" in body
    assert "- records: r\n- works: works\n\nNo synthesis was computed anew." in body
    assert body.index("2027-03-03T02:17:00Z") < body.index("2026-12-03T02:17:00Z")
    assert digest.title(rows) == "Screening and more: works to screen: 1, studies to extract: 1"


def test_two_months_that_nobody_took_in_are_both_new():
    """What is new is held against what people merged last, not against last month."""
    before = [waiting_row(1)]
    december = [waiting_row(1), waiting_row(2)]
    january = [*december, waiting_row(3)]
    assert [row["id"] for row in listed.added(january, before)] == ["pmid:2", "pmid:3"]


# --- the standing pull request ----------------------------------------------------------------


class Team:
    """A repository, its pull requests, and a runner that begins from a fresh clone each time."""

    def __init__(self, folder, monkeypatch):
        environment_of_a_runner(monkeypatch)
        monkeypatch.setattr(of_git, "PAUSE", 0.01)
        self._folder, self._patch, self._clones = folder, monkeypatch, 0
        self.bare = remote(folder)
        self.github = GitHubStandIn(self.differ)

    def differ(self, head, base):
        return bool(git(self.bare, "diff", "--name-only", f"{base}...{head}").strip())

    def clone(self, *options):
        self._clones += 1
        folder = clone(self.bare, self._folder / f"clone-{self._clones}", *options)
        self._patch.chdir(folder)
        return folder

    def month(self, *rows):
        """What `tell` does after a page; of the runner only the last commit of main is there."""
        self.clone("--depth=1")
        stand = standing.update(Git(), "origin", "main", list(rows))
        news = listed.added(rows, stand.before)
        told = digest.Month(results(), list(rows), news, [], stand.conflicts)
        client = GitHub(*self.github.environment.values(), retry=Retry(0))
        return standing.tell(client, "main", stand, told)

    def push(self, path, text, branch="main"):
        """A person's commit."""
        folder = self.clone()
        git(folder, "checkout", "--quiet", branch)
        write(folder / path, text)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "-m", "By a person")
        git(folder, "push", "--quiet", "origin", branch)

    def merge(self, squash=False):
        """A person merges the pull request; the branch stays, as without GitHub's setting."""
        folder = self.clone()
        options = ["--squash"] if squash else ["--no-ff", "--no-edit"]
        git(folder, "merge", "--quiet", *options, f"origin/{standing.BRANCH}")
        if squash:
            git(folder, "commit", "--quiet", "-m", "Screening")
        git(folder, "push", "--quiet", "origin", "main")
        for pull in self.github.pulls():
            pull["state"] = "closed"

    def listed(self, branch=standing.BRANCH):
        lines = shown(self.bare, listed.PATH, branch).splitlines()[1:]
        return [line.split(",")[1] for line in lines]


@pytest.fixture
def team(tmp_path, monkeypatch):
    made = Team(tmp_path, monkeypatch)
    with made.github:
        yield made


def test_one_pull_request_is_kept_up_to_date(team):
    """Opened once, with its label; rewritten each month; no other one beside it."""
    team.month(waiting_row(1))
    (pull,) = team.github.pulls()
    assert (pull["head"], pull["base"], pull["labels"]) == ("screening", "main", ["screening"])
    team.month(waiting_row(1), waiting_row(2))
    (pull,) = team.github.pulls()
    assert "pmid&#58;2" in pull["body"]
    assert team.listed() == ["pmid:1", "pmid:2"]
    before = git(team.bare, "rev-parse", "screening")
    team.month(waiting_row(1), waiting_row(2))
    assert git(team.bare, "rev-parse", "screening") == before


@pytest.mark.parametrize("squash", [False, True])
def test_what_was_merged_is_new_no_more(team, squash):
    """After a merge the pull request is closed until something else comes to wait."""
    team.month(waiting_row(1))
    team.merge(squash)
    assert team.month(waiting_row(1)) == (
        "No pull request: nothing waits that people have not taken in."
    )
    assert team.github.pulls() == []
    team.month(waiting_row(1), waiting_row(2))
    (pull,) = team.github.pulls()
    news = pull["body"].partition("### All that waits")[0]
    assert "pmid&#58;2" in news
    assert "pmid&#58;1" not in news


def test_people_who_work_on_the_branch_lose_nothing(team):
    """Their decisions stay on it month after month, and main is merged into it."""
    team.month(waiting_row(1))
    team.push("resources/decisions/screening/ann.csv", "id\nann-1\n", standing.BRANCH)
    team.push("config/config.yaml", "changed: on main\n")
    team.month(waiting_row(2))
    assert shown(team.bare, "resources/decisions/screening/ann.csv", "screening") == "id\nann-1\n"
    assert shown(team.bare, "config/config.yaml", "screening") == "changed: on main\n"
    assert team.listed() == ["pmid:2"]
    assert git(team.bare, "rev-list", "--count", "main..screening").strip() != "0"


def test_a_conflict_of_people_is_told_and_left_to_them(team):
    """The branch stays as they left it, and the text says which file it is."""
    team.month(waiting_row(1))
    team.push("config/config.yaml", "ours: 1\n", standing.BRANCH)
    team.push("config/config.yaml", "theirs: 2\n")
    before = git(team.bare, "rev-parse", "screening")
    team.month(waiting_row(2))
    assert git(team.bare, "rev-parse", "screening") == before
    (pull,) = team.github.pulls()
    assert "can't be brought up to date" in pull["body"]
    assert "config&#47;config&#46;yaml" in pull["body"]
    assert "pmid&#58;2" in pull["body"]


def test_a_list_that_both_changed_is_written_anew(team):
    """It is derived, so that nobody has to merge it by hand."""
    team.month(waiting_row(1))
    team.merge()
    team.month(waiting_row(2))
    team.push(listed.PATH, "kind,id,what,to_do,where\nodd,edit,,,\n")
    team.month(waiting_row(3))
    assert team.listed() == ["pmid:3"]


def test_when_nothing_waits_the_pull_request_is_closed(team):
    team.month(waiting_row(1))
    assert team.month().endswith("closed: nothing is left to take in.")
    assert team.github.pulls() == []
    (pull,) = team.github.pulls("closed")
    assert digest.NOTHING in pull["body"]
    assert listed.PATH not in tree(team.bare, "screening")


def test_when_nothing_waits_any_more_a_list_in_main_goes(team):
    """The pull request says that nothing waits, and takes the list away."""
    team.month(waiting_row(1))
    team.merge()
    team.month()
    (pull,) = team.github.pulls()
    assert digest.NOTHING in pull["body"]
    team.merge()
    assert listed.PATH not in tree(team.bare)


def test_people_who_push_to_the_branch_at_the_same_moment(team, monkeypatch):
    """The push that comes second is made anew, on top of theirs."""
    team.month(waiting_row(1))
    real, pushed = standing._list, []

    def meanwhile(*arguments):
        if not pushed:
            pushed.append(True)
            here = Path.cwd()
            team.push("resources/decisions/screening/ann.csv", "id\nann-1\n", standing.BRANCH)
            monkeypatch.chdir(here)
        real(*arguments)

    monkeypatch.setattr(standing, "_list", meanwhile)
    team.month(waiting_row(2))
    assert "resources/decisions/screening/ann.csv" in tree(team.bare, "screening")
    assert team.listed() == ["pmid:2"]


def test_the_working_copy_is_not_touched(team):
    """The branch is made in a folder of its own."""
    folder = team.clone()
    write(folder / "config/config.yaml", "half: done\n")
    standing.update(Git(), "origin", "main", [waiting_row(1)])
    assert git(folder, "status", "--porcelain").split() == ["M", "config/config.yaml"]
    assert git(folder, "branch", "--show-current").strip() == "main"
    assert len(git(folder, "worktree", "list").splitlines()) == 1


# --- GitHub itself ----------------------------------------------------------------------------


def test_settings_that_forbid_pull_requests_are_named(team):
    """What has to be set, in place of a number; the branch is there already."""
    team.github.pulls_allowed = False
    with pytest.raises(GitHubError, match=r"not permitted to create.*docs/unattended\.md"):
        team.month(waiting_row(1))
    assert team.listed() == ["pmid:1"]
    team.github.pulls_allowed = True
    team.month(waiting_row(1))
    assert len(team.github.pulls()) == 1


def test_a_passing_fault_is_asked_again(github):
    """Except for what would be done twice."""
    patient = GitHub(
        *github.environment.values(),
        retry=Retry(2, backoff_factor=0, status_forcelist=(502,), allowed_methods=("GET",)),
    )
    github.failures = [502, 502]
    assert list(patient.every("issues", state="open")) == []
    github.failures = [502]
    with pytest.raises(GitHubError, match="502"):
        patient.post("issues", {"title": "a"})
    assert [method for method, _ in github.requests] == ["GET", "GET", "GET", "POST"]


def test_the_token_goes_nowhere_else(github):
    """Neither in the clear to another machine, nor into a message."""
    with pytest.raises(GitHubError, match="https"):
        GitHub("http://github.example", "ann/review", TOKEN)
    wrong = GitHub(github.url, "ann/review", "wrong", retry=Retry(0))
    with pytest.raises(GitHubError) as error:
        wrong.post("issues", {"title": "a"})
    assert "the token is not valid" in str(error.value)
    assert "wrong" not in str(error.value)
    away = GitHub("http://127.0.0.1:9", "ann/review", TOKEN, retry=Retry(0))
    with pytest.raises(GitHubError, match="not reached") as error:
        away.post("issues", {})
    assert TOKEN not in str(error.value)


def test_nobody_is_asked_without_an_address():
    assert GitHub.of({"GITHUB_REPOSITORY": "ann/review", "GITHUB_TOKEN": TOKEN}) is None


def test_the_list_keeps_formulas_from_running():
    """A title that a spreadsheet would run is a text."""
    from living_review.todo.read import Waiting

    work = {"record_id": "pmid:1", "title": "=cmd()", "stage": "title_abstract"}
    screening = {"screeners_required": {"title_abstract": 2, "full_text": 2}}
    rows = listed.rows(Waiting({"screen": [work]}, screening, [], {}))
    assert rows[0]["what"] != "=cmd()"
    assert listed.read(listed.as_text(rows).encode()) == rows
    assert json.dumps(rows)
    assert listed.as_text([]) == ""
