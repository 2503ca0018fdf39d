"""Screening: the order of the queue, other programs, agreement."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from living_review.cli.app import app
from living_review.errors import ReviewError


@app.command()
def rank(
    file: Annotated[
        Path | None,
        typer.Argument(help="A table of titles as CSV, with labels; without it, this review."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The table to write, ranked.")
    ] = None,
    label: Annotated[
        str, typer.Option(help="The column of labels: 1 relevant, 0 irrelevant, empty undecided.")
    ] = "",
) -> None:
    """Say what the order of the queue rests on, and what stopping now would risk; or rank a table.

    A table is ranked in any folder.
    """
    from living_review import current, files, tables
    from living_review.screening import rank_file, words

    if file:
        if not output:
            raise ReviewError("say by --output where to write the ranked table")
        ranked = rank_file.rank_file(file, label)
        rows = [
            {name: tables.harmless(cell) for name, cell in cells.items()} for cells in ranked.cells
        ]
        tables.write(output, ranked.columns, rows)
        undecided = sum(bool(cells["rank"]) for cells in ranked.cells)
        typer.echo(f"{output}: {undecided} undecided by rank, then {len(rows) - undecided} decided")
        return
    ground, table = current.made("ranking").of("ranking")[0].paths
    typer.echo(f"{words.ground(files.read_json(ground))}\n\nThe works in order: {table}")


@app.command()
def agreement() -> None:
    """Say how far screeners agreed, by stage and pair of people."""
    from living_review import current, files
    from living_review.report import agreement

    pairs = files.read_json(current.made("screening").of("screening")[0].path)["agreement"]
    typer.echo("\n".join(map(agreement.sentence, pairs)) or agreement.NOTHING)


@app.command()
def queue(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    format: Annotated[
        str, typer.Option(help="csv: ASReview, Rayyan; ris: Covidence, Zotero, EndNote; nbib.")
    ] = "csv",
    stage: Annotated[str, typer.Option(help="title_abstract or full_text.")] = "title_abstract",
    order: Annotated[
        str, typer.Option(help="ranked, arrival, or random: the one for which stopping is exact.")
    ] = "ranked",
    for_: Annotated[
        str, typer.Option("--for", help="A screener: what this person decided is left out.")
    ] = "",
) -> None:
    """Write what waits for screening as a file that other programs read."""
    from living_review import current, files, ledgers, library
    from living_review.interchange import export, waiting

    plan = current.made("records", "pairs", "works", "ranking")
    records = waiting.records(
        library.works(plan),
        library.records_to_read(plan, waiting.FIELDS),
        waiting.ranks(plan),
        ledgers.read("screening"),
        plan.config["screening"],
        stage=stage,
        order=order,
        screener=for_,
    )
    if format not in export.WRITERS:
        raise ReviewError(f"format is {format!r}; allowed: {', '.join(export.WRITERS)}")
    left_out = export.unwritten(records, format)
    files.replace_text(output, export.WRITERS[format](records))
    typer.echo(f"{output}: {len(records) - len(left_out)} works")
    if left_out:
        typer.echo(
            f"{len(left_out)} have no PMID, without which there is no {format}; write them as ris "
            f"or csv: {', '.join(left_out)}",
            err=True,
        )
    if without := sum(not record["abstract"] for record in records):
        typer.echo(f"{without} of {len(records)} have a title only.", err=True)


@app.command()
def decisions(
    file: Annotated[Path, typer.Argument(help="CSV as ASReview, Rayyan or Covidence export it.")],
    stage: Annotated[str, typer.Option(help="title_abstract or full_text.")],
    as_: Annotated[
        str, typer.Option("--as", help="The screener whose decisions these are, as in the ledgers.")
    ] = "",
    screener: Annotated[
        list[str] | None,
        typer.Option(help="Where a file has several people: 'Ann Smith=ann'; 'Bob=' leaves out."),
    ] = None,
    reason: Annotated[
        list[str] | None,
        typer.Option(help="What a reason means here: 'wrong population=other_question'."),
    ] = None,
    list_: Annotated[
        str, typer.Option("--list", help="Covidence: included, excluded or irrelevant.")
    ] = "",
    supersede: Annotated[
        bool, typer.Option("--supersede", help="Let them take the place of earlier decisions.")
    ] = False,
) -> None:
    """Add decisions that somebody made in another program to this person's ledger."""
    from living_review import current, files, ledgers, library
    from living_review.interchange import decisions, matching, taking

    files.lock(ledgers.LOCK)
    export = decisions.read(file, list_)
    people = _pairs("--screener", screener)
    if as_ and sum(map(bool, export.people)) <= 1:  # rows without a name are of the same person
        people |= dict.fromkeys(export.people, as_)
    plan = current.made("records", "pairs", "works")
    known = library.works(plan)
    works = matching.Works(
        zip(known["record_id"], known["work_id"], strict=True),
        library.records(plan).to_dict("records"),
    )
    rules = taking.Rules(
        stage,
        plan.config["screening"],
        plan.config["review"]["protocol_version"],
        people,
        _pairs("--reason", reason),
        supersede,
    )
    taken = taking.take(export, works, ledgers.read("screening"), rules, datetime.now(UTC))
    for heading, entries in (
        ("Contradictions", taken.contradictions),
        ("Rows of no work of this review", taken.unmatched),
    ):
        if entries:
            typer.echo(f"{heading}:\n" + "\n".join(f"  {entry}" for entry in entries), err=True)
    for person, lines in taken.lines.items():
        path = ledgers.append("screening", person, lines)
        typer.echo(f"{path}: {len(lines)} decisions added")
    typer.echo(
        f"{export.program}: {export.rows} rows, {export.undecided} undecided; "
        f"{sum(map(len, taken.lines.values()))} decisions added, {taken.again} known already, "
        f"{len(taken.contradictions)} contradictions, {len(taken.unmatched)} of no work"
    )


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """{"Ann Smith": "ann"} of ["Ann Smith=ann"]."""
    wrong = [one for one in given or () if "=" not in one]
    if wrong:
        raise ReviewError(f"{option} is {wrong[0]!r}; allowed: two words with = between them")
    split = (one.rpartition("=") for one in given or ())
    return {before.strip(): after.strip() for before, _, after in split}
