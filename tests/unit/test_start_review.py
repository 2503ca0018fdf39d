"""A new review takes people's words as they are, and is right from its first minute."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from living_review import check, codebook, config, start, tables
from living_review.errors import ReviewError
from living_review.start import Answers

DAY = date(2031, 4, 5)
ANSWERS = Answers(
    title="Stretching for a frozen shoulder",
    question="Does stretching help?",
    outcome="Recovery",
    says="recovered",
    treatments=["Stretching"],
)
HOSTILE = [
    "quotes \"double\" and 'single'",
    "a: colon, and another: one",
    "a # no comment",
    "two\nlines",
    "a line\n---\nand a document",
    "---",
    "...and more",
    "emoji 🦴 and 手术",
    "- a list",
    "{a: b}",
    "[a, b]",
    "&anchor",
    "*alias",
    "!tag",
    "%YAML 1.1",
    "@at",
    "`tick`",
    "| bar",
    "> greater",
    "? question",
    "=",
    "<<",
    "~",
    "null",
    "yes",
    "No",
    "1.0",
    "0x1F",
    "1e5",
    "2026-11-23",
    "tab\there",
    "back\\slash",
    "a zero \0 byte and \x07 a bell",
    "\ufeffmark, \u2028 line and \x85 next line",
    "word " * 100,
    "# all a comment",
]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text.strip(". \n").strip()
)


def test_a_line_break_of_any_kind_is_a_space(tmp_path):
    """The next-line character too, which YAML folds and Python does not."""
    protocol, _ = begun(tmp_path, ANSWERS._replace(title="one\x85two", treatments=["a\x85b\nc"]))
    assert said(protocol).title == "one two"
    assert said(protocol).treatments == ["a b c"]


def begun(folder, answers=ANSWERS):
    """The protocol and the codebook of a review that starts with these answers."""
    start.begin(folder, answers, DAY)
    protocol = config.read(folder / config.PATH)
    return protocol, codebook.read(folder / codebook.PATH, protocol)


def said(protocol):
    """The answers as the protocol has them."""
    (outcome,) = protocol["outcomes"].values()
    return Answers(
        title=protocol["review"]["title"],
        question=protocol["review"]["question"],
        outcome=outcome["label"],
        says=outcome["says"],
        treatments=list(protocol["vocabularies"]["treatment"].values()),
    )


@pytest.mark.parametrize("words", list(zip(*[iter(HOSTILE)] * 4, strict=True)), ids=str)
def test_words_stay_as_they_are(tmp_path, words):
    """Whatever YAML could read as more than a text comes back as the text, on one line."""
    answers = Answers(*words, treatments=words)
    protocol, _ = begun(tmp_path / "review", answers)
    title, question, outcome, says = (" ".join(text.split()) for text in words)
    assert said(protocol) == Answers(
        title, question, outcome, says, [title, question, outcome, says]
    )


@given(st.builds(Answers, WORDS, WORDS, WORDS, WORDS, st.lists(WORDS, min_size=1, max_size=4)))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_make_a_review(tmp_path_factory, answers):
    """No answer makes a protocol or a codebook that is refused, and none is lost."""
    protocol, _ = begun(tmp_path_factory.mktemp("any") / "review", answers)
    treatments = list(dict.fromkeys(" ".join(text.split()) for text in answers.treatments))
    heard = said(protocol)
    assert heard.title == " ".join(answers.title.split())
    assert heard.treatments == treatments
    assert len(protocol["analyses"]) == len(treatments)


def test_a_new_review_passes_its_check(tmp_path, monkeypatch):
    """Every table is there with its columns, and no row; nothing is found wrong."""
    begun(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert set(check.everything()["rows"].values()) == {0}
    for path in tmp_path.rglob("*.csv"):
        assert tables.read(path).columns
        assert path.read_text().count("\n") == 1


def test_answers_are_what_is_analysed(tmp_path):
    """Each treatment has an analysis of the outcome; the codebook's examples are of this review."""
    answers = ANSWERS._replace(treatments=["Stretching", "Surgery", "Stretching "])
    protocol, book = begun(tmp_path, answers)
    assert [entry["title"] for entry in protocol["analyses"]] == [
        "Recovery: Stretching",
        "Recovery: Surgery",
    ]
    assert [entry["where"]["treatment"] for entry in protocol["analyses"]] == [
        ["stretching"],
        ["surgery"],
    ]
    assert protocol["review"]["protocol_version"] == "2031.04"
    assert book.tables["arms"].columns["treatment"].values == ("stretching", "surgery")
    assert book.tables["outcomes"].columns["outcome"].values == ("recovery",)


