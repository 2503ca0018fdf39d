"""How certain a result is: GRADE for overall prognosis, adapted to shares of single groups.

figures    what each domain rests on, computed; and the code of a result, which a rating names
ratings    what people judged, and whether it is about the result as it stands
ledger     whether the lines of the ledger `grade` can be meant

A body of studies without controls starts at high for a question of prognosis; five domains lower
the level, and what raises it elsewhere may raise it here (Iorio 2015, BMJ 350:h870; Foroutan 2020,
J Clin Epidemiol 121:62-70). None of this loads numpy or pandas.
"""

RISK_OF_BIAS, INCONSISTENCY, INDIRECTNESS = "risk_of_bias", "inconsistency", "indirectness"
IMPRECISION, PUBLICATION_BIAS = "imprecision", "publication_bias"
DOMAINS = (RISK_OF_BIAS, INCONSISTENCY, INDIRECTNESS, IMPRECISION, PUBLICATION_BIAS)
UPGRADING, OVERALL = "upgrading", "overall"

LEVELS = ("high", "moderate", "low", "very_low")
CONCERNS = {"not_serious": 0, "serious": 1, "very_serious": 2}  # levels down
RAISES = {"none": 0, "one_level": 1, "two_levels": 2}  # levels up
JUDGEMENTS = {
    **dict.fromkeys(DOMAINS, tuple(CONCERNS)),
    UPGRADING: tuple(RAISES),
    OVERALL: LEVELS,
}
