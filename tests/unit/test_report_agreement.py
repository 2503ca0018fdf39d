"""Agreement in words and on the page."""

from report_cases import kidney
from screening_cases import PROTOCOL, line

from living_review.report import agreement as shown
from living_review.screening import agreement


def pairs(n_in, n_apart, n_out, first="ann", second="bob"):
    said = [("include", "include")] * n_in + [("include", "exclude")] * n_apart
    said += [("exclude", "exclude")] * n_out
    lines = [
        line(who, decision, f"pmid:{n}")
        for n, both in enumerate(said)
        for who, decision in zip((first, second), both, strict=True)
    ]
    works = [(f"pmid:{n}", f"pmid:{n}") for n in range(len(said))]
    return agreement.of_pairs(works, lines, PROTOCOL)


def part(rows):
    return shown.part({"agreement": rows})


def test_every_number_is_said():
    """Works, agreement, kappa with its interval, PABAK, both indices; minus as a minus."""
    (row,) = pairs(5, 5, 90)
    assert shown.sentence(row) == (
        "ann and bob, title and abstract: agreed on 95 of 100 works (95.0%); "
        "kappa 0.64 (0.36 to 0.93); PABAK 0.90; prevalence index \N{MINUS SIGN}0.85; "
        "bias index 0.05."
    )
    page = part([row])
    for number in ("100", "95 (95.0%)", "0&#46;64", "0.90", "\N{MINUS SIGN}0.85", "0.05"):
        assert number in page
    assert "Fleiss, Cohen and Everitt" in page


def test_too_few_works_are_said_in_words():
    """In the place of a kappa that nobody should read."""
    page = part(pairs(1, 1, 2))
    assert "not computed: fewer than 8 works were judged by both" in page.replace("&#58;", ":")
    never = part(pairs(10, 0, 10)).replace("&#58;", ":").replace("&#46;", ".")
    assert "1.00 &#40;no interval: they never disagreed&#41;" in never


def test_nobody_has_judged_on_their_own_yet():
    """An empty review says so."""
    assert "has been judged by two people on their own yet" in part([])
    assert kidney()["agreement"] == []


def test_names_of_people_are_text():
    """A screener's name can't put anything into the page."""
    (row,) = pairs(5, 5, 5, first="<b>x</b>|", second="bob")
    assert "<b>" not in part([row])
