"""The review as a whole: begun, checked, rated, published, tidied."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from living_review.cli.app import app
from living_review.exit_codes import NOTHING_NEW


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there yet.")],
    title: Annotated[str, typer.Option(help="What the review is called.")] = "",
    question: Annotated[str, typer.Option(help="The question in one sentence.")] = "",
    outcome: Annotated[str, typer.Option(help="What is counted, such as Recurrence.")] = "",
    says: Annotated[str, typer.Option(help='The end of "About 72 in 100 patients ...".')] = "",
    treatment: Annotated[
        list[str] | None, typer.Option(help="What the patients had; may be given several times.")
    ] = None,
) -> None:
    """Start another review in a folder of its own; asks for what is not given."""
    from living_review import start

    start.require_empty(folder)
    answers = start.Answers(title, question, outcome, says, treatment or [])
    if sys.stdin.isatty():
        answers = start.ask(answers, typer.prompt)
    today = datetime.now(UTC).date()
    start.begin(folder, answers, today)
    typer.echo(start.next_steps(folder, today))


@app.command()
def check(
    form: Annotated[
        str, typer.Option("--format", help="text; json; github, which annotates a pull request.")
    ] = "text",
    since: Annotated[
        str, typer.Option(help="The commit of git that no rows may be lost since.")
    ] = "HEAD",
) -> None:
    """Check config and tables; print every mistake with its file, row and column.

    Tables that have fewer rows than in git are told, since they may be written by half.

    Exit code: 1 if anything is wrong; 0 if nothing is, also if there are warnings.
    """
    from living_review import check, check_words, lost_rows

    forms = {"text": check_words.text, "json": check_words.as_json, "github": check_words.github}
    if form not in forms:
        raise typer.BadParameter(f"{form}; allowed: {', '.join(forms)}")
    found = check.with_more(check.look(), lost_rows.since(since))
    typer.echo(forms[form](found), err=form == "text" and bool(found.errors))
    if found.errors:
        raise typer.Exit(1)


@app.command()
def certainty(
    template: Annotated[
        str, typer.Option(help="Print lines for this person's ledger instead, to be filled in.")
    ] = "",
) -> None:
    """Show what the certainty of each result rests on, and the code by which a rating names it."""
    from living_review import ledgers, plan
    from living_review.report import rating_sheet, shown

    results = shown.results(plan.make())
    if template:
        lines = ledgers.read("grade")
        typer.echo(rating_sheet.template(results, template, lines, datetime.now(UTC)), nl=False)
    else:
        typer.echo(rating_sheet.shown(results))


@app.command()
def triggers() -> None:
    """Say whether an update is due to be published, and log it in resources/trigger_log.csv.

    Exit code: 0 an update is due, 3 none is.
    """
    from living_review import plan, trigger_log
    from living_review.report import shown

    results = shown.results(plan.make())
    told = results["triggers"]
    every = results["versions"]["every"]
    last = every[0]["version"] if every else ""
    if not told:
        typer.echo("The protocol names no trigger: see `triggers` in its schema.")
    else:
        time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        trigger_log.add(trigger_log.lines(time, last, told))
    for one in told:
        typer.echo(f"{'met' if one['met'] else 'not met'}: {one['trigger']}: {one['words']}")
    if not any(one["met"] for one in told):
        raise typer.Exit(NOTHING_NEW)


@app.command()
def publish(
    who: Annotated[str, typer.Option("--as", help="Who publishes it.")],
    why: Annotated[
        list[str], typer.Option(help="Why now, such as 'a new study'; may be given several times.")
    ],
    note: Annotated[str, typer.Option(help="What readers of this version should know.")] = "",
) -> None:
    """Freeze the review as it stands into a version that readers can cite."""
    from living_review import publish

    version = publish.publish(who, why, note, datetime.now(UTC).date())
    typer.echo(
        f"Version {version.version} is in {version.folder}. Run `make review`, so that the page "
        f"says so; then commit the folder and tag the commit {version.version}."
    )


@app.command()
def why(
    result: Annotated[
        str,
        typer.Argument(
            help="An analysis, comparison or description, a stage, or a file below results/."
        ),
    ] = "",
    modules: Annotated[bool, typer.Option("--modules", help="Name each module.")] = False,
) -> None:
    """Say what a result, or the page, is computed from, what changed, and what is due."""
    from living_review import plan
    from living_review.why import explain

    typer.echo(explain.told(result, plan.make(), modules))


@app.command()
def reproduce(
    version: Annotated[str, typer.Argument(help="A published version, like 2026.11.")],
    to: Annotated[
        Path | None, typer.Option(help="Where its page goes; build/reproduced/VERSION if not said.")
    ] = None,
    at: Annotated[str, typer.Option(help="The commit or tag, if it has another name.")] = "",
    build: Annotated[
        bool, typer.Option("--build", help="Make the environment of its lock, if it differs.")
    ] = False,
) -> None:
    """Compute a published version again from its commit, and compare results.json byte for byte.

    Exit code: 0 if it is the same, 1 if it is not.
    """
    from living_review import reproduce

    to = to or Path("build/reproduced", version)
    found = reproduce.reproduce(version, to, at, build)
    typer.echo(f"Version {version}, commit {found.commit.id[:12]} ({found.commit.how}).")
    for note in found.notes:
        typer.echo(note)
    typer.echo(f"The page: {found.page}")
    if found.differences:
        typer.echo("results.json is not the one that was published:", err=True)
        for line in found.differences:
            typer.echo(f"  {line}", err=True)
        raise typer.Exit(1)
    typer.echo("results.json is the one that was published, byte for byte.")


@app.command()
def package(
    folder: Annotated[Path, typer.Argument(help="Where to write it; files there are replaced.")],
) -> None:
    """Write the extraction tables as a data package: CSV files and datapackage.json."""
    from living_review import analyses, codebook, companions, config, datapackage

    protocol = config.read(config.PATH)
    book = codebook.read(codebook.PATH, protocol)
    beside = companions.described(protocol)
    tables = [*book.tables.values(), *beside.values()]
    rows = {**analyses.read(book), **{name: companions.in_order(name) for name in beside}}
    datapackage.write(folder, protocol["review"], tables, rows)
    counts = ", ".join(f"{name} ({len(lines)} rows)" for name, lines in rows.items())
    typer.echo(f"{folder / datapackage.DESCRIPTOR}: {counts}")


@app.command()
def prune(
    yes: Annotated[bool, typer.Option("--yes", help="Delete them; else they are listed.")] = False,
) -> None:
    """List or delete results that nothing calls for any more."""
    from living_review import files, job, plan, prune

    files.lock(job.LOCK)
    outdated = prune.outdated(plan.make())
    size = sum(path.stat().st_size for path in outdated)
    for path in outdated:
        typer.echo(path)
    if yes:
        prune.remove(outdated)
    verb = "deleted" if yes else "to delete with --yes"
    typer.echo(f"{len(outdated)} files, {size / 1e6:.1f} MB {verb}")
