"""A review as a Word document: styles, contents, captions, fields, header and page numbers."""

from __future__ import annotations

from gcm_ld.review.model import Document

__all__ = ["render_word"]


def render_word(document: Document) -> bytes:
    """Write a review as a Word document.

    The same review gives the same bytes: no time, no name and no number of the machine is in it.

    :param document: the review.
    :raises MissingExtraError: if python-docx is not installed.
    """
    from gcm_ld.errors import MissingExtraError

    try:
        import docx  # noqa: F401
    except ImportError:
        raise MissingExtraError("python-docx", "review", "a review as a Word document") from None
    from gcm_ld.review.word.writer import write_word

    return write_word(document)
