"""What is said of a comparison of two groups of arms, where numbers alone would mislead."""

from collections.abc import Mapping, Sequence

NONE_WITHIN = "No study that counts here reports both."
ONE_WITHIN = "Only one study reports both; its own comparison is shown, nothing is pooled."
TWO_WITHIN = (
    "Two studies are too few to say how much the comparison differs between studies; the average of"
    " the two is shown with a wide interval, and no measure of the difference."
)
NOTHING_COMPARED = (
    "In {every} nobody had this outcome, or everybody had it, on both sides. That says nothing of a"
    " ratio, and none is given."
)
LEFT_OUT = (
    "{n} of the {k} studies that report both, in which nobody had this outcome, or everybody had"
    " it, on both sides, say nothing of a ratio and are left out of it."
)
ONE_SIDE_EMPTY = (
    "On one side {who} in {every} had this outcome. The ratio would be without limit, or rest on"
    " patients that there are not; none is given."
)
NO_MODEL = "No model could be fitted to these studies: {why}."
HALF_PATIENTS = (
    "In {n} of the {k} {things} all patients or none had this outcome. For the {name} half a"
    " patient with and half a patient without it were added to each; the counts shown are as"
    " reported."
)
NO_DIFFERENCE = (
    "The comparison differs between studies no more than chance would have it; so few studies do"
    " not prove that it is the same in all."
)
OPEN_TAU2 = (
    "The upper limit of the variance between studies is not finite: these studies exclude no"
    " difference, however large."
)

NO_BOUND = "The {reading} comparison that the unknown outcomes leave open can't be given. {why}"

TOO_FEW = (
    "{counted} of {label} can count here; the protocol asks for at least {least} on each side"
    " before studies are compared with each other."
)
NOT_FIRM = (
    "{more} of {label} {are} known only from an abstract, or not yet included on the full text, and"
    " {do} not count."
)
TAKEN_OUT = (
    "{more} of {label} {are} out after a retraction or an expression of concern, and {do} not"
    " count."
)
OVERLAPPING = (
    "{more} of {label} may report patients of another study that counts, and {do} not count."
)
OTHER_PATIENTS = (
    "{more} of {label} {report} the outcome of other patients, or at another time, than the"
    " comparison is about ({columns}), and {do} not count."
)
NONE_ALONE = (
    "Every study that counts reports both sides, so that studies compared with each other would add"
    " nothing to the comparison within them."
)
EMPTY_SIDE = (
    "In the studies of {label} {who} had this outcome. How the two sides differ can't be estimated"
    " without adding patients that there are not."
)
FEW_DEGREES = (
    "The studies that count are too unequal: what they say of the difference rests on {df:.1f}"
    " degrees of freedom, and below {least} its interval can't be trusted."
)
NOT_TOLD_APART = (
    "Hardly any study has several groups, so that the variance between studies and that between"
    " groups of a study can't be told apart; they are estimated as one."
)


def too_few(k: int, least: int, label: str) -> str:
    """Why a side is too small for a comparison across studies."""
    counted = f"Only {k:,} {'study' if k == 1 else 'studies'}" if k else "No study"
    return TOO_FEW.format(counted=counted, label=label, least=least)


def not_counted(label: str, why: Mapping[str, int], columns: Sequence[str]) -> list[str]:
    """How many studies of a side do not count, a sentence a reason.

    why: k that count; provisional, retracted, overlaps, set_aside that do not; columns: of the
    protocol's `where` that the last of them do not meet.
    """
    sentences = {
        "provisional": NOT_FIRM,
        "retracted": TAKEN_OUT,
        "overlaps": OVERLAPPING,
        "set_aside": OTHER_PATIENTS,
    }
    more = " more" if why["k"] else ""
    return [
        sentence.format(
            more=f"{why[name]:,}{more} {'study' if why[name] == 1 else 'studies'}",
            label=label,
            are="is" if why[name] == 1 else "are",
            do="does" if why[name] == 1 else "do",
            report="reports" if why[name] == 1 else "report",
            columns=", ".join(column.replace("_", " ") for column in columns),
        )
        for name, sentence in sentences.items()
        if why[name]
    ]
