"""The workflows for GitHub are what the house rules ask for, and name only what is there."""

import re
from pathlib import Path

import pytest
import typer
from ruamel.yaml import YAML

from living_review import exit_codes
from living_review.cli import app
from living_review.exit_codes import NOTHING_NEW

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github"
WORKFLOWS = sorted((FOLDER / "workflows").glob("*.yml"))
ACTIONS = sorted((FOLDER / "actions").glob("*/action.yml"))
SECRET = re.compile(r"secrets\.(\w+)")
APP_KEY = "REVIEW_APP_PRIVATE_KEY"
MAY_WRITE = {  # jobs that change something, and what
    ("update", "search"): {"contents"},
    ("update", "page"): {"contents", "issues", "pull-requests", "pages", "id-token"},
    ("page", "page"): {"contents", "issues", "pull-requests"},
    ("page", "deploy"): {"pages", "id-token"},
    ("watch", "watch"): {"issues"},
}


def read(path):
    return YAML(typ="safe").load(path.read_text())


def by_name(name):
    return read(FOLDER / "workflows" / f"{name}.yml")


def jobs():
    """(workflow, id, job) of all."""
    return [
        (path.stem, name, job) for path in WORKFLOWS for name, job in read(path)["jobs"].items()
    ]


def steps(job):
    return job.get("steps", [])


def all_steps():
    composite = [step for path in ACTIONS for step in read(path)["runs"]["steps"]]
    return [*composite, *(step for _, _, job in jobs() for step in steps(job))]


def scripts():
    return "\n".join(step["run"] for step in all_steps() if "run" in step)


def test_every_action_is_pinned():
    """By the whole hash of a commit, with its version behind it; one hash an action."""
    used = {}
    for path in (*WORKFLOWS, *ACTIONS):
        for line in path.read_text().splitlines():
            if named := re.search(r"uses: (\S+)(.*)", line):
                action, rest = named.groups()
                if action.startswith("./"):
                    continue
                assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), line
                assert re.fullmatch(r" # v\d+\.\d+\.\d+", rest), line
                used.setdefault(action.partition("@")[0], set()).add(action + rest)
    assert all(len(pins) == 1 for pins in used.values()), used
    assert len(used) >= 5


def test_nothing_of_strangers_is_put_into_a_shell():
    """Expressions stand in `env` and `with`, never inside a script."""
    assert "${{" not in scripts()


def test_searches_never_overlap():
    """One at a time, and none is stopped half-way."""
    assert by_name("update")["concurrency"] == {"group": "update", "cancel-in-progress": False}
    groups = [read(path)["concurrency"]["group"] for path in WORKFLOWS]
    assert len(set(groups)) == len(groups)  # a workflow that waits for its own group never ends


def test_schedules_keep_away_from_the_full_hour():
    scheduled = [read(path)["on"].get("schedule") for path in WORKFLOWS]
    crons = [entry["cron"] for entries in filter(None, scheduled) for entry in entries]
    assert len(crons) == 2
    for cron in crons:
        minute, *rest = cron.split()
        assert len(rest) == 4
        assert int(minute) % 5, cron
    for name in ("update", "watch"):
        assert "workflow_dispatch" in by_name(name)["on"]


def test_no_job_may_do_more_than_it_does():
    """Nothing by default; each job names its rights, and only these write."""
    for path in WORKFLOWS:
        assert read(path)["permissions"] == {}, path
    writing = {
        (name, id_): {right for right, kind in job["permissions"].items() if kind == "write"}
        for name, id_, job in jobs()
    }
    assert {key: rights for key, rights in writing.items() if rights} == MAY_WRITE


def test_secrets_reach_only_the_step_that_needs_them():
    """Keys of NCBI the search alone, the key of the app whatever makes its token."""
    for path in WORKFLOWS:
        workflow = read(path)
        assert not SECRET.search(str(workflow.get("env", ""))), path
        for id_, job in workflow["jobs"].items():
            beside = {key: value for key, value in job.items() if key != "steps"}
            assert set(SECRET.findall(str(beside))) <= {APP_KEY}, (path, id_)
            for step in steps(job):
                found = set(SECRET.findall(str(step)))
                if "create-github-app-token" in step.get("uses", ""):
                    assert found == {APP_KEY}
                elif "unattended search" in step.get("run", ""):
                    assert found == {"NCBI_EMAIL", "NCBI_API_KEY"}
                else:
                    assert found == set(), (path, id_, step)


def test_pull_requests_get_no_secret():
    """Nor a right to write, nor a token other than the one for reading."""
    for path in WORKFLOWS:
        triggers = read(path)["on"]
        assert "pull_request_target" not in triggers
        if "pull_request" in triggers:
            assert "secrets" not in path.read_text()
            assert "github.token" not in path.read_text()
    assert list(by_name("check")["on"]) == ["pull_request"]


def test_pull_requests_have_their_mistakes_marked():
    """Lines that the branch it goes to has, too: of the merge that is checked out that is the first
    parent, which has to be there."""
    assert "living-review check --format github --since HEAD^1" in scripts()
    tables = by_name("check")["jobs"]["tables"]
    (checkout,) = [step for step in steps(tables) if "actions/checkout" in step.get("uses", "")]
    assert checkout["with"]["fetch-depth"] >= 2


