"""
Needs: the works, and the ledgers of screening decisions.
Makes: where every work stands, and what waits for people.
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
