"""The command line: thin words over the functions of the stages."""

import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from living_review import sources
from living_review.errors import ReviewError, SearchError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Keep a systematic review alive. Each command works on the review in this folder.",
)
NOTHING_NEW, INCOMPLETE = 3, 4  # exit codes of a search
SEARCH_LOCK = "logs/search.lock"


def main() -> None:
    """Run a command; a ReviewError becomes its text and exit code 1, a bug keeps its traceback."""
    try:
        app()
    except ReviewError as error:
        sys.exit(str(error))


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
) -> None:
    """Check config and tables; print every mistake with its file, row and column.

    Exit code: 1 if anything is wrong; 0 if nothing is, also if there are warnings.
    """
    from living_review import check, check_words

    forms = {"text": check_words.text, "json": check_words.as_json, "github": check_words.github}
    if form not in forms:
        raise typer.BadParameter(f"{form}; allowed: {', '.join(forms)}")
    found = check.look()
    typer.echo(forms[form](found), err=form == "text" and bool(found.errors))
    if found.errors:
        raise typer.Exit(1)


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


def _column(words: str) -> Any:
    return typer.Option(help=words, metavar="COLUMN", show_default=False)


@app.command()
def pool(
    file: Annotated[Path, typer.Argument(help="A table as CSV, one study a row.")],
    measure: Annotated[
        str | None,
        typer.Option(
            help="PR PLN PLO PAS PFT; RR OR RD PETO AS; MD SMD ROM; COR ZCOR; IR IRLN IRS IRFT;"
            " IRR IRD IRSD; GEN. Without it: PLO, OR, MD, ZCOR, IRLN, IRR or GEN, as columns say."
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            help="EE DL HE HS SJ ML REML EB PM; glmm (PLO, OR); mh (OR, RR, RD); peto (PETO)."
            " Without it: glmm for PLO where the other options allow it, else REML."
        ),
    ] = None,
    test: Annotated[
        str | None,
        typer.Option(
            help="z knha adhoc; glmm: z, for PLO also t; mh, peto: z."
            " Without it: adhoc, or t, where there is one."
        ),
    ] = None,
    pi: Annotated[
        str, typer.Option(help="Quantile of prediction intervals: z, t_km1 or t_km2.")
    ] = "t_km1",
    events: Annotated[str | None, _column("Proportions: patients with the event.")] = None,
    total: Annotated[str | None, _column("Proportions: patients.")] = None,
    yi: Annotated[str | None, _column("Effects as others computed them.")] = None,
    vi: Annotated[str | None, _column("Their sampling variances.")] = None,
    ai: Annotated[str | None, _column("Two groups: events in the first.")] = None,
    bi: Annotated[str | None, _column("First group: without the event; or --n1i.")] = None,
    ci: Annotated[str | None, _column("Two groups: events in the second.")] = None,
    di: Annotated[str | None, _column("Second group: without the event; or --n2i.")] = None,
    n1i: Annotated[str | None, _column("First group: patients.")] = None,
    n2i: Annotated[str | None, _column("Second group: patients.")] = None,
    m1i: Annotated[str | None, _column("Means: of the first group.")] = None,
    m2i: Annotated[str | None, _column("Means: of the second group.")] = None,
    sd1i: Annotated[str | None, _column("Standard deviation of the first group.")] = None,
    sd2i: Annotated[str | None, _column("Standard deviation of the second group.")] = None,
    ri: Annotated[str | None, _column("Correlations.")] = None,
    ni: Annotated[str | None, _column("Correlations: pairs observed.")] = None,
    xi: Annotated[str | None, _column("Rates: events.")] = None,
    ti: Annotated[str | None, _column("Rates: person-time.")] = None,
    x1i: Annotated[str | None, _column("Rates of two groups: events in the first.")] = None,
    t1i: Annotated[str | None, _column("Person-time of the first group.")] = None,
    x2i: Annotated[str | None, _column("Rates of two groups: events in the second.")] = None,
    t2i: Annotated[str | None, _column("Person-time of the second group.")] = None,
    slab: Annotated[str | None, typer.Option(help="The column that names the studies.")] = None,
    moderator: Annotated[
        list[str] | None,
        typer.Option(help="A column to regress on; may be given several times."),
    ] = None,
    by: Annotated[str | None, typer.Option(help="A column of groups, each pooled.")] = None,
    common_tau2: Annotated[
        bool, typer.Option("--common-tau2", help="One variance between studies for all groups.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All numbers, as JSON.")] = False,
) -> None:
    """Pool the studies of any table; works in any folder.

    The options for columns are called as metafor's arguments. With --measure and none of them, the
    table's own columns have these names. All intervals are of 95 %.
    """
    import json

    from living_review import pool_file, pool_table, pool_words

    columns = {
        "events": events, "total": total, "yi": yi, "vi": vi,
        "ai": ai, "bi": bi, "ci": ci, "di": di, "n1i": n1i, "n2i": n2i,
        "m1i": m1i, "m2i": m2i, "sd1i": sd1i, "sd2i": sd2i, "ri": ri, "ni": ni,
        "xi": xi, "ti": ti, "x1i": x1i, "t1i": t1i, "x2i": x2i, "t2i": t2i,
    }  # fmt: skip
    options = pool_table.Options(
        columns, measure, method, test, pi, slab, by, moderator or [], common_tau2
    )
    answer = pool_file.pool_file(file, options)
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        typer.echo(pool_words.summary(answer))


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
        library.records_to_read(plan),
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
    from living_review import current, ledgers, library
    from living_review.interchange import decisions, matching, taking

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


@app.command()
def certainty(
    template: Annotated[
        str, typer.Option(help="Print lines for this person's ledger instead, to be filled in.")
    ] = "",
) -> None:
    """Show what the certainty of each result rests on, and the code by which a rating names it."""
    from living_review import ledgers, plan
    from living_review.report import rating_sheet

    results = rating_sheet.read(plan.make().of("report")[0])
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
    from living_review import files, plan, trigger_log
    from living_review.report import shown

    results = files.read_json(shown.current(plan.make()).with_name("results.json"))
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
