"""
Needs: the extraction tables, what was decided at full text, and what became of the publications
       (events, and decisions about them); published versions; nothing that a search derives.
Makes: for each analysis of the protocol whose rows changed, one synthesis and its figures; for each
       comparison of treatments whose rows changed, one contrast; what moved each analysis since the
       last version.
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


rule compare_versions:
    input:
        plan=PLAN_FILE,
        check=made("check"),
        syntheses=made("syntheses"),
    output:
        missing("changes"),
    log:
        "logs/compare_versions.log",
    message:
        "Holding the results against the last version"
    script:
        "../scripts/compare_versions.py"
