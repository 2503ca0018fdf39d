"""A stand-in for NCBI's E-utilities: PubMed searches over a folder of records, without network.

Its answers have the form of answers that were recorded. What no recording shows (JSON searches of
PubMed, pages read from a history, most failures) is built from notes of people who measured it;
the functions that build those say so. Nobody compared it with the running service.
"""
