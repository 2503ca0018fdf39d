"""Invented records, of every kind that an export has to carry."""

from hypothesis import strategies as st

from living_review.records import authors, fields

letters = st.sampled_from("abcdefghij ÄéøßΔκ—'\"=+-@,.;:()[]{}<>&%#!?/|\\0123456789")
sentence = st.text(letters, min_size=1, max_size=60).map(lambda text: fields.clean(f"A {text} z"))
formula = sentence.map(lambda text: f"={text}")
word = st.text(st.sampled_from("abcdefgh"), min_size=2, max_size=8).map(str.capitalize)
initials = st.sampled_from(["A", "BC"])
person = st.just("Renal Study Group") | st.builds("{} {}".format, word, initials)
named = st.builds(lambda family, given: authors.parted(family, given), word, word)
number = st.integers(1, 9999).map(str)


def record(cells):
    people = cells.pop("people")
    people = [one if isinstance(one, authors.Author) else authors.named(one) for one in people]
    short, names = authors.both(dict.fromkeys(people))
    cells |= {"authors": short, "names": names}
    described = (cells[name] for name in ("pmid", "doi", "title", "authors", "year", "journal"))
    return cells | {"record_id": fields.record_id(*described, cells["pages"])}


made = st.fixed_dictionaries(
    {
        "title": sentence | formula,
        "people": st.lists(person, max_size=4) | st.lists(named, max_size=4),
        "year": st.sampled_from(["", "1998", "2026"]),
        "journal": st.just("") | word,
        "volume": st.just("") | number,
        "issue": st.just("") | number,
        "pages": st.sampled_from(["", "377-86", "e0815", "S12-S19", "101", "1-3, 7"]),
        "issn": st.sampled_from(["", "1234-5678", "1234-5678; 8765-432X"]),
        "abstract": st.just("") | sentence | formula,
        "doi": st.sampled_from(["", "10.1000/abc.1", "10.1000/(sici)1097<1::aid-x>3.0.co;2-k"]),
        "pmid": st.just("") | st.integers(1, 99999999).map(str),
        "pmcid": st.sampled_from(["", "PMC1234567"]),
        "language": st.sampled_from(["", "eng", "fre; eng"]),
        "publication_types": st.sampled_from(["", "Journal Article", "Letter; Case Reports"]),
    }
).map(record)
