"""Records: searched, taken in, grouped into works."""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from living_review import sources
from living_review.cli.app import app
from living_review.errors import SearchError
from living_review.exit_codes import INCOMPLETE, NOTHING_NEW

SEARCH_LOCK = "logs/search.lock"


@app.command()
def search() -> None:
    """Ask Medline for what is new and add it to resources/; no table that people edit is read.

    Exit code: 0 something new was added, 3 nothing is new, 4 the search is not complete and
    nothing of it was added, 1 it could not begin. From the environment: NCBI_EMAIL and
    NCBI_API_KEY, of who asks; NCBI_TOOL; NCBI_EUTILS_URL, another server than NCBI's.
    """
    from living_review import config, files, run_log
    from living_review.search import attempts, eutils, settings, transport

    logging.basicConfig(format="%(message)s")
    logging.getLogger("living_review").setLevel(logging.INFO)
    files.lock(SEARCH_LOCK)
    section = config.read(config.PATH, sections=("search",))["search"]
    asked_as = settings.Settings.of(os.environ)
    pubmed = eutils.PubMed(transport.Transport(asked_as))
    if not asked_as.email:
        typer.echo("NCBI asks for an address of who searches: set NCBI_EMAIL.", err=True)
    try:
        made = attempts.everything(section, pubmed, lambda: datetime.now(UTC))
    except SearchError as error:
        typer.echo(f"The search is not complete: {error}", err=True)
        raise typer.Exit(INCOMPLETE) from None
    for attempt in made:
        failed = attempt.outcome == run_log.FAILED
        incomplete = "not complete, nothing was added: " if failed else ""
        typer.echo(f"{attempt.strategy_id}: {incomplete}{attempt.words}", err=failed)
        for words in attempt.findings:
            typer.echo(f"  to look at: {words}")
    outcomes = {attempt.outcome for attempt in made}
    if run_log.FAILED in outcomes:
        raise typer.Exit(INCOMPLETE)
    if outcomes == {run_log.NOTHING_NEW}:
        raise typer.Exit(NOTHING_NEW)


@app.command()
def register(
    file: Annotated[
        Path, typer.Argument(help="An export of records: .nbib .ris .csv .xml .bib .enw .txt")
    ],
    source: Annotated[str, typer.Option(help="The database, such as Embase.")],
    platform: Annotated[str, typer.Option(help="Where it was asked, such as Ovid.")],
    strategy: Annotated[str, typer.Option(help="The search as typed, or the name of its file.")],
    searched_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of search.")],
    method: Annotated[
        str, typer.Option(help=f"One of {', '.join(sources.METHODS)}.")
    ] = "databases",
    note: Annotated[str, typer.Option(help="What a reader should know of it.")] = "",
) -> None:
    """Copy a file of records into the review and enter it in the manifest."""
    from living_review import imports

    added = imports.register(
        file,
        registered_at=datetime.now(UTC),
        source=source,
        method=method,
        platform=platform,
        strategy=strategy,
        searched_on=searched_on.date(),
        note=note,
    )
    typer.echo(f"{added.path}: {added.count} records")


@app.command()
def dedup(
    records: Annotated[
        list[Path],
        typer.Argument(metavar="FILES", help="Exports: .nbib .ris .csv .xml .bib .enw .txt"),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The table to write, a line for each entry.")
    ],
    library: Annotated[
        Path | None,
        typer.Option(help="A folder that keeps all records of earlier runs; this one extends it."),
    ] = None,
) -> None:
    """Find which records are the same work; works in any folder."""
    from living_review import dedup_files

    grouped = dedup_files.dedup_files(records, output, library)
    for line in grouped.unread:
        typer.echo(f"not read as a record: {line}", err=True)
    lines = grouped.lines
    typer.echo(
        f"{output}: {len(lines)} entries, {lines['work_id'].nunique()} works; "
        f"pairs that may be one work too, in doubt left apart: {grouped.asked}"
    )
