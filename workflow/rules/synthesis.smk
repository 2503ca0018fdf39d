"""
Needs: the extraction tables, what was decided at full text, and what became of the publications
       (events, and decisions about them); nothing that a search derives.
Makes: for each analysis of the protocol whose rows changed, one synthesis and its figures; for each
       comparison of treatments whose rows changed, one contrast.
"""


rule pool_outcomes:
    input:
        plan=PLAN_FILE,
        check=made("check"),
    output:
        missing("syntheses"),
    log:
        "logs/pool_outcomes.log",
    message:
        "Pooling outcomes"
    script:
        "../scripts/pool_outcomes.py"


rule draw_figures:
    input:
        plan=PLAN_FILE,
        syntheses=made("syntheses"),
    output:
        missing("figures"),
    log:
        "logs/draw_figures.log",
    message:
        "Drawing figures"
    script:
        "../scripts/draw_figures.py"


rule contrast_modalities:
    input:
        plan=PLAN_FILE,
        check=made("check"),
    output:
        missing("contrasts"),
    log:
        "logs/contrast_modalities.log",
    message:
        "Comparing treatments"
    script:
        "../scripts/contrast_modalities.py"
