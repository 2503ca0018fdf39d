"""config.yaml: what is right is read, what is wrong is named by file, line and key."""

import csv
import json
import re
import subprocess
import sys
from itertools import accumulate
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_review import config, schemas
from living_review.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / config.PATH

PROTOCOL = """\
review:
  id: renal
  title: Salvage
  question: What happens?
  protocol_version: "2026.11"
  language: en
  licence: CC BY 4.0
  team:
    - {id: mk, role: screens}
    - {id: jl, role: screens}
  continues: {citation: A 2025, doi: 10.1000/x, searched: "1981-2024", studies: 29, patients: 364}
pico: {population: P, intervention: I, comparison: C, outcomes: O}
search:
  strategies:
    - {id: pubmed_1, source: MEDLINE, platform: PubMed, query: a, note: ours, press: not done}
    - {id: embase_1, source: Embase, platform: Ovid, query: b, note: ours, press: not done}
  keep_abstracts: false
  outdated_after_days: 60
eligibility:
  - {id: adults, topic: Age, rule: over 18}
  - {id: residual, topic: Residual tumour, question: does it count?}
screening:
  stages: [title_abstract, full_text]
  screeners_required: {title_abstract: 2, full_text: 2}
  reasons: {other_organ: Not the kidney}
vocabularies:
  yes_no_unknown: {"yes": Yes, "no": No, unknown: Not known}
  basis: {full_text: Full text, abstract: Abstract}
outcomes:
  recurrence: {label: Recurrence, definition: It came back, better: lower, says: had it again}
  died: {label: Died, definition: Died, better: lower, says: died}
outcome_sets:
  - {id: course, kind: exclusive, outcomes: [recurrence, died]}
  - {id: all, kind: overlapping, outcomes: [died, recurrence]}
analyses:
  - id: recurrence
    title: Recurrence
    outcome: recurrence
    where: {modality: [re_ablation]}
    model: {measure: PLO, method: REML, test: adhoc}
  - id: death
    title: Death
    outcome: died
    where: {unit: [patient]}
    published: {group: all, measure: died}
    model: {measure: PLO, method: REML, test: adhoc}
"""


@pytest.fixture
def wrong(tmp_path, monkeypatch):
    """The message that a text gets as config.yaml."""
    monkeypatch.chdir(tmp_path)

    def message(content: str | bytes) -> str:
        content = content.encode() if isinstance(content, str) else content
        Path("config.yaml").write_bytes(content)
        with pytest.raises(ConfigError) as error:
            config.read("config.yaml")
        return str(error.value)

    return message


def test_the_shipped_protocol_is_right():
    """It reads as a plain mapping that JSON can hold, with the sections of the schema in order."""
    protocol = config.read(SHIPPED)
    schema = schemas.load("config")
    assert list(protocol) == [name for name in schema["properties"] if name in protocol]
    assert set(schema["required"]) <= set(protocol)
    assert json.loads(json.dumps(protocol)) == protocol


def test_words_that_yaml_1_1_would_turn_into_values_stay_words(tmp_path):
    """no, on and dates are texts; a year in quotes is a text."""
    path = tmp_path / "config.yaml"
    text = PROTOCOL.replace("title: Salvage", "title: no").replace("query: a,", "query: on,")
    path.write_text(text.replace("rule: over 18", "rule: 2026-11-23"))
    protocol = config.read(path)
    assert protocol["review"]["title"] == "no"
    assert protocol["search"]["strategies"][0]["query"] == "on"
    assert protocol["eligibility"][0]["rule"] == "2026-11-23"
    assert protocol["vocabularies"]["yes_no_unknown"] == {
        "yes": "Yes",
        "no": "No",
        "unknown": "Not known",
    }


@pytest.mark.parametrize(
    "content",
    [
        PROTOCOL.encode("utf-8-sig"),
        PROTOCOL.replace("\n", "\r\n").encode(),
        ("---\n" + PROTOCOL + "...\n").encode(),
        ("# a comment\n\n" + PROTOCOL).encode(),
    ],
    ids=["byte order mark", "Windows line ends", "document marks", "comment"],
)
def test_what_an_editor_adds_changes_nothing(tmp_path, content):
    """The protocol is the same, so that no result gets another name."""
    plain, edited = tmp_path / "plain.yaml", tmp_path / "edited.yaml"
    plain.write_text(PROTOCOL)
    edited.write_bytes(content)
    assert config.read(edited) == config.read(plain)


