"""A result bears the name of all that it was computed from, and of nothing else."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_review import names, syntax
from living_review.errors import StaleError
from living_review.names import Name, Plan

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)


def name(**parts):
    return Name.of("syntheses", "recurrence", (".csv", ".json"), **parts)


@given(values, values)
def test_same_name_means_same_value(one, other):
    """Two values share a key if and only if they are the same JSON."""
    same = names.files.canonical_json(one) == names.files.canonical_json(other)
    assert (name(rows=one).key == name(rows=other).key) == same


@given(st.dictionaries(st.text(), values))
def test_order_of_keys_does_not_count(cells):
    """A row is the same row whatever the order of its columns."""
    assert name(rows=cells).key == name(rows=dict(reversed(cells.items()))).key


def test_every_part_counts():
    """Rows, config, code and what is upstream each change the key."""
    parts = {"rows": [1], "config": {"a": 1}, "code": {"m": "x"}, "upstream": ["k"]}
    keys = {name(**parts).key} | {name(**parts | {part: "other"}).key for part in parts}
    assert len(keys) == 5


def test_main_file_comes_last():
    """What is asked for is written after the files that belong to it."""
    one = name(rows=[])
    assert one.path == one.paths[-1] == f"results/syntheses/{one.key}.json"


def test_verify_names_what_changed():
    """A job that has read something else than the plan did is told what, and writes nothing."""
    one = name(rows=[1], config="a", upstream=["k"])
    one.verify(rows=[1], config="a")
    with pytest.raises(StaleError, match="syntheses recurrence: config changed while the run"):
        one.verify(rows=[1], config="b")


def test_verify_wants_every_part():
    """A job can't forget to verify a part."""
    with pytest.raises(TypeError, match="config"):
        name(rows=[1], config="a").verify(rows=[1])


def test_plan_survives_its_file(tmp_path, monkeypatch):
    """What is written is what a job reads, under a name of its content."""
    monkeypatch.chdir(tmp_path)
    plan = Plan({"review": {"id": "x"}}, (name(rows=[1]), name(rows=[2])))
    path = plan.write()
    assert Plan.read(path) == plan
    assert plan.write() == path
    assert Plan({}, plan.names).write() != path


def test_missing_are_those_without_one_of_their_files(tmp_path, monkeypatch):
    """All files of a result are made again when one is not there, whichever it is."""
    monkeypatch.chdir(tmp_path)
    made, half = name(rows=[1]), name(rows=[2])
    for path in (*made.paths, half.paths[0]):
        names.files.replace_text(path, "")
    assert Plan({}, (made, half)).missing("syntheses") == half.paths
    (tmp_path / made.paths[0]).unlink()
    assert Plan({}, (made,)).missing("syntheses") == made.paths


def write_script(folder, text):
    file = folder / "script.py"
    file.write_text(textwrap.dedent(text))
    for cached in (names.code, syntax.read):
        cached.cache_clear()
    return names.code(file)


def test_comments_and_docstrings_are_no_code(tmp_path):
    """Words about code don't recompute anything; code does."""
    plain = write_script(tmp_path, "def f():\n    return 1\n")
    worded = write_script(tmp_path, '"""Doc."""\n# why\ndef f():\n    """Doc."""\n    return (1)\n')
    other = write_script(tmp_path, "def f():\n    return 2\n")
    assert plain == worded
    assert plain != other


def test_code_follows_imports_of_the_package(tmp_path):
    """Modules behind modules count, packages above them too; what isn't imported does not."""
    code = write_script(tmp_path, "def f():\n    from living_review import ledgers\n")
    assert {"living_review", "living_review.ledgers", "living_review.tables"} <= set(code)
    assert "living_review.cli" not in code


def test_libraries_count_by_version(tmp_path):
    """An update of a library that a stage imports changes its code, the name on disk as well."""
    code = write_script(tmp_path, "import pandas as pd\nimport Bio.Medline\nimport csv\n")
    assert code["pandas"] == names.metadata.version("pandas")
    assert code["Bio"] == names.metadata.version("biopython")
    assert "csv" not in code


def test_distributions_are_named_rightly():
    """Every library whose distribution bears another name is listed as such, for speed."""
    owners = names.metadata.packages_distributions()
    assert all(
        owner in owners[module] for module, owner in names.DISTRIBUTIONS.items() if module in owners
    )


def test_relative_imports_are_followed(tmp_path, monkeypatch):
    """`from . import x` reaches x."""
    package = tmp_path / "living_review" / "part"
    package.mkdir(parents=True)
    for file in (tmp_path / "living_review" / "__init__.py", package / "__init__.py"):
        file.write_text("")
    (package / "one.py").write_text("from . import two\nfrom .. import top\n")
    (package / "two.py").write_text("X = 1\n")
    (tmp_path / "living_review" / "top.py").write_text("")
    monkeypatch.setattr(syntax, "SOURCES", tmp_path / "living_review")
    code = write_script(tmp_path, "import living_review.part.one\n")
    assert {"living_review.part", "living_review.part.two", "living_review.top"} <= set(code)


@pytest.fixture
def another_process(tmp_path, monkeypatch):
    """In a folder of its own; calling it forgets all that this process has read."""

    def forget():
        monkeypatch.setattr(syntax, "_read", {})
        for cached in (names.code, syntax.read, syntax._remembered):
            cached.cache_clear()

    monkeypatch.chdir(tmp_path)
    forget()
    yield forget
    syntax._remembered.cache_clear()


def test_what_is_remembered_is_not_parsed_again(tmp_path, another_process, monkeypatch):
    """A file with the bytes of last time is what it was; the same file with others is read."""
    file = tmp_path / "script.py"
    file.write_text("from living_review import ledgers\n")
    first = names.code(file)
    syntax.remember()
    another_process()
    with monkeypatch.context() as without:
        without.setattr(syntax.ast, "parse", None)
        assert names.code(file) == first
    another_process()
    file.write_text("from living_review import ledgers, tables\n")
    assert names.code(file) != first


@pytest.mark.parametrize(
    "memory", ["", "[]", "{}", '{"reader": "x", "sources": {}}', '{"reader": 1}', "\udc80"]
)
def test_a_spoilt_memory_is_none(tmp_path, another_process, memory):
    """Half a file, one of another Python, anything else: all is parsed anew."""
    file = tmp_path / "script.py"
    file.write_text("from living_review import ledgers\n")
    first = names.code(file)
    another_process()
    syntax.MEMORY.parent.mkdir()
    syntax.MEMORY.write_bytes(memory.encode("utf-8", "surrogateescape"))
    assert names.code(file) == first
    syntax.remember()
    another_process()
    assert syntax._remembered()


def test_a_memory_of_another_python_is_none(tmp_path, another_process, monkeypatch):
    """What was found by another version of Python is found anew."""
    file = tmp_path / "script.py"
    file.write_text("X = 1\n")
    names.code(file)
    syntax.remember()
    another_process()
    monkeypatch.setattr(syntax, "_reader", lambda: "another")
    assert not syntax._remembered()
