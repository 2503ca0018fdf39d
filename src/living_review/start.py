"""A new review: the protocol, the codebook and the empty tables that it starts with.

What it is made of lies in starter/, as YAML with comments for people. Answers are put into the
parsed YAML and written out again by ruamel.yaml, so that they stay texts whatever they contain.
"""

import io
import re
import shlex
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from living_review import (
    amendments,
    analyses,
    codebook,
    config,
    files,
    ledgers,
    names,
    sources,
    tables,
)
from living_review.checklists import said
from living_review.errors import ReviewError
from living_review.report import reads

STARTER = Path(__file__).with_name("starter")
TEXTS = {
    amendments.PATH: "amendments.yaml",
    said.PATH: "checklists.yaml",
    "resources/README.md": "resources.md",
    "results/README.md": "results.md",
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
}
LEDGER_TO_COPY = f"{ledgers.FOLDER}/screening/your_id.csv"
LONGEST_ID = 40  # characters of an id that is made from words
ONE_LINE = 2**20  # columns: no text is broken, since a break in YAML is easily lost in editing


class Answers(NamedTuple):
    """What a review starts from, in people's own words."""

    title: str
    question: str
    outcome: str  # its name, like Recurrence
    says: str  # the end of "About 72 in 100 patients ..."
    treatments: Sequence[str]  # one or more


OPTIONS = ("--title", "--question", "--outcome", "--says", "--treatment")  # as Answers has them
PROMPTS = {
    "title": "What the review is called",
    "question": "The question in one sentence",
    "outcome": "What is counted in the patients, such as Recurrence",
    "says": 'The end of "About 72 in 100 patients ...", such as had a recurrence',
    "treatments": "What the patients had, such as Surgery",
}
NEXT = """\
A review is ready in {folder}. Next:

1. Write its protocol in {folder}/config/config.yaml. In {folder},
   `living-review check` names every mistake.
2. Bring records in. In {folder}: `living-review search` asks PubMed, once the protocol has
   a strategy for it; lists that were exported elsewhere come in one after another by
   living-review register export.ris --source Embase --platform Ovid \\
       --strategy "the search as typed" --searched-on {on}
3. Make the page, {folder}/results/report/index.html. In {checkout}:
   snakemake --directory {from_checkout}

{folder}/resources/README.md says how decisions and studies are entered."""


def begin(folder: Path, answers: Answers, on: date) -> None:
    """Write a review into a folder that is empty or not there yet.

    on: the day whose year and month are the version of the protocol. Raises ReviewError, and
    writes nothing, if the folder holds anything or can't be written, or if an answer is missing.
    """
    require_empty(folder)
    answers = on_one_line(answers)
    require_complete(answers)
    try:
        for name, text in contents(folder.resolve().name, answers, on).items():
            files.replace_text(folder / name, text)
    except OSError as error:
        raise ReviewError(f"{folder} can't be written: {error.strerror}") from error


def ask(answers: Answers, prompt: Callable[[str], str]) -> Answers:
    """The answers, those that are missing asked for by `prompt`, which gets the words to show."""
    given = {name: answer or prompt(PROMPTS[name]) for name, answer in answers._asdict().items()}
    if isinstance(given["treatments"], str):
        given["treatments"] = [given["treatments"]]
    return Answers(**given)


def next_steps(folder: Path, on: date) -> str:
    """What to do with a review that has just begun."""
    whole = folder.resolve()
    inside = whole.is_relative_to(names.CHECKOUT)
    from_checkout = whole.relative_to(names.CHECKOUT) if inside else whole
    return NEXT.format(
        folder=folder,
        checkout=names.CHECKOUT,
        from_checkout=shlex.quote(str(from_checkout)),
        on=on,
    )


def require_empty(folder: Path) -> None:
    """Raise ReviewError if the folder holds anything, or is no folder."""
    if folder.exists() and not folder.is_dir():
        raise ReviewError(f"{folder} is a file; a new review needs a folder of its own")
    held = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    if held:
        more = f" and {len(held) - 3} more" if len(held) > 3 else ""
        raise ReviewError(
            f"{folder} holds {', '.join(held[:3])}{more}; a new review needs a folder that is "
            "empty or not there yet. Nothing was changed."
        )


def on_one_line(answers: Answers) -> Answers:
    """The answers with single spaces between their words: YAML reads line breaks in many ways."""
    tidy = {name: _words(text) for name, text in answers._asdict().items() if name != "treatments"}
    return Answers(**tidy, treatments=[_words(text) for text in answers.treatments])