WRONG_KEYS = {
    "a misspelt key": (
        "  title: Salvage",
        "  titel: Salvage",
        [
            "config.yaml line 1: review.title is missing; allowed: the title on the page",
            "config.yaml line 3: review.titel is not a known key; allowed: title (the nearest of "
            "title, registration, contact, funding, interests, address, suggest, authors, doi)",
        ],
    ),
    "an unknown section": (
        "pico:",
        "picos: {}\npico:",
        [
            "config.yaml line 12: picos is not a known key; allowed: pico (the nearest of "
            f"{', '.join(schemas.load('config')['properties'])})"
        ],
    ),
    "a missing section": (
        "pico: {population: P, intervention: I, comparison: C, outcomes: O}\n",
        "",
        ["config.yaml line 1: pico is missing; allowed: the question in its four parts"],
    ),
    "a key twice": (
        "  language: en",
        "  language: en\n  language: fr",
        ["config.yaml line 7: review.language stands in line 6 already; allowed: each key once"],
    ),
    "a section twice": (
        "pico:",
        "review: {}\npico:",
        ["config.yaml line 12: review stands in line 1 already; allowed: each key once"],
    ),
    "an empty text": (
        "title: Salvage",
        "title:",
        ["config.yaml line 3: review.title is empty; allowed: a text"],
    ),
    "a text of spaces": (
        "title: Salvage",
        "title: '  '",
        ["config.yaml line 3: review.title is '  '; allowed: some words"],
    ),
    "a number for a text": (
        '"2026.11"',
        "2026.11",
        ["config.yaml line 5: review.protocol_version is 2026.11; allowed: a text (in quotes)"],
    ),
    "a version that is none": (
        '"2026.11"',
        "v1",
        [
            "config.yaml line 5: review.protocol_version is 'v1'; allowed: year and month of the "
            'protocol in quotes, like "2026.11", or "2026.11.2" for a second one in a month'
        ],
    ),
    "a DOI with its address": (
        "doi: 10.1000/x",
        "doi: 'https://doi.org/10.1000/x'",
        [
            "config.yaml line 11: review.continues.doi is 'https://doi.org/10.1000/x'; allowed: a "
            "DOI without its web address, like 10.1000/182"
        ],
    ),
    "a number below its least": (
        "studies: 29",
        "studies: -1",
        ["config.yaml line 11: review.continues.studies is -1; allowed: 0 or more"],
    ),
    "a broken number": (
        "studies: 29",
        "studies: 29.5",
        ["config.yaml line 11: review.continues.studies is 29.5; allowed: a whole number"],
    ),
    "not a number": (
        "studies: 29",
        "studies: .nan",
        ["config.yaml line 11: review.continues.studies is .nan; allowed: a number, written out"],
    ),
    "a word for yes or no": (
        "keep_abstracts: false",
        "keep_abstracts: no",
        ["config.yaml line 17: search.keep_abstracts is 'no'; allowed: true or false"],
    ),
    "a text for a list": (
        "  stages: [title_abstract, full_text]",
        "  stages: title_abstract",
        ["config.yaml line 23: screening.stages is 'title_abstract'; allowed: a list"],
    ),
    "a list for keys": (
        "{population: P, intervention: I, comparison: C, outcomes: O}",
        "[P, I, C, O]",
        ["config.yaml line 12: pico is a list; allowed: keys with values"],
    ),
    "a stage that does not exist": (
        "[title_abstract, full_text]",
        "[title_abstract, fulltext]",
        [
            "config.yaml line 23: screening.stages[1] is 'fulltext'; allowed: full_text (the "
            "nearest of title_abstract, full_text)"
        ],
    ),
    "a stage twice": (
        "[title_abstract, full_text]",
        "[full_text, full_text]",
        ["config.yaml line 23: screening.stages[1] is 'full_text' again; allowed: each once"],
    ),
    "no stage": (
        "[title_abstract, full_text]",
        "[]",
        ["config.yaml line 23: screening.stages has 0; allowed: 1 or more"],
    ),
    "no screener": (
        "{title_abstract: 2,",
        "{title_abstract: 0,",
        [
            "config.yaml line 24: screening.screeners_required.title_abstract is 0; "
            "allowed: 1 or more"
        ],
    ),
    "a point that is decided and asked": (
        "rule: over 18}",
        "rule: over 18, question: how old?}",
        [
            "config.yaml line 20: eligibility[0] has rule and question; allowed: exactly one of "
            "rule, question"
        ],
    ),
    "a point that is neither": (
        ", rule: over 18}",
        "}",
        ["config.yaml line 20: eligibility[0] has neither; allowed: exactly one of rule, question"],
    ),
    "an id with a space": (
        "id: adults",
        "id: all adults",
        [
            "config.yaml line 20: eligibility[0].id is 'all adults'; allowed: small letters, "
            "digits and _, beginning with a letter"
        ],
    ),
    "an id with a line end": (
        "  id: renal",
        "  id: |\n    renal",
        [
            "config.yaml line 2: review.id is 'renal\\n'; allowed: a short name of the review: "
            "small letters, digits and -, beginning with a letter"
        ],
    ),
    "a reason that is no id": (
        "{other_organ: Not the kidney}",
        "{Other organ: Not the kidney}",
        [
            "config.yaml line 25: screening.reasons.Other organ is 'Other organ' as a key; "
            "allowed: small letters, digits and _, beginning with a letter"
        ],
    ),
    "an empty vocabulary": (
        "vocabularies:",
        "vocabularies:\n  unit: {}",
        ["config.yaml line 27: vocabularies.unit is empty; allowed: at least one key"],
    ),
    "a vocabulary that the program needs": (
        "  basis: {full_text: Full text, abstract: Abstract}\n",
        "",
        [
            "config.yaml line 26: vocabularies.basis is missing; allowed: a vocabulary with "
            "full_text, abstract"
        ],
    ),
    "a word that the program needs": (
        ", unknown: Not known}",
        "}",
        [
            "config.yaml line 27: vocabularies.yes_no_unknown.unknown is missing; allowed: what "
            "the word means"
        ],
    ),
    "a vocabulary called outcomes": (
        "vocabularies:",
        "vocabularies:\n  outcomes: {a: A}",
        [
            "config.yaml line 27: vocabularies.outcomes is a taken name; allowed: another name: "
            "the codebook means the section outcomes by this one"
        ],
    ),
    "a direction that does not exist": (
        "definition: Died, better: lower",
        "definition: Died, better: smaller",
        ["config.yaml line 31: outcomes.died.better is 'smaller'; allowed: higher, lower, neither"],
    ),
    "a set of one": (
        "kind: exclusive, outcomes: [recurrence, died]",
        "kind: exclusive, outcomes: [died]",
        ["config.yaml line 33: outcome_sets[0].outcomes has 1; allowed: 2 or more"],
    ),
    "a set with an unknown outcome": (
        "kind: exclusive, outcomes: [recurrence, died]",
        "kind: exclusive, outcomes: [recurence, died]",
        [
            "config.yaml line 33: outcome_sets[0].outcomes[0] is 'recurence'; allowed: recurrence "
            "(the nearest of recurrence, died)"
        ],
    ),
    "a set twice": (
        "id: all,",
        "id: course,",
        ["config.yaml line 34: outcome_sets[1].id is 'course' again; allowed: each id once"],
    ),
    "a person twice": (
        "id: jl",
        "id: mk",
        ["config.yaml line 10: review.team[1].id is 'mk' again; allowed: each id once"],
    ),
    "a strategy twice": (
        "id: embase_1",
        "id: pubmed_1",
        ["config.yaml line 16: search.strategies[1].id is 'pubmed_1' again; allowed: each id once"],
    ),
    "a point of eligibility twice": (
        "id: residual",
        "id: adults",
        ["config.yaml line 21: eligibility[1].id is 'adults' again; allowed: each id once"],
    ),
    "an analysis twice": (
        "id: death",
        "id: recurrence",
        ["config.yaml line 41: analyses[1].id is 'recurrence' again; allowed: each id once"],
    ),
    "an analysis of an unknown outcome": (
        "outcome: died",
        "outcome: dead",
        [
            "config.yaml line 43: analyses[1].outcome is 'dead'; allowed: died (the nearest of "
            "recurrence, died)"
        ],
    ),
    "an analysis without values": (
        "{unit: [patient]}",
        "{unit: []}",
        ["config.yaml line 44: analyses[1].where.unit has 0; allowed: 1 or more"],
    ),
    "a value that is no list": (
        "{unit: [patient]}",
        "{unit: patient}",
        ["config.yaml line 44: analyses[1].where.unit is 'patient'; allowed: a list"],
    ),
    "a trigger without its number": (
        "outcome_sets:",
        "triggers: [{id: moved, when: estimate_moved, at_least: 2}]\noutcome_sets:",
        [
            "config.yaml line 32: triggers[0].at_least is not needed; allowed: by, since when is "
            "estimate_moved",
            "config.yaml line 32: triggers[0].by is missing; allowed: a number, since when is "
            "estimate_moved",
        ],
    ),
    "a model that does not exist": (
        "{measure: PLO, method: REML, test: adhoc}\n  - id: death",
        "{measure: PLO, method: bayes, test: adhoc}\n  - id: death",
        [
            "config.yaml line 40: analyses[0].model.method is 'bayes'; allowed: glmm, REML, DL, PM,"
            " ML, EB, SJ, HE, HS, EE"
        ],
    ),
    "Freeman-Tukey": (
        "{measure: PLO, method: REML, test: adhoc}\n  - id: death",
        "{measure: PFT, method: REML, test: adhoc}\n  - id: death",
        ["config.yaml line 40: analyses[0].model.measure is 'PFT'; allowed: PLO, PLN, PAS, PR"],
    ),
    "a test of another model": (
        "{measure: PLO, method: REML, test: adhoc}\n  - id: death",
        "{method: glmm, test: adhoc}\n  - id: death",
        ["config.yaml line 40: analyses[0].model.test is 'adhoc'; allowed: z, t with method glmm"],
    ),
    "the counts on another scale": (
        "{measure: PLO, method: REML, test: adhoc}\n  - id: death",
        "{measure: PAS, method: glmm}\n  - id: death",
        ["config.yaml line 40: analyses[0].model.measure is 'PAS'; allowed: PLO with method glmm"],
    ),
    "groups without a column": (
        "{measure: PLO, method: REML, test: adhoc}\n  - id: death",
        "{method: REML}\n    subgroups: [{tau2: own}]\n  - id: death",
        [
            "config.yaml line 41: analyses[0].subgroups[0].column is missing; allowed: a column of"
            " studies, arms or outcomes"
        ],
    ),
    "a follow-up below nothing": (
        "{measure: PLO, method: REML, test: adhoc}\n  - id: death",
        "{method: REML}\n    minimum_follow_up: -1\n  - id: death",
        ["config.yaml line 41: analyses[0].minimum_follow_up is -1; allowed: 0 or more"],
    ),
    "an anchor": (
        "rule: over 18}",
        "rule: &age over 18}\n  - {id: copy, topic: Age, rule: *age}",
        [
            "config.yaml line 21: eligibility[1].rule repeats another part by & and *; allowed: "
            "the part itself, written out"
        ],
    ),
    "a tag": (
        "title: Salvage",
        "title: !!python/name:os.system Salvage",
        [
            "config.yaml line 3: review.title has the tag tag:yaml.org,2002:python/name:os.system; "
            "allowed: a value without a tag"
        ],
    ),
    "a long value": (
        "title: Salvage",
        f"title: [{'x' * 200}]",
        ["config.yaml line 3: review.title is a list; allowed: a text"],
    ),
}