def test_the_page_is_made_when_the_search_fails():
    """And people are told when the page fails."""
    page = by_name("update")["jobs"]["page"]
    assert (page["needs"], page["if"]) == ("search", "${{ !cancelled() }}")
    (told,) = [step for _, _, job in jobs() for step in steps(job) if "tell" in step.get("run", "")]
    assert "!cancelled()" in told["if"]


def order(job, *words):
    """Where the steps stand that have these words."""
    texts = [str(step) for step in steps(job)]
    return [next(n for n, text in enumerate(texts) if word in text) for word in words]


def test_readers_get_the_page_whatever_people_are_told():
    """A setting that forbids pull requests, or a push that fails, keeps no banner from readers."""
    page = by_name("page")
    made = order(
        page["jobs"]["page"], "unattended page", "unattended site", "upload-pages-artifact"
    )
    told = order(page["jobs"]["page"], "unattended tell", "unattended triggers")
    assert made + told == sorted(made + told)
    uploaded = steps(page["jobs"]["page"])[made[-1]]
    (output,) = page["jobs"]["page"]["outputs"].items()
    assert output == ("uploaded", f"${{{{ steps.{uploaded['id']}.outcome }}}}")
    deploy = page["jobs"]["deploy"]
    assert deploy["if"] == "${{ !cancelled() && needs.page.outputs.uploaded == 'success' }}"


def test_a_cancelled_page_leaves_no_search_without_its_triggers():
    """Of pages that wait only the last one runs, whoever asked for it: each looks by itself."""
    page = by_name("page")
    (asked,) = [
        step for step in steps(page["jobs"]["page"]) if "unattended triggers" in step.get("run", "")
    ]
    assert "inputs" not in str(page)
    assert asked["if"] == "${{ !cancelled() && steps.made.conclusion == 'success' }}"
    assert page["concurrency"]["cancel-in-progress"] is False


def test_jobs_after_a_push_take_the_branch_as_it_is_then():
    """Not as it was when the run began."""
    for name in ("update", "page"):
        for job in by_name(name)["jobs"].values():
            for step in steps(job):
                if "actions/checkout" in step.get("uses", ""):
                    assert step["with"]["ref"] == "${{ github.ref_name }}"


def test_nothing_new_is_a_success_and_all_else_is_not():
    """The exit codes of the search and of the triggers are kept."""
    for command in ("search", "triggers"):
        (script,) = [
            step["run"] for step in all_steps() if f"unattended {command}" in step.get("run", "")
        ]
        assert script == f"living-review unattended {command} || test $? = {NOTHING_NEW}"


def commands(group, above=""):
    for name, command in group.commands.items():
        yield f"{above}{name}"
        if hasattr(command, "commands"):
            yield from commands(command, f"{above}{name} ")


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.name)
def test_what_a_workflow_names_is_there(path):
    """Commands, targets of make, local actions and workflows, scripts."""
    known = set(commands(typer.main.get_command(app)))
    text = path.read_text()
    for words in re.findall(r"living-review ((?:unattended )?[a-z-]+)", text):
        assert words in known
    for target in re.findall(r"^\s+make (\S+)$", text, re.MULTILINE):
        assert f"{target.replace('.venv', '$(VENV)')}:" in (ROOT / "Makefile").read_text()
    for used in re.findall(r"uses: \./(\S+)", text):
        place = ROOT / used
        assert place.is_file() or (place / "action.yml").is_file()
    for script in re.findall(r"run: (\.\S+)", text):
        assert (ROOT / script).stat().st_mode & 0o111


def test_the_versions_that_are_served_are_those_that_were_uploaded():
    """Deployment replaces the whole site, so that archives have to be in what is uploaded."""
    page = steps(by_name("page")["jobs"]["page"])
    (made,) = [step["run"] for step in page if "unattended site" in step.get("run", "")]
    (uploaded,) = [step for step in page if "upload-pages-artifact" in step.get("uses", "")]
    assert made.split()[-1] == uploaded["with"]["path"]
    assert by_name("page")["jobs"]["deploy"]["needs"] == "page"


def test_lines_for_cron_keep_away_from_the_full_hour_too():
    """In the guides that people copy them from."""
    lines = [
        line.split()
        for path in (ROOT / "docs").glob("*.md")
        for line in path.read_text().splitlines()
        if re.match(r"\s+\d+ \d+ \S+ \S+ \S+  ", line)
    ]
    assert lines
    assert all(int(line[0]) % 5 for line in lines)


def test_the_guide_names_every_step_and_every_exit_code():
    """docs/unattended.md, against the commands and their codes."""
    guide = (ROOT / "docs/unattended.md").read_text()
    for command in commands(typer.main.get_command(app)):
        step = command.removeprefix("unattended ")
        assert step == command or f"`{step}" in guide, command
    for code in vars(exit_codes).values():
        if isinstance(code, int):
            assert re.search(rf"\b{code}\b", guide), code
    for path in WORKFLOWS:
        assert f"`{path.stem}`" in guide
    for secret in re.findall(r"(?:secrets|vars)\.(\w+)", "".join(p.read_text() for p in WORKFLOWS)):
        assert secret in guide
