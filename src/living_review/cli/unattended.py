"""What runs while nobody looks: a month for cron, and the steps of it for GitHub Actions."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from living_review.cli.app import app
from living_review.errors import BusyError, ReviewError
from living_review.exit_codes import BUSY, NOT_PUSHED, NOTHING_NEW

steps_app = typer.Typer(
    no_args_is_help=True, help="The steps of a month, one by one; docs/unattended.md."
)
app.add_typer(steps_app, name="unattended")
Remote = Annotated[str, typer.Option(help="The remote repository, as git calls it.")]


@app.command()
def month(
    remote: Annotated[
        str, typer.Option(help="Pull from and push to this remote repository of git.")
    ] = "",
    site: Annotated[
        Path | None, typer.Option(help="Bring this folder up to date, to be served.")
    ] = None,
    mail: Annotated[
        str, typer.Option(help="Who gets a mail when something fails, by the program `mail`.")
    ] = "",
) -> None:
    """Search, make the page, ask the triggers: for cron. Says nothing unless something fails.

    Exit code: 0 done, whether anything is new or not; 1 the page can't be made or the search could
    not begin; 4 the search is not complete, the page is made and says so; 5 done, but git could not
    pull or push; 75 another run is at work. The log is in logs/months/.
    """
    from living_review.unattended import month

    try:
        made = month.run(datetime.now(UTC), remote, site)
    except BusyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BUSY) from None
    if made.code:
        told = month.told(made)
        typer.echo(told, err=True)
        if mail:
            month.mail(mail, f"Living review: {made.words}", told)
        raise typer.Exit(made.code)


@steps_app.command()
def search(remote: Remote = "origin") -> None:
    """Search, and push what that wrote and its line in the log, whatever came of it.

    Exit code: that of `living-review search`; 5 if it can't be pushed.
    """
    from living_review import run_log
    from living_review.unattended import steps, written

    before = run_log.read()
    code = steps.command("search")
    lines = [line for line in run_log.read() if line not in before]
    _push(remote, written.subject(lines))
    raise typer.Exit(code)


@steps_app.command()
def triggers(remote: Remote = "origin") -> None:
    """After a search, ask whether an update is due, and push the lines of the log.

    It goes by the logs and not by what ran before, so that a run that was cancelled between the
    search and this is made up for by the next one. Exit code: that of `living-review triggers`; 3
    also if no search has begun since they were asked last; 5 if it can't be pushed.
    """
    from living_review import trigger_log
    from living_review.unattended import steps

    if not trigger_log.is_behind():
        typer.echo("No search has begun since the triggers were asked last.")
        raise typer.Exit(NOTHING_NEW)
    code = steps.command("triggers")
    due = {0: "an update is due", NOTHING_NEW: "no update is due"}.get(code, "not asked")
    _push(remote, f"Triggers of {datetime.now(UTC):%Y-%m-%d}: {due}")
    raise typer.Exit(code)


@steps_app.command()
def page(remote: Remote = "origin") -> None:
    """Make the page from the results that the branch `derived` keeps, and keep what is new.

    Exit code: that of Snakemake.
    """
    from living_review.git import Git
    from living_review.unattended import steps

    code, brought, made = steps.page_of_kept(Git(), remote)
    pooled = sum(name.stage == "syntheses" for name in made)
    typer.echo(f"{len(brought)} results brought back, {len(made)} computed; syntheses: {pooled}")
    raise typer.Exit(code)


@steps_app.command()
def bring_back(remote: Remote = "origin") -> None:
    """Bring back the results that this state of the review calls for; nothing is kept."""
    from living_review import plan
    from living_review.git import Git
    from living_review.unattended import derived

    brought = derived.bring_back(plan.make(), derived.Kept(Git(), remote))
    typer.echo(f"{len(brought)} results brought back")


@steps_app.command()
def keep(remote: Remote = "origin") -> None:
    """Add the results that stand here to the branch `derived`."""
    from living_review import plan
    from living_review.git import Git
    from living_review.unattended import derived

    added = derived.keep(plan.make(), Git(), remote)
    typer.echo(f"{len(added)} results kept")


@steps_app.command()
def tell(remote: Remote = "origin") -> None:
    """Bring the standing pull request and the issues up to date.

    From the environment, as GitHub's machines set it: GITHUB_API_URL, GITHUB_REPOSITORY,
    GITHUB_TOKEN.
    """
    from living_review import config, job, plan, run_log
    from living_review.git import Git
    from living_review.report import shown
    from living_review.todo import read as todo
    from living_review.unattended import alarms, digest, listed, standing, steps
    from living_review.unattended.github import NEEDED, GitHub

    github = GitHub.of()
    if github is None:
        raise ReviewError(f"Nobody is told: the environment has to have {', '.join(NEEDED)}.")
    strategies = config.read(config.PATH, sections=("search",))["search"]["strategies"]
    attempts = run_log.read()
    wanted = [
        *alarms.of_searches(strategies, attempts),
        *alarms.of_silence(attempts, datetime.now(UTC)),
    ]
    for done in alarms.tell(github, wanted, (alarms.SEARCH, alarms.SILENCE)):
        typer.echo(done)
    try:
        current = plan.make()
        results = shown.results(current)
    except ReviewError as error:
        unmade = alarms.of_page(job.failures() or str(error))
        for done in alarms.tell(github, [unmade], (alarms.PAGE,)):
            typer.echo(done)
        raise
    retracted = alarms.of_retractions(results)
    for done in alarms.tell(github, retracted, (alarms.RETRACTION, alarms.PAGE)):
        typer.echo(done)
    rows = listed.rows(todo.read(current))
    repository = Git()
    main = repository.branch
    stand = standing.update(repository, remote, main, rows)
    news = listed.added(rows, stand.before)
    told = digest.Month(results, rows, news, steps.computed(), stand.conflicts)
    typer.echo(standing.tell(github, main, stand, told))


@steps_app.command()
def site(
    folder: Annotated[Path, typer.Argument(help="The folder to serve.")],
    remote: Remote = "origin",
) -> None:
    """Put the page and all published versions into one folder."""
    from living_review import plan, versions
    from living_review.git import Git
    from living_review.unattended import site

    for done in site.assemble(folder, plan.make(), versions.read(), Git(), remote):
        typer.echo(done)


@steps_app.command()
def watch() -> None:
    """Look whether searches still run; on GitHub an issue is opened where none has for 40 days.

    Exit code: 1 if none has.
    """
    from living_review import run_log
    from living_review.unattended import alarms
    from living_review.unattended.github import GitHub

    attempts = run_log.read()
    found = list(alarms.of_silence(attempts, datetime.now(UTC)))
    if github := GitHub.of():
        for done in alarms.tell(github, found, (alarms.SILENCE,)):
            typer.echo(done)
    last = attempts[-1]["time"] if attempts else "never"
    typer.echo(f"Searched last: {last}")
    if found:
        sys.exit(f"No search has run for more than {alarms.SILENT_DAYS} days.")


def _push(remote: str, words: str) -> None:
    from living_review.git import Git
    from living_review.unattended import written

    try:
        repository = Git()
        written.commit(repository, words)
        written.push(repository, remote)
    except ReviewError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NOT_PUSHED) from None
