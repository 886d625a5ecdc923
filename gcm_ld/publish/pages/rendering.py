"""Turning what a page says into HTML: one set of templates, escaped, the same for every page."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from gcm_ld import __version__
from gcm_ld.publish.settings import Settings

if TYPE_CHECKING:
    from jinja2 import Environment, Template

__all__ = ["Renderer", "root_of"]

#: What HTML can't hold or would change on reading (HTML, section 13.2.3.5).
_CHANGED = re.compile("[\x00\r]")


class Renderer:
    """The templates, read once.

    :param settings: who publishes the site.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._templates: dict[str, Template] = {}

    @cached_property
    def environment(self) -> Environment:
        """The templates' environment: everything is escaped."""
        from jinja2 import Environment, PackageLoader, StrictUndefined

        environment = Environment(
            autoescape=True,
            loader=PackageLoader("gcm_ld.publish.pages"),
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        environment.globals |= {"site_title": self.settings.title, "version": __version__}
        return environment

    def page(self, template: str, name: str, **values: object) -> bytes:
        """Render a page.

        :param template: the template's name without ending.
        :param name: the page's file in the site.
        :param values: what it shows.
        """
        values.setdefault("root", root_of(name))
        found = self._templates.get(template)
        if found is None:
            found = self._templates[template] = self.environment.get_template(template + ".html.j2")
        return clean(found.render(values))


def clean(text: str) -> bytes:
    """Encode a page so that reading it gives back each text as it is."""
    return _CHANGED.sub(lambda m: "&#13;" if m[0] == "\r" else "\ufffd", text).encode()


def root_of(name: str) -> str:
    """Return the way from a file to the site's root.

    >>> root_of("id/gcm/action/1.a.html"), root_of("index.html")
    ('../../../', '')
    """
    return "../" * name.count("/")
