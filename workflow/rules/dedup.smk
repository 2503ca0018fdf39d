"""
Needs: the records of each source, in the order in which the sources came; what people decided.
Makes: for each source the pairs of its records that are or may be the same publication, among
       themselves and with all earlier ones; from all pairs and decisions, the works, and the
       pairs that a person has to look at.
"""


rule compare_records:
    input:
        plan=PLAN_FILE,
        records=made("records", ".parquet"),
    output:
        missing("pairs"),
    log:
        "logs/compare_records.log",
    message:
        "Looking for duplicates"
    script:
        "../scripts/compare_records.py"


rule group_works:
    input:
        plan=PLAN_FILE,
        records=made("records", ".parquet"),
        pairs=made("pairs", ".parquet"),
    output:
        missing("works"),
    log:
        "logs/group_works.log",
    message:
        "Grouping records of one publication"
    script:
        "../scripts/group_works.py"
