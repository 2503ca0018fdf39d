"""
Needs: the network, and the search strategies of the protocol.
Makes: nothing that `all` asks for: what a search finds is added to resources/ first, and the
       next run takes it up.
"""


rule search:
    log:
        "logs/search.log",
    params:
        python=sys.executable,
    message:
        "Asking Medline"
    shell:
        "{params.python:q} -m living_review search 2>&1 | tee {log:q}"
