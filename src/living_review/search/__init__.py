"""Asking Medline what is new, and proving that everything it has was received.

`steps.everything` is the whole of it; `transport`, `eutils`, `partition` know how Medline is asked,
`relevant`, `health`, `archive` what a review has to know of the answer.
"""
