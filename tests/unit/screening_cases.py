"""An invented screening: works with titles and abstracts, and lines of people about them."""

import itertools

import numpy as np
import pandas as pd

PROTOCOL = {
    "stages": ["title_abstract", "full_text"],
    "screeners_required": {"title_abstract": 2, "full_text": 2},
    "reasons": {"not_kidney": "Not the kidney", "no_ablation": "No ablation"},
}
_ids = itertools.count(1)

# Half of the relevant works say plainly what they are about, the others in passing; some of the
# irrelevant ones use the same words.
_RELEVANT = (
    "Repeat {energy} of {recurrence} after ablation of a renal mass in {place}",
    "Outcome of {place} patients: {recurrence} treated again by {energy}",
    "Salvage nephrectomy where {energy} of a renal mass had failed, {place}",
)
_IRRELEVANT = (
    "{energy} as first treatment of a liver metastasis in {place}",
    "Incidence of renal stones in {place} over ten years",
    "A guideline on imaging of {organ} lesions from {place}",
    "Chemotherapy of {organ} cancer in {place}: a randomised trial",
    "Costs of {energy} in outpatients of {place}",
    "Quality of life after surgery of the {organ} in {place}",
)
_WORDS = {
    "energy": ("cryoablation", "radiofrequency ablation", "microwave ablation"),
    "recurrence": ("local recurrence", "tumour progression", "residual disease"),
    "organ": ("lung", "liver", "prostate", "thyroid", "kidney"),
    "place": ("Oslo", "Lima", "Cairo", "Perth", "Quebec", "Kyoto", "Turin", "Accra"),
}


def labelled(n_relevant=24, n_irrelevant=216):
    """(texts, labels) of invented works, in a mixed order that is always the same."""
    draw = np.random.default_rng(20261124)
    made = []
    for label, forms, n in ((1, _RELEVANT, n_relevant), (0, _IRRELEVANT, n_irrelevant)):
        for number in range(n):
            words = {name: draw.choice(choices) for name, choices in _WORDS.items()}
            made.append((forms[number % len(forms)].format(**words), label))
    order = draw.permutation(len(made))
    return [made[place][0] for place in order], [made[place][1] for place in order]


def line(screener, decision, record_id="pmid:1", stage="title_abstract", **cells):
    """A line of the screening ledger."""
    return {
        "id": f"{screener}-{next(_ids)}",
        "record_id": record_id,
        "screener": screener,
        "stage": stage,
        "decision": decision,
        "reason": "",
        "time": "2026-12-01T09:00:00Z",
        "protocol_version": "2026.11",
        "supersedes": "",
        "note": "",
    } | cells


def library(texts):
    """(works, records): a work of one record for each text, pmid:1 onwards."""
    ids = [f"pmid:{number}" for number in range(1, len(texts) + 1)]
    works = pd.DataFrame({"record_id": ids, "work_id": ids})
    records = pd.DataFrame({"record_id": ids, "title": texts, "abstract": ""})
    return works, records
