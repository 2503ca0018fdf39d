"""The verdict on two records: that of the first rule that fits.

A rule is a bibliographic fact that a person can check. It sees two records only, never how often
something occurs in a library, so that neither order nor batches can change a verdict.
"""

from collections.abc import Callable
from typing import NamedTuple

from living_review.dedup.evidence import AGREE, DIFFER, UNKNOWN, Evidence

# same: one work; ask: a person has to look; related: two works that belong to one study or story.
SAME, ASK, RELATED, APART = "same", "ask", "related", "apart"
# copy: the same publication; version: ahead of print, update, second printing, all of these the
# same, and preprint, which is related; companion: abstract of it, notice about it.
COPY, VERSION, COMPANION = "copy", "version", "companion"


class Rule(NamedTuple):
    name: str
    verdict: str
    link: str  # of an `ask` pair: if it is the same
    fits: Callable[[Evidence], bool]


RULES: list[Rule] = []


def rule(verdict: str, link: str = "") -> Callable[[Callable[[Evidence], bool]], Rule]:
    """Append a rule named after its function."""

    def append(fits: Callable[[Evidence], bool]) -> Rule:
        RULES.append(Rule(fits.__name__.replace("_", " "), verdict, link, fits))
        return RULES[-1]

    return append


def judge(e: Evidence) -> Rule:
    """The first rule that fits; the last one fits all."""
    return next(one for one in RULES if one.fits(e))


# --- what rules are made of -------------------------------------------------------------------


def exact(e: Evidence) -> bool:
    """One title, up to spelling."""
    return e.title >= 0.97 and e.wording == AGREE and e.numbers == AGREE


def close(e: Evidence) -> bool:
    """One title, up to a subtitle or a few words."""
    return (e.title >= 0.9 or (e.contained and e.telling)) and e.numbers != DIFFER


def alike(e: Evidence) -> bool:
    return e.title >= 0.8 or e.contained


def author_known(e: Evidence) -> bool:
    return e.first_author == AGREE or e.names >= 0.5


def authors_agree(e: Evidence) -> bool:
    return e.first_author == AGREE and e.names >= 0.8


def strangers(e: Evidence) -> bool:
    return e.first_author == DIFFER and e.names < 0.34


def same_place(e: Evidence) -> bool:
    in_volume = e.volume == AGREE or (e.volume == UNKNOWN and e.journal == AGREE)
    return e.page == AGREE and in_volume


def same_volume(e: Evidence) -> bool:
    return e.journal == AGREE and e.volume == AGREE and e.years == 0


def same_text(e: Evidence) -> bool:
    """One telling title by authors of whom some are known in both records, or none in either."""
    return exact(e) and e.telling and (author_known(e) or e.same_names)


# --- rules, in order --------------------------------------------------------------------------


@rule(SAME, COPY)
def same_DOI_and_pages(e: Evidence) -> bool:
    """DOI and pages agree; then the title may be translated, or a misread author may differ."""
    titled = alike(e) or (e.title >= 0.5 and e.span >= 4 and author_known(e))
    return e.doi == AGREE and same_place(e) and titled and (exact(e) or not strangers(e))


@rule(RELATED, COMPANION)
def notice_about_it(e: Evidence) -> bool:
    """One is the erratum, retraction, comment, reprint or protocol of the other."""
    return e.notice == DIFFER and alike(e) and author_known(e)


@rule(APART)
def notice_about_another(e: Evidence) -> bool:
    return e.notice == DIFFER


@rule(SAME, COPY)
def same_DOI(e: Evidence) -> bool:
    """A DOI is not a key: supplements share one. Other pages need the very same title."""
    if e.doi != AGREE or e.numbers == DIFFER or strangers(e):
        return False
    if exact(e) and e.first_author != DIFFER:
        return True
    titled = close(e) or (e.page == AGREE and alike(e) and e.first_author == AGREE)
    return e.page != DIFFER and titled


