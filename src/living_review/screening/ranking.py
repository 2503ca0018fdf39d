"""How likely each work is to be relevant, learnt from what was decided about others.

TF-IDF of words and of pairs of words, side by side with the same weight, what titles have counted
twice; and a linear support vector machine with the penalty and the balance of ASReview's ELAS u4.
The ranking orders a list that people read from the top; it decides nothing. Measured, and chosen
among its like, by benchmarks/bench_screening.py.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from living_review.errors import EstimationError

FOLDS = 5  # a labelled text is scored by a model that has seen four fifths of the others
PENALTY = 0.11  # C of the support vector machine
RELEVANT_WEIGHT = 9.8  # all relevant texts together, in weights of all others together
DIGITS = 6  # of a score; further ones differ from machine to machine

Floats = NDArray[np.float64]


def rank(
    texts: Sequence[str],
    labels: Sequence[bool | int | None],
    shown: Sequence[bool] | None = None,
    wanted: Sequence[bool] | None = None,
) -> Floats:
    """A score for each text, from 0 to 1: the higher, the sooner somebody should read it.

    texts, labels: of the same length. The first line of a text is its title, the rest its abstract,
    if there is one. A label is true (1) for relevant, false (0) for irrelevant, None for undecided.
    Scores put texts in order and are no probabilities. The score of a labelled text comes from
    models that have not seen its label, so that one person's vote does not push the same text up or
    down on another's list; unless shown is true for it, where everybody knows the label anyway. The
    same input gives the same scores. wanted: whose score is asked for, if not everybody's; others
    are NaN, and no model is made for them.
    Raises EstimationError unless there is a relevant and an irrelevant text.
    """
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts, {len(labels)} labels")
    known = np.array([label is not None for label in labels], dtype=bool)
    relevant = np.array([bool(label) for label in labels])
    require_both(relevant[known])
    features = features_of(texts)
    asked = np.array([True] * len(texts) if wanted is None else wanted, dtype=bool)
    told = ~known | np.array([False] * len(texts) if shown is None else shown, dtype=bool)
    margins = np.full(len(texts), np.nan)
    margins[known] = _unseen(features[known], relevant[known], (asked & ~told)[known])
    told &= asked
    margins[told] = learn_and_score(features[known], relevant[known], features[told])
    return np.round(1 / (1 + np.exp(-margins)), DIGITS)


def require_both(relevant: NDArray[np.bool_]) -> None:
    """Raises EstimationError unless some texts are relevant and some are not."""
    if not relevant.any() or relevant.all():
        raise EstimationError(
            f"{int(relevant.sum())} of {len(relevant)} decided works are relevant; to rank the "
            "others at least one relevant and one irrelevant work have to be decided"
        )


def features_of(texts: Sequence[str]) -> csr_matrix:
    """A row a text, of length 1: its words and its pairs of words by TF-IDF, those of its title
    twice.

    What nearly all of many texts have tells nothing, nor does a pair that one text alone has.
    Without any word the rows are empty. Words and pairs are weighed apart, each to length 1: where
    they are weighed together, pairs are so many that they drown the words.
    """
    titles = [text.partition("\n")[0] for text in texts]
    read = [f"{title} {text}" for title, text in zip(titles, texts, strict=True)]
    try:
        counter = CountVectorizer(ngram_range=(1, 2))
        counts = csr_matrix(counter.fit_transform(read))
    except ValueError:  # not one word
        return csr_matrix((len(texts), 1))
    is_pair = np.array([" " in run for run in counter.get_feature_names_out()])
    having = np.bincount(counts.indices, minlength=counts.shape[1])  # texts that have each
    told = having <= (0.95 * len(texts) if len(texts) > 20 else len(texts))
    words, pairs = told & ~is_pair, told & is_pair & (having > 1)
    return csr_matrix(normalize(hstack([_weighed(counts[:, kept]) for kept in (words, pairs)])))


def _weighed(counts: csr_matrix) -> csr_matrix:
    """By TF-IDF, each row to length 1; as it is where there is no column."""
    if not counts.shape[1]:
        return counts
    return csr_matrix(TfidfTransformer(sublinear_tf=True).fit_transform(counts))


def learn_and_score(known: csr_matrix, relevant: NDArray[np.bool_], others: csr_matrix) -> Floats:
    """The margin of other texts by a model of the known ones; both classes have to be known."""
    if not others.shape[0]:
        return np.empty(0)
    share = relevant.sum() / (RELEVANT_WEIGHT * (~relevant).sum())
    weights = np.where(relevant, 1.0, share)
    model = LinearSVC(loss="squared_hinge", C=PENALTY, random_state=0)
    model.fit(known, relevant, sample_weight=weights * len(weights) / weights.sum())
    return np.asarray(model.decision_function(others))


def _unseen(features: csr_matrix, relevant: NDArray[np.bool_], asked: NDArray[np.bool_]) -> Floats:
    """The margin of each known text that is asked for by a model of the other folds, 0 if these
    lack a class; NaN of the rest.

    Its fold does not depend on its label either.
    """
    margins = np.where(asked, 0.0, np.nan)
    for fold in range(FOLDS):
        held = np.arange(len(relevant)) % FOLDS == fold
        taught = relevant[~held]
        if taught.any() and not taught.all() and (held & asked).any():
            others = features[held & asked]
            margins[held & asked] = learn_and_score(features[~held], taught, others)
    return margins
