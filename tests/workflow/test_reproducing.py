"""In the tag of a version one command gives its results.json back, byte for byte."""

import shutil
import subprocess

from checkout import ROOT


def git(review, *arguments):
    who = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
    subprocess.run(["git", *who, *arguments], cwd=review.folder, check=True, capture_output=True)


def commit(review, message):
    git(review, "add", "--all")
    git(review, "commit", "--quiet", "-m", message)


def test_a_version_is_computed_again_after_the_review_moved_on(working):
    """Published, tagged; then tables, protocol and program change, and the version is the same."""
    for name in (".gitignore", "requirements.lock"):
        shutil.copy(ROOT / name, working.folder)
    git(working, "init", "--quiet")
    commit(working, "The review")
    working.command("publish", "--as", "ann", "--why", "the first version")
    (folder,) = (working.folder / "resources/versions").iterdir()
    commit(working, f"Version {folder.name}")
    git(working, "tag", folder.name)

    working.edit("resources/extraction/outcomes.csv", ",1,1,1,", ",1,1,0,")
    working.edit("config/config.yaml", "title: Recurrence after re-ablation", "title: Otherwise")
    working.edit("src/living_review/synthesis/words.py", "eligible study", "suitable study")
    commit(working, "Something else")

    said = working.command("reproduce", folder.name)
    assert f"(tag {folder.name})" in said
    assert "results.json is the one that was published, byte for byte" in said
    made = working.folder / "build/reproduced" / folder.name
    assert (made / "results.json").read_bytes() == (folder / "results.json").read_bytes()
    assert f"This is version {folder.name}." in (made / "index.html").read_text()
    assert not (working.folder / ".git/worktrees").exists()
