"""The published site's templates, and those that only a server has."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from gcm_ld.publish.pages.rendering import Renderer, clean

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["ServedRenderer"]

#: What leads to the questions on every page; on a server the editor is beside it.
_QUESTIONS = '<li><a href="{root}query/index.html">Questions</a></li>\n'
_EDITOR = '<li><a href="{root}sparql">Query</a></li>\n'


class ServedRenderer(Renderer):
    """Renders pages that also lead to the query editor."""

    @cached_property
    def environment(self) -> Environment:
        """The templates' environment: everything is escaped."""
        from jinja2 import ChoiceLoader, PackageLoader

        environment = super().environment
        loaders = [PackageLoader("gcm_ld.serve"), environment.loader]
        environment.loader = ChoiceLoader([loader for loader in loaders if loader is not None])
        return environment

    def page(self, template: str, name: str, **values: object) -> bytes:
        """Render a page; see :meth:`Renderer.page`."""
        return self.with_editor(super().page(template, name, **values), values.get("root"), name)

    @staticmethod
    def with_editor(page: bytes, root: object, name: str) -> bytes:
        """Lead from a page of the published site to the editor, too."""
        way = str(root) if root is not None else "../" * name.count("/")
        questions = clean(_QUESTIONS.format(root=way))
        return page.replace(questions, questions + clean(_EDITOR.format(root=way)), 1)