def _words(text: str) -> str:
    return " ".join(text.split())


def require_complete(answers: Answers) -> None:
    """Raise ReviewError naming every answer that is missing, or that is no readable text."""
    treatments = list(answers.treatments)
    options = dict(zip(OPTIONS, (*answers[:-1], "".join(treatments)), strict=True))
    wrong = [f"{option} is missing" for option, text in options.items() if not _sentence(text)]
    wrong += [f"{option} is no readable text" for option, text in options.items() if _broken(text)]
    if wrong:
        raise ReviewError("A new review can't start yet: " + "; ".join(wrong))


def _sentence(text: str) -> str:
    """Without the full stop and the space around it."""
    return text.strip().rstrip(".").rstrip()


def _broken(text: str) -> bool:
    """Whether bytes of it could not be read, as those of a terminal with another encoding."""
    return any(unicodedata.category(character) == "Cs" for character in text)


def contents(name: str, answers: Answers, on: date) -> dict[str, str]:
    """{path below the folder: text} of a new review; name: what its folder is called."""
    treatments = _with_ids(answers.treatments)
    outcome = identifier(answers.outcome, "outcome")
    book = _load("codebook.yaml")
    book["tables"]["arms"]["columns"]["treatment"]["example"] = next(iter(treatments))
    book["tables"]["outcomes"]["columns"]["outcome"]["example"] = outcome
    protocol = _protocol(_load("config.yaml"), name, answers, on, outcome, treatments)
    texts = {path: STARTER.joinpath(file).read_text("utf-8") for path, file in TEXTS.items()}
    return {
        config.PATH: _dumped(protocol),
        codebook.PATH: _dumped(book),
        **{
            analyses.path(table): tables.as_text(book["tables"][table]["columns"], [])
            for table in analyses.TABLES
        },
        sources.MANIFEST: tables.as_text(sources.COLUMNS, []),
        reads.PUBLISHED: tables.as_text(reads.PUBLISHED_COLUMNS, []),
        LEDGER_TO_COPY: tables.as_text(ledgers.COLUMNS["screening"], []),
        **texts,
    }


def _protocol(
    protocol: Any,
    name: str,
    answers: Answers,
    on: date,
    outcome: str,
    treatments: Mapping[str, str],
) -> Any:
    """The starter's protocol with the answers in their places, its comments kept."""
    label = answers.outcome.strip()
    protocol["review"]["id"] = identifier(name, "review").replace("_", "-")
    protocol["review"]["title"] = answers.title.strip()
    protocol["review"]["question"] = answers.question.strip()
    protocol["review"]["protocol_version"] = DoubleQuotedScalarString(f"{on:%Y.%m}")
    protocol["pico"]["intervention"] = "; ".join(treatments.values())
    protocol["pico"]["outcomes"] = label
    protocol["vocabularies"]["treatment"] = dict(treatments)
    counted = protocol["outcomes"].pop("outcome")
    counted["label"] = label
    counted["says"] = _sentence(answers.says)
    protocol["outcomes"][outcome] = counted
    pattern = protocol["analyses"].pop()
    for treatment, words in treatments.items():
        analysis = deepcopy(pattern)  # what two share would be written as a reference
        analysis["id"] = f"{outcome}_{treatment}"
        analysis["title"] = f"{label}: {words}"
        analysis["outcome"] = outcome
        analysis["where"]["treatment"][:] = [treatment]
        protocol["analyses"].append(analysis)
    return protocol


def _with_ids(words: Iterable[str]) -> dict[str, str]:
    """Each of the words, as they stand, under an id of its own."""
    named: dict[str, str] = {}
    for word in dict.fromkeys(text.strip() for text in words if text.strip()):
        first = identifier(word, "treatment")
        others = (f"{first}_{number}" for number in count(2))
        named[next(id_ for id_ in chain([first], others) if id_ not in named)] = word
    return named


def identifier(words: str, otherwise: str) -> str:
    """An id of small letters, digits and _ made from words; `otherwise` if they have no letter.

    Accents are taken off. What begins with a digit gets `otherwise` before it.
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_ID].rstrip("_")
    if made[:1].isdigit():
        made = f"{otherwise}_{made}"
    return made or otherwise


def _yaml() -> YAML:
    yaml = YAML()  # keeps comments
    yaml.preserve_quotes = True
    yaml.width = ONE_LINE
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _load(file: str) -> Any:
    return _yaml().load(STARTER / file)


def _dumped(document: Any) -> str:
    written = io.StringIO()
    _yaml().dump(document, written)
    return written.getvalue()