@rule(SAME, VERSION)
def version_of_a_review_or_preprint(e: Evidence) -> bool:
    """Their DOIs, or Cochrane numbers, differ in the version only; titles are reworded."""
    if e.stem != AGREE or e.doi == AGREE:
        return False
    reworded = e.title >= 0.6 and e.years <= 1 and e.first_author == AGREE
    return exact(e) or (alike(e) and e.names >= 0.5) or reworded


@rule(SAME, VERSION)
def update_in_a_living_series(e: Evidence) -> bool:
    """Its authors may be others."""
    return e.living and e.journal == AGREE and e.stem != DIFFER and exact(e)


@rule(SAME, COPY)
def same_pages(e: Evidence) -> bool:
    """Given and family names may be mistaken for each other; then title and range agree."""
    titled = close(e) or (alike(e) and author_known(e) and e.numbers != DIFFER)
    by_them = not strangers(e) or (exact(e) and e.span >= 2)
    return same_place(e) and e.years <= 1 and e.telling and titled and by_them


@rule(SAME, COPY)
def same_pages_short_title(e: Evidence) -> bool:
    """A column such as `Editorial` begins on the same page in more than one issue."""
    titled = alike(e) and e.numbers == AGREE and e.first_author != DIFFER
    place = same_place(e) and e.issue != DIFFER and e.years == 0
    return place and e.doi != DIFFER and titled


@rule(SAME, COPY)
def same_range_of_pages(e: Evidence) -> bool:
    """No two articles of several pages share their range; a title may be a translation."""
    enough = (e.title >= 0.75 and e.span >= 4) or (e.title >= 0.5 and e.span >= 8)
    return same_place(e) and e.years == 0 and enough and authors_agree(e)


@rule(SAME, COPY)
def same_pages_in_a_venue_worded_differently(e: Evidence) -> bool:
    titled = e.telling and (exact(e) or (close(e) and e.span >= 2))
    unopposed = e.volume != DIFFER and e.doi != DIFFER
    return e.page == AGREE and e.years == 0 and unopposed and titled and authors_agree(e)


@rule(SAME, COPY)
def same_first_page_in_the_journal(e: Evidence) -> bool:
    """The volume is miscounted: a supplement has one of its own."""
    place = e.page == AGREE and e.journal == AGREE and e.years == 0
    return place and e.doi != DIFFER and same_text(e)


@rule(SAME, COPY)
def same_volume_without_pages(e: Evidence) -> bool:
    if e.doi == DIFFER and (e.issue == DIFFER or e.form != AGREE):
        return False
    return same_volume(e) and e.page == UNKNOWN and e.form != DIFFER and same_text(e)


@rule(SAME, COPY)
def same_volume_on_another_page(e: Evidence) -> bool:
    unopposed = e.issue != DIFFER and e.doi != DIFFER and e.form != DIFFER
    return same_volume(e) and unopposed and exact(e) and e.telling and authors_agree(e)


@rule(SAME, COPY)
def same_volume_of_a_journal_worded_differently(e: Evidence) -> bool:
    """The name is translated, say, or an abbreviation that no rule can read."""
    place = e.volume == AGREE and e.years == 0 and e.page == UNKNOWN
    unopposed = e.doi != DIFFER and e.form == AGREE
    return place and unopposed and exact(e) and e.telling and authors_agree(e)


@rule(SAME, COPY)
def same_title_authors_journal_and_year(e: Evidence) -> bool:
    unopposed = e.volume != DIFFER and e.page == UNKNOWN and e.doi != DIFFER and e.form != DIFFER
    return e.journal == AGREE and e.years == 0 and unopposed and same_text(e)


@rule(SAME, COPY)
def same_title_authors_and_year(e: Evidence) -> bool:
    """One of them does not say where it was published."""
    known = e.volume == DIFFER or e.page == DIFFER or e.doi == DIFFER or e.form == DIFFER
    place = e.journal == UNKNOWN and e.years == 0 and not known
    return place and exact(e) and e.telling and e.first_author == AGREE


