"""
Needs: the protocol in config/, and whatever stands in resources/.
Makes: the plan, results/plan/<key>.json, which tells every rule and job the current names; beside
       it what they are made of, results/inputs/<key>.json; at the end of a run, a line of
       logs/computed.log that says what was computed and why.
"""


def current_plan():
    """The plan of this checkout, and its file.

    A wrong config ends the run here, with every mistake named. One run at a time: the lock is held
    until this process ends, so that a lock which Snakemake finds afterwards is left over from a run
    that was killed. A job on another machine reads the workflow again, and follows its run's plan.
    """
    if not workflow.is_main_process:
        return recall.followed()
    try:
        with files.writing_refused():
            files.lock(job.LOCK)
            job.forget_failures()
            for stale in Path(".snakemake/locks").glob("*.lock"):
                stale.unlink()
            made, path = recall.current()
            recall.follow(path)
            if any(name.is_missing() for name in made.names):
                made_of = (of for name in made.names for of in name.paths)
                files.out_of_the_future([path, *made_of])
    except ReviewError as error:
        sys.exit(f"\n{error}\n")
    syntax.remember()
    return made, path


def missing(stage):
    """Outputs of a rule: files that stand already are right, and no job of theirs runs again."""
    return PLAN.missing(stage)


def made(stage, suffix=""):
    """Inputs from a stage: its current files, whatever their age."""
    return [ancient(path) for path in PLAN.paths(stage, suffix)]


REVIEW = Path.cwd()  # Snakemake leaves the folder of the review before the last words
PLAN, PLAN_PATH = current_plan()
PLAN_FILE = ancient(PLAN_PATH)
ASKED = [name for name in PLAN.names if name.is_missing()]
PAGE = PLAN.of("report")[0]
SHOWN = [] if shown.is_shown(PAGE) else [str(shown.forget(PAGE))]


@atexit.register
def say_at_last():
    """What a person has to put right, below all that Snakemake says; or what waits for people."""
    if not workflow.is_main_process:
        return
    review = Path(os.path.relpath(REVIEW))
    with contextlib.chdir(REVIEW):
        if failures := job.failures():
            print(
                f"\nThe page stays as it was. To be put right:\n\n{failures}",
                file=sys.stderr,
            )
        elif shown.is_shown(PAGE):
            print(f"\n{shown.waits(PAGE, review)}")
        for lost in lost_rows.since():
            print(f"Look: {lost}", file=sys.stderr)
        key, now = Path(PLAN_FILE).stem, datetime.now(UTC)
        computed.log(now, PLAN, key, ASKED, bool(SHOWN), failures)