@pytest.mark.parametrize(("right", "instead", "messages"), WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_a_wrong_key_is_named(wrong, right, instead, messages):
    """The message gives the file, line and path of the key, what was found, what is allowed."""
    assert PROTOCOL.count(right) == 1
    assert wrong(PROTOCOL.replace(right, instead)) == "\n".join(messages)


CONTRAST = """\
contrasts:
  - id: ablation_or_surgery
    title: Recurrence after either
    outcome: recurrence
    between:
      column: modality
      groups:
        - {label: Ablation, values: [re_ablation]}
        - {label: Surgery, values: [nephrectomy], where: {approach: [robotic]}}
    where: {unit: [patient]}
    measure: OR
"""


def test_a_comparison_needs_no_more_than_its_sides(tmp_path):
    """It is read as it stands; a protocol without any is right too."""
    path = tmp_path / "config.yaml"
    path.write_text(PROTOCOL + CONTRAST)
    (contrast,) = config.read(path)["contrasts"]
    assert contrast["between"]["groups"][1]["where"] == {"approach": ["robotic"]}


@pytest.mark.parametrize(
    ("right", "instead", "message"),
    [
        ("recurrence\n    between", "recurence\n    between", "outcome is 'recurence'"),
        ("column: modality", "column: unit", "where.unit is what the sides differ in"),
        ("approach: [robotic]", "unit: [tumour]", "groups[1].where.unit is asked already"),
        ("label: Surgery", "label: Ablation", "groups[1].label is 'Ablation' again"),
        (
            "values: [nephrectomy]",
            "values: [nephrectomy, re_ablation]",
            "values[1] is 're_ablation', a value of Ablation; allowed: each value on one side",
        ),
        ("measure: OR", "measure: HR", "measure is 'HR'; allowed: OR, RR, RD"),
        ("measure: OR", "measure: OR\n    least_studies: 2", "least_studies is 2; allowed: 3"),
        (
            "        - {label: Ablation, values: [re_ablation]}\n",
            "",
            "contrasts[0].between.groups has 1; allowed: 2 or more",
        ),
        (
            "        - {label: Ablation, values: [re_ablation]}\n",
            "        - {label: Ablation, values: [a]}\n        - {label: More, values: [b]}\n",
            "two groups without a value in common",
        ),
        (
            "    where: {unit: [patient]}\n",
            "",
            "contrasts[0].where is missing; allowed: which arms",
        ),
    ],
)
def test_a_comparison_that_cannot_be_meant_is_named(wrong, right, instead, message):
    """Sides that overlap or are one, outcomes and measures that do not exist."""
    assert CONTRAST.count(right) == 1
    said = wrong(PROTOCOL + CONTRAST.replace(right, instead))
    assert message in said
    assert "contrasts[0]" in said


def test_all_problems_come_at_once(wrong):
    """Also those that the schema can't see, in sections that are right in themselves."""
    text = PROTOCOL.replace("language: en", "language: English")
    text = text.replace("keep_abstracts: false", "keep_abstract: false")
    text = text.replace("outcome: died", "outcome: dead").replace("id: jl", "id: mk")
    assert [line.split(" ")[3] for line in wrong(text).splitlines()] == [
        "review.language",
        "search.keep_abstracts",
        "search.keep_abstract",
        "analyses[1].outcome",
    ]


UNREADABLE = {
    "nothing": (b"", "config.yaml: the file is empty; allowed: keys with values"),
    "a comment only": (b"# soon\n", "config.yaml: the file is empty; allowed: keys with values"),
    "a list": (b"- a\n", "config.yaml line 1: the file is a list; allowed: keys with values"),
    "a word": (
        b"protocol\n",
        "config.yaml line 1: the file is 'protocol'; allowed: keys with values",
    ),
    "a tab": (
        b"review:\n\tid: renal\n",
        "config.yaml line 2: a tab at the start of the line; indent with spaces",
    ),
    "another encoding": (
        "review:\n  title: Zürich\n".encode("latin-1"),
        "config.yaml line 2: not UTF-8; save the file as UTF-8 in the editor",
    ),
    "UTF-16": (
        "review:\n".encode("utf-16"),
        "config.yaml line 1: not UTF-8; save the file as UTF-8 in the editor",
    ),
    "a control character": (
        b"review:\n  title: a\x07b\n",
        "config.yaml line 2: a control character, which YAML does not allow",
    ),
    "two documents": (
        b"review: {}\n---\npico: {}\n",
        "config.yaml line 2: a second document begins here (---); a file holds one",
    ),
    "an open bracket": (
        b"review: {id: renal\npico: {}\n",
        "config.yaml line 2: not readable as YAML: expected ',' or '}', but got ':'",
    ),
    "a colon in a text": (
        b"review:\n  title: Salvage: what happens?\n",
        "config.yaml line 2: not readable as YAML: mapping values are not allowed here",
    ),
    "brackets without end": (
        b"[" * 2_000,
        "config.yaml: not readable as YAML",
    ),
}


@pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_file_gets_one_sentence(wrong, content, message):
    """It says which file, and the line where reading ended."""
    assert wrong(content) == message


def test_a_missing_file_is_named(tmp_path):
    """So is a folder of that name."""
    with pytest.raises(ConfigError, match=r"none\.yaml: there is no such file$"):
        config.read(tmp_path / "none.yaml")
    with pytest.raises(ConfigError, match=r"can't be read: Is a directory$"):
        config.read(tmp_path)


@pytest.mark.parametrize("name", ["config", "codebook", "amendments"])
def test_the_schemas_are_json_schema(name):
    """They are valid in the 2020-12 draft, and explain every key."""
    schema = schemas.load(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    for part in _parts(schema):
        if part.get("type") == "object":
            assert "additionalProperties" in part
        assert "pattern" not in part or "description" in part
        for key, described in part.get("properties", {}).items():
            assert key.startswith("$") or "description" in described


def _parts(schema):
    yield schema
    for key in ("properties", "$defs"):
        for part in schema.get(key, {}).values():
            yield from _parts(part)
    for key in ("additionalProperties", "propertyNames", "items"):
        if isinstance(schema.get(key), dict):
            yield from _parts(schema[key])


def _agrees(value, schema):
    rules = schemas.load(schema)
    found = list(schemas.differences(value, rules))
    return bool(found) != jsonschema.Draft202012Validator(rules).is_valid(value)


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """The protocol above, as it is read."""
    path = tmp_path_factory.mktemp("right") / "config.yaml"
    path.write_text(PROTOCOL)
    return config.read(path)


PLACES = st.lists(st.integers(0, 50), max_size=6)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", " ", "x", "2026.11", "died", "Some words", "10.1/x"]),
    st.just([]),
    st.just({}),
    st.just(["a", "a"]),
    st.just({"rule": "r", "question": "q"}),
)


@settings(max_examples=400, deadline=None)
@given(places=PLACES, value=VALUES, key=st.sampled_from(["", "x", "id", "rule", "team", "2nd"]))
def test_every_difference_is_worded(right, places, value, key):
    """A protocol with any part replaced is refused when jsonschema refuses it, and only then."""
    protocol = part = json.loads(json.dumps(right))
    for place in places:
        children = list(part) if isinstance(part, dict) else list(range(len(part)))
        if not children:
            break
        child = children[place % len(children)]
        if not isinstance(part[child], dict | list):
            part[child] = value
            break
        part = part[child]
    else:
        if isinstance(part, dict):
            part[key] = value
        else:
            part.append(value)
    assert _agrees(protocol, "config")


def test_reading_is_light():
    """Neither pandas nor numpy is imported to read config and codebook."""
    code = (
        "import sys; from living_review import codebook, config;"
        "codebook.read(codebook.PATH, config.read(config.PATH));"
        "print({'pandas', 'numpy', 'pandera', 'scipy'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"


def test_the_medline_query_is_well_formed():
    """Brackets balance, quotes close, and each term names the field that it is looked for in."""
    (strategy,) = config.read(SHIPPED)["search"]["strategies"]
    query = strategy["query"]
    depths = list(accumulate({"(": 1, ")": -1}.get(character, 0) for character in query))
    assert min(depths) == 0
    assert depths[-1] == 0
    assert query.count('"') % 2 == 0
    without_terms = re.sub(r'("[A-Za-z, -]+"|[A-Za-z]+\*?)\[(Mesh|tiab(:~[0-9])?)\]', "term", query)
    words = set(re.findall(r"[^\s()]+", without_terms))
    assert words == {"term", "AND", "OR", "NOT"}
    assert not re.search(r"\*\"|\"[^\"]*\"\[tiab\]", query)  # phrases by proximity, not by index


def test_every_given_reason_for_exclusion_is_in_the_protocol():
    """And every record of the first import has one seeded judgement."""
    with (ROOT / "resources/decisions/screening/seed.csv").open(newline="") as ledger:
        lines = list(csv.DictReader(ledger))
    with (ROOT / "resources/imports/2026-11-23-hand-search.csv").open(newline="") as records:
        assert len(list(csv.DictReader(records))) == len(lines) == 123
    assert len({line["record_id"] for line in lines}) == len(lines)
    reasons = config.read(SHIPPED)["screening"]["reasons"]
    for line in lines:
        assert (line["reason"] in reasons) == (line["decision"] == "exclude")


def test_a_tool_for_risk_of_bias_has_to_exist(tmp_path):
    """A mistyped one is answered with those that there are."""
    path = tmp_path / "config.yaml"
    path.write_text(PROTOCOL + "risk_of_bias: {tools: [minor]}\n")
    with pytest.raises(ConfigError) as error:
        config.read(path)
    assert "risk_of_bias.tools[0] is 'minor'; allowed: minors (the nearest of" in str(error.value)
    path.write_text(PROTOCOL + "risk_of_bias: {tools: [minors]}\nextraction: {extractors: 3}\n")
    with pytest.raises(ConfigError) as error:
        config.read(path)
    assert "extraction.extractors is 3; allowed: 1, 2" in str(error.value)