@rule(SAME, VERSION)
def ahead_of_print(e: Evidence) -> bool:
    """In the journal, a year earlier, with no place yet."""
    unopposed = e.volume != DIFFER and e.page == UNKNOWN and e.doi != DIFFER and e.form != DIFFER
    return e.journal == AGREE and e.years <= 1 and unopposed and same_text(e)


@rule(SAME, COPY)
def same_volume_and_a_longer_title(e: Evidence) -> bool:
    place = e.journal == AGREE and e.years == 0 and e.volume != DIFFER and e.page == UNKNOWN
    titled = e.telling and e.contained and e.title >= 0.9 and e.numbers == AGREE
    return place and e.doi != DIFFER and e.form == AGREE and titled and authors_agree(e)


@rule(SAME, VERSION)
def printed_again(e: Evidence) -> bool:
    """The same title and authors on as many pages of the next volume."""
    text = e.title == 1 and e.telling and e.numbers == AGREE and e.same_names
    place = e.journal == AGREE and e.years == 1 and e.as_long and e.form != DIFFER
    return text and place and e.first_author == AGREE


@rule(ASK, COPY)
def same_title_and_authors_but_a_doubt(e: Evidence) -> bool:
    unopposed = e.journal != DIFFER and e.form != DIFFER and e.years <= 1
    return unopposed and close(e) and e.telling and author_known(e)


@rule(ASK, COPY)
def same_range_of_pages_but_another_title(e: Evidence) -> bool:
    enough = e.title >= 0.5 and e.span >= 4
    return same_place(e) and e.years == 0 and enough and authors_agree(e)


@rule(RELATED, VERSION)
def preprint_of_it(e: Evidence) -> bool:
    """A report of its own: people may have read, and extracted, either of the two."""
    return e.preprint and close(e) and e.telling and author_known(e) and e.years <= 4


@rule(RELATED, COMPANION)
def another_report_of_it(e: Evidence) -> bool:
    """One title by the same people in another place: say the abstract of an article."""
    return close(e) and e.telling and author_known(e) and e.years <= 4


@rule(APART)
def nothing_says_so(e: Evidence) -> bool:
    return True


# --- words ------------------------------------------------------------------------------------

WEIGHTS = {"title": 4.0, "authors": 2.0, "year": 1.0, "journal": 1.0, "volume": 1.0, "page": 2.0,
           "DOI": 3.0}  # fmt: skip


def agreements(e: Evidence) -> dict[str, float]:
    """How far each field that both records have agrees, 0 to 1, in the order of WEIGHTS."""
    known = {
        "title": e.title,
        "authors": max(e.names, float(e.first_author == AGREE)) if e.names >= 0 else None,
        "year": {-1: None, 0: 1.0, 1: 0.5}.get(e.years, 0.0),
    }
    places = {"journal": e.journal, "volume": e.volume, "page": e.page, "DOI": e.doi}
    known |= {field: float(to == AGREE) if to else None for field, to in places.items()}
    return {field: value for field, value in known.items() if value is not None}


def score(e: Evidence) -> float:
    """Weighted share of the known fields that agree, 0 to 1; it ranks and decides nothing."""
    shares = agreements(e)
    total = sum(WEIGHTS[field] for field in shares)
    return round(sum(WEIGHTS[field] * share for field, share in shares.items()) / total, 3)


def why(e: Evidence) -> str:
    """The evidence in a line: `title 98 %, authors 100 %, same year; other DOI; unknown page`."""
    shares = agreements(e)
    likeness = [f"{field} {shares[field]:.0%}" for field in ("title", "authors") if field in shares]
    rest = [field for field in WEIGHTS if field not in ("title", "authors")]
    same = [f"same {field}" for field in rest if shares.get(field) == 1]
    other = [f"other {field}" for field in rest if shares.get(field, 1) < 1]
    vetoes = {"numbers in the title": e.numbers, "kind of notice": e.notice, "form": e.form}
    other += [f"other {field}" for field, to in vetoes.items() if to == DIFFER]
    unknown = [f"unknown {field}" for field in WEIGHTS if field not in shares]
    return "; ".join(", ".join(part) for part in (likeness + same, other, unknown) if part)
