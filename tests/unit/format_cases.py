"""One record as a file of each format has it."""

TITLE = "Invented record on the cryoablation of a recurrent renal tumour"
AUTHORS, NAMES = "Doe JQ; Roe R", "Doe, Jane Q; Roe, Richard"
NBIB = f"""\
PMID- 101
TI  - {TITLE}
FAU - Doe, Jane Q
AU  - Doe JQ
FAU - Roe, Richard
AU  - Roe R
DP  - 2015
JT  - Invented Journal
VI  - 12
PG  - 101-9
LID - 10.1000/invented.1 [doi]
"""
RIS = f"""\
TY  - JOUR
TI  - {TITLE}
AU  - Doe, Jane Q
AU  - Roe, Richard
PY  - 2015
JO  - Invented Journal
VL  - 12
SP  - 101
EP  - 109
ER  -
"""
CSV = f"""\
ID,title,author,year,journal,volume,pages
x-1,{TITLE},"Doe, Jane Q and Roe, Richard",2015,Invented Journal,12,101-109
"""
PUBMED_XML = f"""\
<?xml version="1.0"?>
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>101</PMID><Article><Journal><JournalIssue>
<Volume>12</Volume><PubDate><Year>2015</Year></PubDate></JournalIssue>
<Title>Invented Journal</Title></Journal><ArticleTitle>{TITLE}</ArticleTitle>
<Pagination><MedlinePgn>101-9</MedlinePgn></Pagination>
<AuthorList><Author><LastName>Doe</LastName><ForeName>Jane Q</ForeName><Initials>JQ</Initials>
</Author><Author><LastName>Roe</LastName><ForeName>Richard</ForeName><Initials>R</Initials></Author>
</AuthorList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>
"""
ENDNOTE_XML = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<xml><records><record><contributors><authors><author>Doe, Jane Q</author>
<author>Roe, Richard</author></authors></contributors><titles><title>{TITLE}</title>
<secondary-title>Invented Journal</secondary-title></titles><pages>101-109</pages>
<volume>12</volume><dates><year>2015</year></dates></record></records></xml>
"""
BIBTEX = f"""\
@article{{doe2015, title = {{{TITLE}}}, author = {{Jane Q Doe and Roe, Richard}}, year = 2015,
  journal = {{Invented Journal}}, volume = 12, pages = {{101--109}}}}
"""
PUBMED_SUMMARY = f"""\
1: Doe JQ, Roe R. {TITLE}. Invented Journal. 2015;12:101-9. PMID: 101.
"""
PUBMED_ABSTRACT = f"""\
1. Invented Journal. 2015;12:101-9.

{TITLE}.

Doe JQ(1), Roe R.

PMID: 101
"""
WEB_OF_SCIENCE = f"""\
FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Doe, JQ
   Roe, R
AF Doe, Jane Q
   Roe, Richard
TI {TITLE}
SO Invented Journal
PY 2015
VL 12
BP 101
EP 109
ER

EF
"""
REFER = f"""\
%0 Journal Article
%A Doe, Jane Q
%A Roe, Richard
%T {TITLE}
%J Invented Journal
%D 2015
%V 12
%P 101-109
"""
OVID = f"""\
<1>
Unique Identifier
  101
Title
  {TITLE}.
Source
  Invented Journal. 12:101-109, 2015.
Authors
  Doe, Jane Q; Roe, Richard.
"""
EVERY = {
    "nbib": NBIB,
    "ris": RIS,
    "csv": CSV,
    "pubmed_xml": PUBMED_XML,
    "endnote_xml": ENDNOTE_XML,
    "bibtex": BIBTEX,
    "pubmed_summary": PUBMED_SUMMARY,
    "pubmed_abstract": PUBMED_ABSTRACT,
    "web_of_science": WEB_OF_SCIENCE,
    "refer": REFER,
    "ovid": OVID,
}
INITIALS_ONLY = {"pubmed_summary", "pubmed_abstract"}
