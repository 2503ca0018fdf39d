"""Reporting checklists: their items, and what people say about them in config/checklists.yaml."""

from pathlib import Path

import pytest

from living_review import check, start, written
from living_review.checklists import items, said
from living_review.errors import ConfigError
from living_review.report import checklists

# Items of PRISMA 2020 that have parts, and how many.
PARTS = {10: "ab", 13: "abcdef", 16: "ab", 20: "abcd", 23: "abcd", 24: "abc"}


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Writes config/checklists.yaml of a review of its own."""
    monkeypatch.chdir(tmp_path)

    def write(text):
        path = Path(said.PATH)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")

    return write


def test_every_item_of_prisma_2020_is_there_once():
    """27 items, 42 with their parts, in the order of the statement."""
    expected = [f"{n}{part}" for n in range(1, 28) for part in PARTS.get(n, ("",))]
    assert len(expected) == 42
    assert [one.number for one in items.read()["prisma_2020"].items.values()] == expected


def test_every_item_of_prisma_s_is_there_once():
    """16 items."""
    numbers = [one.number for one in items.read()["prisma_s"].items.values()]
    assert numbers == [str(n) for n in range(1, 17)]


def test_items_of_living_reviews_claim_no_number_that_is_not_known():
    """Four items of its own and four that it adds to; what has no number here shows none."""
    numbers = [one.number for one in items.read()["prisma_lsr"].items.values()]
    assert [one for one in numbers if one] == ["1", "2", "3", "4", "L1", "L2", "L3", "L4"]


@pytest.mark.parametrize("number", ["L2", "L3", "L4"])
def test_no_table_answers_an_item_whose_wording_is_not_known(number):
    """Only a person who has looked it up can say that it is answered."""
    assert "looked up" in items.read()["prisma_lsr"].items[number].person


def test_the_objective_asks_for_no_particular_form():
    """Item 4 of PRISMA 2020 asks for a question or aim; its four parts were the item of 2009."""
    assert "PICO" not in items.read()["prisma_2020"].items["4"].subject


def test_every_finding_answers_an_item_and_every_item_names_known_findings():
    """No item asks for what nothing tells, and nothing is told that no item asks for."""
    named = {
        finding
        for one in items.read().values()
        for item in one.items.values()
        for finding in item.answered_by
    }
    assert named == set(checklists.FINDINGS)


def test_every_item_can_be_answered():
    """By findings, by a person, or by both."""
    for one in items.read().values():
        assert all(item.answered_by or item.person for item in one.items.values())


def test_without_the_file_nobody_has_said_anything(tmp_path, monkeypatch):
    """A review needs no config/checklists.yaml."""
    monkeypatch.chdir(tmp_path)
    assert said.read() == {}
    assert said.check() == []


def test_what_a_person_says_makes_another_page(told):
    """The page and the check are named by every byte of the file."""
    told('prisma_s: {"7": {answered: so}}\n')
    before = (said.digests(), written.parts())
    told('prisma_s: {"7": {answered: otherwise}}\n')
    after = (said.digests(), written.parts())
    assert all(now != was for now, was in zip(after, before, strict=True))


def test_what_a_person_says_is_read_with_how_far_it_answers(told):
    """A number in quotes or not; the four states."""
    told(
        "prisma_2020:\n  24a: {not_answered: Nobody registered it}\n"
        '  "3": {answered: It is needed}\nprisma_lsr:\n  limits_of_living: {in_part: Some}\n'
    )
    assert said.read() == {
        "prisma_2020": {
            "24a": ("not_answered", "Nobody registered it"),
            "3": ("answered", "It is needed"),
        },
        "prisma_lsr": {"limits_of_living": ("in_part", "Some")},
    }


@pytest.mark.parametrize(
    ("number", "meant"),
    [("24d", "24c"), ("24", "24a"), ("24 A", "24a"), ("28", "27"), ("item 13B", "13b"), ("0", "1")],
)
def test_an_item_that_does_not_exist_is_refused_with_the_nearest(told, number, meant):
    """The message names file, line and item, and what is allowed, the nearest first."""
    told(f'prisma_2020:\n  "3": {{answered: yes it is}}\n  "{number}": {{answered: so}}\n')
    with pytest.raises(ConfigError) as error:
        said.read()
    message = str(error.value)
    assert message.startswith(
        f"config/checklists.yaml line 3: prisma_2020.{number} is no item of PRISMA 2020; "
        f"allowed: {meant} (the nearest of 1, 2, 3"
    )
    assert "\n" not in message


@pytest.mark.parametrize(
    ("number", "meant"),
    [("L5", "L4"), ("l2", "L2"), ("5", "4"), ("limit_of_living", "limits_of_living")],
)
def test_the_nearest_item_of_the_living_ones(number, meant):
    """Items with a letter before the number, and elements by their names."""
    assert said.nearest(number, items.read()["prisma_lsr"].items) == meant


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prisma_2002: {}", "prisma_2002 is not a known key; allowed: prisma_2020"),
        ('prisma_s: {"1": yes}', "prisma_s.1 is 'yes'; allowed: keys with values"),
        ('prisma_s: {"1": {answered: ""}}', "prisma_s.1.answered is empty; allowed: some words"),
        ('prisma_s: {"1": {answer: x}}', "prisma_s.1.answer is not a known key; allowed: answered"),
        (
            'prisma_s: {"1": {answered: x, in_part: y}}',
            "prisma_s.1 is keys with values; allowed: one of answered, in_part, not_answered, "
            "not_applicable",
        ),
    ],
)
def test_a_wrong_key_of_the_checklists_is_named(told, text, message):
    """File, line and what is allowed."""
    told(text + "\n")
    (problem,) = said.check()
    assert message in str(problem)


def test_all_that_is_wrong_in_the_checklists_is_named_at_once(told):
    """Wrong keys and items that do not exist, in the order of the file."""
    told(
        'prisma_2020:\n  "24d": {answered: x}\n  "3": {answerd: x}\nprisma_s: none\n'
        "prisma_lsr:\n  L9: {answered: x}\n"
    )
    found = [str(each).split(";")[0].split(" line ")[1] for each in said.check()]
    assert found == [
        "2: prisma_2020.24d is no item of PRISMA 2020",
        "3: prisma_2020.3.answerd is not a known key",
        "4: prisma_s is 'none'",
        "6: prisma_lsr.L9 is no item of PRISMA-LSR",
    ]


def test_check_tells_of_wrong_items_beside_everything_else(told):
    """Also where the protocol is wrong itself."""
    told('prisma_2020: {"99": {answered: x}}\n')
    problems = [str(each) for each in check.look().errors]
    assert any("prisma_2020.99 is no item" in each for each in problems)
    assert any("config/config.yaml: there is no such file" in each for each in problems)


def test_a_new_review_starts_with_a_file_in_which_nobody_has_said_anything(told):
    """The starter's file can be read as it is, and with its examples taken in."""
    text = start.STARTER.joinpath("checklists.yaml").read_text("utf-8")
    told(text)
    assert said.read() == {name: {} for name in items.IDS}
    examples = [line[2:] for line in text.splitlines() if line.startswith(("# prisma", "#   "))]
    told("\n".join(one for one in examples if one.startswith("prisma") or ": {" in one) + "\n")
    assert {state for one in said.read().values() for state, _ in one.values()} == {
        "answered",
        "not_applicable",
        "in_part",
    }
