"""The field tags of a PubMed query, and which part of a record each one reads."""

from typing import NamedTuple


class Field(NamedTuple):
    """kind is "text" (words), "name" (whole values), "date" or "uid"; parts are of a Record."""

    written: str  # as a QueryTranslation writes it
    kind: str
    parts: tuple[str, ...] = ()


ALL = Field("All Fields", "text", ("title", "abstract", "keywords", "indexing", "places", "rest"))
MESH = Field("MeSH Terms", "name", ("mesh",))
UID = Field("UID", "uid")
TITLE = Field("Title", "text", ("title",))
TITLE_ABSTRACT = Field("Title/Abstract", "text", ("title", "abstract", "keywords"))
TEXT_WORD = Field("Text Word", "text", ("title", "abstract", "keywords", "indexing"))
CREATED = Field("Date - Create", "date", ("crdt",))
ENTERED = Field("Date - Entry", "date", ("edat",))
INDEXED = Field("Date - MeSH", "date", ("mhda",))
REVISED = Field("Date - Modification", "date", ("lr",))
PUBLISHED = Field("Date - Publication", "date", ("dp",))
AUTHOR = Field("Author", "name", ("author",))
LANGUAGE = Field("Language", "name", ("language",))
JOURNAL = Field("Journal", "name", ("journal",))
PUBLICATION_TYPE = Field("Publication Type", "name", ("type",))
ARTICLE_ID = Field("Article Identifier", "name", ("doi", "aid"))
LOCATION_ID = Field("Location ID", "name", ("lid",))

FIELDS = {
    tag: field
    for field, tags in (
        (ALL, "all, all fields"),
        (TITLE, "ti, title"),
        (TITLE_ABSTRACT, "tiab, title/abstract"),
        (TEXT_WORD, "tw, text word, text words"),
        (MESH, "mh, mesh, mesh terms"),
        (Field("MeSH Terms:noexp", "name", ("mesh",)), "mh:noexp, mesh:noexp, mesh terms:noexp"),
        (Field("MeSH Major Topic", "name", ("major",)), "majr, mesh major topic"),
        (Field("MeSH Subheading", "name", ("subheading",)), "sh, mesh subheading, subheading"),
        (PUBLICATION_TYPE, "pt, ptyp, publication type"),
        (LANGUAGE, "la, lang, language"),
        (AUTHOR, "au, author"),
        (Field("Full Author Name", "name", ("author",)), "fau, full author name"),
        (Field("Corporate Author", "name", ("group",)), "cn, corporate author"),
        (JOURNAL, "ta, jour, journal"),
        (Field("Affiliation", "text", ("places",)), "ad, affiliation"),
        (Field("Other Term", "text", ("keywords",)), "ot, other term"),
        (Field("Supplementary Concept", "name", ("substance",)), "nm, substance name"),
        (Field("Volume", "name", ("volume",)), "vi, volume"),
        (Field("Issue", "name", ("issue",)), "ip, issue"),
        (Field("Pagination", "name", ("pages",)), "pg, pagination"),
        (Field("Filter", "name", ("subset",)), "sb, subset, filter"),
        (ARTICLE_ID, "aid, doi, article identifier"),
        (LOCATION_ID, "lid, location id"),
        (UID, "uid, pmid"),
        (CREATED, "crdt, date - create"),
        (ENTERED, "edat, date - entry"),
        (INDEXED, "mhda, date - mesh"),
        (REVISED, "lr, mdat, date - modification, date - last revision"),
        (PUBLISHED, "dp, pdat, date - publication"),
    )
    for tag in tags.split(", ")
}

DATE_TYPES = {"pdat": PUBLISHED, "edat": ENTERED, "mdat": REVISED, "crdt": CREATED}

LANGUAGES = {
    "chi": "chinese",
    "dut": "dutch",
    "eng": "english",
    "fre": "french",
    "ger": "german",
    "ita": "italian",
    "jpn": "japanese",
    "kor": "korean",
    "pol": "polish",
    "por": "portuguese",
    "rus": "russian",
    "spa": "spanish",
    "tur": "turkish",
}

# left out of a search when they stand alone, and reported as ignored; a few of PubMed's
_STOPWORDS = "a about an and are as at be by for from in is of on or that the to was"
STOPWORDS = frozenset(_STOPWORDS.split())
