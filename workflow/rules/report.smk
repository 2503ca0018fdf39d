"""
Needs: syntheses, figures, contrasts, what waits, the extraction tables, the log of searches.
Makes: the page under its own name, and then at the path that never changes,
       results/report/index.html; what waits for people as tables, in the order of the ranking.
"""


rule render_page:
    input:
        plan=PLAN_FILE,
        check=made("check"),
        works=made("works"),
        screening=made("screening"),
        syntheses=made("syntheses"),
        figures=made("figures"),
        contrasts=made("contrasts"),
        descriptions=made("descriptions"),
        courses=made("courses"),
        changes=made("changes"),
    output:
        missing("report"),
    log:
        "logs/render_page.log",
    message:
        "Rendering the page"
    script:
        "../scripts/render_page.py"


rule show_page:
    input:
        plan=PLAN_FILE,
        check=made("check"),
        page=made("report"),
    output:
        SHOWN,
    log:
        "logs/show_page.log",
    message:
        "Showing the page"
    script:
        "../scripts/show_page.py"


rule list_todo:
    input:
        plan=PLAN_FILE,
        page=made("report"),
        ranking=made("ranking"),
    output:
        missing("todo"),
    log:
        "logs/list_todo.log",
    message:
        "Listing what waits for people"
    script:
        "../scripts/list_todo.py"
