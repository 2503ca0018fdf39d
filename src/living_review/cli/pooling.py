"""Pooling any table of studies."""

from pathlib import Path
from typing import Annotated, Any

import typer

from living_review.cli.app import app


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
