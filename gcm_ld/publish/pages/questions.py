"""The catalogue of questions: what can be asked, with which parameters, and the query itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gcm_ld.publish.pages.rendering import Renderer
from gcm_ld.queries import Query, list_queries

__all__ = ["QuestionPages"]

#: tag → heading, in the order of the page; a question stands under the first that it has.
_GROUPS = {
    "report": "Questions behind the reports",
    "overview": "Overviews",
    "quality": "What is odd in the source",
    "claim": "Checks of published figures",
    "check": "Checks of the data",
    "rule": "Rules that derive statements",
}
_OTHER = "Other questions"


class Group(NamedTuple):
    """Questions of one kind."""

    id: str
    title: str
    queries: Sequence[Query]


class QuestionPages:
    """The page of the questions, and each as a file.

    :param renderer: the templates.
    """

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer

    def files(self) -> dict[str, bytes]:
        """Return the page and the queries, by file."""
        queries = list_queries()
        grouped: dict[str, list[Query]] = {tag: [] for tag in (*_GROUPS, "other")}
        for query in queries:
            tag = next((t for t in _GROUPS if t in query.tags), "other")
            grouped[tag].append(query)
        groups = [
            Group(f"about-{tag}", _GROUPS.get(tag, _OTHER), found)
            for tag, found in grouped.items()
            if found
        ]
        page = self.renderer.page(
            "questions", "query/index.html", groups=groups, count=len(queries)
        )
        return {
            "query/index.html": page,
            **{f"query/{q.name}.rq": q.text.encode() for q in queries},
        }
