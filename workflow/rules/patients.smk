"""
Needs: the extraction tables, what was decided at full text, and what became of the publications;
       nothing that a search derives.
Makes: for each description of the protocol, what groups report as their average, pooled by kind or
       listed; for each analysis, the follow-up of its rows, its landmarks, and events in
       person-time.
"""


rule describe_patients:
    input:
        plan=PLAN_FILE,
        check=made("check"),
    output:
        missing("descriptions"),
    log:
        "logs/describe_patients.log",
    message:
        "Describing the patients"
    script:
        "../scripts/describe_patients.py"


rule follow_patients:
    input:
        plan=PLAN_FILE,
        check=made("check"),
    output:
        missing("courses"),
    log:
        "logs/follow_patients.log",
    message:
        "Following the patients over time"
    script:
        "../scripts/follow_patients.py"
