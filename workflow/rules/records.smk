"""
Needs: the files of records that people dropped in, as resources/imports/manifest.csv lists them,
       and those that searches fetched, as resources/searches/*/run.json tells.
Makes: one table of records for each, and beside it what could not be read, with line and reason.
"""


rule parse_records:
    input:
        plan=PLAN_FILE,
        check=made("check"),
    output:
        missing("records"),
    log:
        "logs/parse_records.log",
    message:
        "Reading records"
    script:
        "../scripts/parse_records.py"
