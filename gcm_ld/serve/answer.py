"""What passes between the process that speaks HTTP and the workers that ask the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gcm_ld.store.database import Snapshot

__all__ = ["Answer", "PageRequest", "Refusal", "answer_page", "tag_matches"]


@dataclass(slots=True)
class Answer:
    """What a worker answers with.

    :param status: the HTTP status.
    :param headers: names in lower case; ``content-length`` and ``date`` are added for you. An
        ``etag`` here is compared with ``if-none-match`` by the front, which then answers 304.
    :param body: bytes, or pieces of it one after the other, which are sent while they are made, or
        a function that writes it to the binary file it is given.
    :param most: the most bytes of the body that are sent; with more, the answer is refused.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] | Callable[[Any], object] = b""
    most: int | None = None


class Refusal(Exception):  # noqa: N818 - an answer, and no error of ours
    """A request that is not answered, and the sentence that says why.

    :param status: the HTTP status.
    :param problem: one sentence, with the cure.
    :param outcome: one word for the access log and the figures.
    """

    def __init__(
        self,
        status: int,
        problem: str,
        *,
        outcome: str = "refused",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.problem, self.outcome = status, problem, outcome
        self.headers = dict(headers or {})
        super().__init__(problem)


@dataclass(frozen=True)
class PageRequest:
    """What a page is made for; a worker gets it as the payload of a job of kind ``page``.

    :param method: ``GET`` or ``HEAD`` (the front drops the body of an answer to HEAD).
    :param path: the path as it was sent, percent-encoding and all, such as ``/id/gcm``.
    :param query: what follows ``?``, as it was sent.
    :param headers: names in lower case: ``accept``, ``accept-language``, ``host`` where sent.
    :param base: the address that the server is reached at, with a slash at its end.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    base: str = "http://127.0.0.1:8000/"


def answer_page(snapshot: Snapshot, payload: Mapping[str, Any]) -> Answer:
    """Answer a job of kind ``page``: everything that is not the endpoint itself."""
    from gcm_ld.serve import pages

    return pages.answer(snapshot, PageRequest(**payload))


def tag_matches(header: str | None, tag: str) -> bool:
    """Tell whether If-None-Match names a tag (RFC 9110, section 13.1.2).

    >>> tag_matches('"a", W/"b"', '"b"'), tag_matches("*", '"b"'), tag_matches(None, '"b"')
    (True, True, False)
    """
    if header is None or not tag:
        return False
    wanted = tag.removeprefix("W/")
    names = (name.strip() for name in header.split(","))
    return any(name == "*" or name.removeprefix("W/") == wanted for name in names)
