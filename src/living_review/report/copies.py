"""The page as documents: DOCX always, PDF where Quarto is, which brings typst."""

DOCX, PDF = "review.docx", "review.pdf"
WORDS = {DOCX: "DOCX", PDF: "PDF"}


def files() -> tuple[str, ...]:
    """The documents that the renderer of this machine makes."""
    from living_review.report import render

    return (PDF, DOCX) if render.is_quarto() else (DOCX,)
