"""
Needs: all tables that people write.
Makes: a statement that they are right, or one message with every mistake in them; nothing is
       computed from tables that are not.
"""


rule check_tables:
    input:
        plan=PLAN_FILE,
    output:
        missing("check"),
    log:
        "logs/check_tables.log",
    message:
        "Checking the tables"
    script:
        "../scripts/check_tables.py"
