"""Extraction: what waits, the workbook, a second extractor."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from living_review.cli.app import app


@app.command()
def todo(
    who: Annotated[str, typer.Option("--as", help="Only what this person may do.")] = "",
    kind: Annotated[str, typer.Option(help="Only one kind, such as screen or verify.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many of each kind; 0 for all.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="All of it, as JSON.")] = False,
    pmids: Annotated[
        bool, typer.Option("--pmids", help="Only the PMIDs of works without an abstract here.")
    ] = False,
) -> None:
    """Say what waits for people, for whom, in the order in which to do it."""
    import json

    from living_review import plan
    from living_review.todo import abstracts, read, words

    current = plan.make()
    waiting = read.read(current).for_person(who).of_kind(kind)
    if as_json:
        typer.echo(json.dumps(waiting.tasks(), ensure_ascii=False, indent=1))
        return
    missing = abstracts.missing(current, waiting)
    if pmids:
        typer.echo(abstracts.pmids(missing))
        return
    typer.echo(words.told(waiting, limit))
    if said := abstracts.told(missing, waiting):
        typer.echo(said)


@app.command()
def sheet(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The workbook to write, such as work.xlsx.")
    ],
    who: Annotated[
        str, typer.Option("--as", help="For whom: the queue has what this person may decide.")
    ] = "",
) -> None:
    """Write the queue and the extraction tables as one workbook for a spreadsheet."""
    from living_review.workbook import give

    typer.echo(give.give(output, who))


@app.command()
def take(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES", help="The workbook, or CSV files of its sheets."),
    ],
    who: Annotated[str, typer.Option("--as", help="Your name, always the same.")],
    why: Annotated[
        str, typer.Option(help="Why values are changed, where a row does not say it itself.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
) -> None:
    """Show what a workbook changes, ask, and write it into the tables and your own decisions."""
    from living_review.workbook import take, words

    taken = take.prepare(files, who, datetime.now(UTC), why)
    if said := words.difference(taken.compared):
        typer.echo(said)
    typer.echo(words.count(taken.compared))
    if taken.is_empty:
        return
    if not yes and not typer.confirm("Write this?"):
        typer.echo("Nothing was written.")
        raise typer.Exit(1)
    take.write(taken)
    typer.echo("Written: " + ", ".join(taken.merged.contents))


@app.command()
def compare(
    lines: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write lines of consensus to complete."),
    ] = None,
) -> None:
    """Hold what a second extractor took against the tables, field by field."""
    from living_review import analyses, codebook, companions, config, second_extraction
    from living_review import tables as tables_

    book = codebook.read(codebook.PATH, config.read(config.PATH))
    found = second_extraction.compare(
        analyses.read(book), second_extraction.read(), companions.in_order("consensus"), book
    )
    for one in found:
        for share in one.agreement:
            typer.echo(
                f"{one.person}, {share.table}: {share.alike} of {share.cells} cells alike, "
                f"{share.rows_of_one} rows that only one of the two has"
            )
        for difference in one.open:
            typer.echo(f"  {difference}")
    if not found:
        typer.echo(f"No second extraction: there is no table in {second_extraction.SECOND}/")
    if lines:
        waiting = [second_extraction.line(one.person, each) for one in found for each in one.open]
        tables_.write(lines, companions.columns("consensus"), waiting)
        typer.echo(f"{lines}: {len(waiting)} lines to complete")
