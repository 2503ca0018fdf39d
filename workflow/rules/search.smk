"""
Needs: the network, and the search strategies of the protocol; no table that people edit.
Makes: nothing that `all` asks for: what a search finds is added to resources/ first, and the
       next run takes it up. That nothing is new is a success.
"""


rule search:
    log:
        "logs/search.log",
    params:
        python=sys.executable,
        nothing_new=3,
    message:
        "Asking Medline"
    shell:
        "{params.python:q} -m living_review search 2>&1 | tee {log:q} || test $? = {params.nothing_new}"
