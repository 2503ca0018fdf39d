"""
Needs: the works, and the ledgers of screening decisions; for the ranking also titles and abstracts.
Makes: where every work stands, and what waits for people; in what order they may want to read it.
       The page is not made of the ranking, since abstracts may be absent from a clone.
"""


rule place_works:
    input:
        plan=PLAN_FILE,
        records=made("records"),
        pairs=made("pairs"),
        works=made("works"),
        check=made("check"),
    output:
        missing("screening"),
    log:
        "logs/place_works.log",
    message:
        "Finding what waits for people"
    script:
        "../scripts/place_works.py"


rule rank_works:
    input:
        plan=PLAN_FILE,
        records=made("records"),
        pairs=made("pairs"),
        works=made("works"),
        check=made("check"),
    output:
        missing("ranking"),
    log:
        "logs/rank_works.log",
    message:
        "Ranking what waits for people"
    script:
        "../scripts/rank_works.py"
