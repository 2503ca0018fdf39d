"""Numbers from outcomes: effects, models, intervals, with what was done said in words.

Start at `pool`, one analysis of a review, or `published_total`, one number as an earlier review
printed it. Beneath them, one question a module:
effects     effect_sizes, with proportions, two_groups, means, correlations, rates
models      models, whichever was chosen in one form; random_effects, tau2, projection, likelihood;
            mantel_haenszel; glmm, glmm_groups, two_group_glmm and the likelihoods they climb;
            multilevel with cluster_robust
intervals   binomial, heterogeneity, prediction
questions   subgroups, meta_regression, influence, small_study, trim_and_fill
for pages   pooling, study_totals, shares; sensitivity, diagnostics, subgroup_levels; published;
            bridge, from version to version;
            words, model_words
Only jobs import this package: it loads numpy, scipy and pandas.
"""

from living_review.synthesis.bridge import bridge, by_version
from living_review.synthesis.pooling import main_result, pool
from living_review.synthesis.published import published_total, published_totals

__all__ = ["bridge", "by_version", "main_result", "pool", "published_total", "published_totals"]