def test_the_protocol_explains_itself(tmp_path):
    """Comments for people survive the answers; every point that is open is a question."""
    protocol, _ = begun(tmp_path)
    written = (tmp_path / config.PATH).read_text()
    assert written.count("#") > 20
    assert written.splitlines()[0].startswith("# The protocol of this review")
    assert any("question" in point for point in protocol["eligibility"])


@pytest.mark.parametrize(
    ("words", "id_"),
    [
        ("Recurrence", "recurrence"),
        ("Free of disease, at 5 years", "free_of_disease_at_5_years"),
        ("5-year survival", "outcome_5_year_survival"),
        ("Rétrécissement", "retrecissement"),
        ("手术", "outcome"),
        ("🦴", "outcome"),
        ("a " * 60, "a" + "_a" * 19),
    ],
)
def test_ids_are_made_from_words(words, id_):
    """Small letters, digits and _ that begin with a letter; words without any get a plain name."""
    assert start.identifier(words, "outcome") == id_


def test_treatments_never_share_an_id(tmp_path):
    """Words that come to the same id are numbered."""
    answers = ANSWERS._replace(treatments=["Surgery", "Surgery!", "surgery", "手术", "放疗"])
    protocol, _ = begun(tmp_path, answers)
    assert list(protocol["vocabularies"]["treatment"]) == [
        "surgery",
        "surgery_2",
        "surgery_3",
        "treatment",
        "treatment_2",
    ]


@pytest.mark.parametrize("held", ["notes.txt", ".git/config", "config/config.yaml"])
def test_a_folder_that_holds_anything_is_refused(tmp_path, held):
    """Nothing that is there is touched, and nothing is put beside it."""
    path = tmp_path / held
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    with pytest.raises(ReviewError, match="needs a folder that is empty") as error:
        start.begin(tmp_path, ANSWERS, DAY)
    assert held.split("/")[0] in str(error.value)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]
    assert path.read_text() == "mine"


def test_a_file_is_no_folder(tmp_path):
    """A name that a file has is refused."""
    path = tmp_path / "review"
    path.write_text("mine")
    with pytest.raises(ReviewError, match="is a file"):
        start.begin(path, ANSWERS, DAY)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    """One sentence, and no list of calls."""
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(ReviewError, match="can't be written: Not a directory"):
        start.begin(tmp_path / "notes" / "review", ANSWERS, DAY)


def test_an_empty_folder_and_deep_ones_are_taken(tmp_path):
    """Folders on the way are made."""
    (tmp_path / "empty").mkdir()
    begun(tmp_path / "empty")
    begun(tmp_path / "a" / "b" / "c")


def test_every_missing_answer_is_named(tmp_path):
    """Once, by the option that gives it; and nothing is written."""
    with pytest.raises(ReviewError) as error:
        start.begin(tmp_path / "review", Answers("A title", " ", "", " . ", [" "]), DAY)
    for option in ("--question", "--outcome", "--says", "--treatment"):
        assert f"{option} is missing" in str(error.value)
    assert "--title" not in str(error.value)
    assert not (tmp_path / "review").exists()


def test_bytes_of_another_encoding_are_named(tmp_path):
    """What a terminal could not decode is refused before anything is written."""
    undecoded = b"Caf\xe9".decode("utf-8", "surrogateescape")
    with pytest.raises(ReviewError, match="--title is no readable text"):
        start.begin(tmp_path / "review", ANSWERS._replace(title=undecoded), DAY)
    assert not (tmp_path / "review").exists()


def test_only_what_is_missing_is_asked():
    """Answers given as options are not asked for again."""
    asked = []

    def prompt(words):
        asked.append(words)
        return "typed"

    assert start.ask(ANSWERS, prompt) == ANSWERS
    assert asked == []
    answers = start.ask(ANSWERS._replace(says="", treatments=[]), prompt)
    assert (answers.says, answers.treatments) == ("typed", ["typed"])
    assert len(asked) == 2


def test_a_full_stop_does_not_end_the_sentence_twice(tmp_path):
    """The page ends the sentence itself."""
    protocol, _ = begun(tmp_path, ANSWERS._replace(says="had a recurrence. "))
    assert protocol["outcomes"]["recovery"]["says"] == "had a recurrence"
