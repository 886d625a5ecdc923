"""What charts are drawn on and printed with: sheets, colours, fonts, and SVG for a page."""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gcm_ld.errors import MissingExtraError
from gcm_ld.language import display_width, speech, wrap_wide
from gcm_ld.report.model import Report
from gcm_ld.words import plural

__all__ = [
    "INKS",
    "SAVED",
    "SHADES",
    "Look",
    "Sheet",
    "drawing_settings",
    "embed_drawing",
    "frame",
    "print_drawing",
    "print_figure",
    "wrap_words",
    "write_source",
]

#: Shades of the heat maps in files, from few to many, and the ink on them.
SHADES = ("#dbe9f4", "#a9cde6", "#64a3d1", "#2b74ac", "#0f4377")
INKS = ("#1b2226", "#1b2226", "#0b1013", "#ffffff", "#ffffff")
#: Fonts to draw other scripts with, where the machine has them.
_FALLBACKS = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Naskh Arabic",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Arial Unicode MS",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a drawing."""

    text: str = "#1b2226"
    muted: str = "#566067"
    line: str = "#aab3b9"
    paper: str = "#ffffff"
    aligned: str = "#12694a"
    on_aligned: str = "#ffffff"
    missing: str = "#e0705c"
    on_missing: str = "#1b2226"


#: The colours of files, which are printed on white.
SAVED = Look()


class Sheet:
    """A blank sheet measured in pixels, from its upper left corner."""

    def __init__(self, width: float, height: float, look: Look, *, margin: float = 0) -> None:
        from matplotlib.figure import Figure

        size = ((width + 2 * margin) / 96, (height + 2 * margin) / 96)
        self.figure = Figure(figsize=size, dpi=96)
        self.look = look
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(-margin, width + margin), ylim=(height + margin, -margin))
        self.axes.set_axis_off()

    def text(self, x: float, y: float, text: str, **options: Any) -> None:
        """Write a text, by default at the left and above the line; ``size`` is in pixels."""
        size = options.pop("size", 12) * 0.75
        options = {"color": self.look.text, "va": "baseline", **options}
        self.axes.text(x, y, _CONTROL.sub(" ", text), size=size, **options)

    def box(self, x: float, y: float, width: float, height: float, **options: Any) -> None:
        """Fill a rectangle."""
        from matplotlib.patches import Rectangle

        self.axes.add_patch(Rectangle((x, y), width, height, **{"linewidth": 0, **options}))

    def missing(self, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle in the colour and hatching of what is not aligned."""
        look = self.look
        self.box(x, y, width, height, facecolor=look.missing, edgecolor=look.paper, hatch="///")


def wrap_words(text: str, width: int, lines: int = 2) -> list[str]:
    """Break a text into a few lines of so many characters; what does not fit is cut."""
    words = " ".join(_CONTROL.sub(" ", text).split())
    if display_width(words) > len(words):
        kept = wrap_wide(words, width)
        return [*kept[: lines - 1], kept[lines - 1] + " …"] if len(kept) > lines else kept
    return textwrap.wrap(words, width, max_lines=lines, placeholder=" …") or [""]


def frame(sheet: Sheet, title: Sequence[str], subtitle: str) -> None:
    """Write a drawing's title, if it has one, and what is counted."""
    for i, line in enumerate(title):
        sheet.text(2, 26 + 24 * i, line, size=18, weight="bold")
    if title:
        sheet.text(2, 28 + 24 * len(title), subtitle, size=13, color=sheet.look.muted)


def write_source(sheet: Sheet, report: Report, y: float) -> None:
    """Write where a drawing's figures come from."""
    for line in wrap_words(report.notes[-1], 150, 1) if report.notes else ():
        sheet.text(2, y, line, size=11, color=sheet.look.muted)


@contextmanager
def drawing_settings(extra: str = "charts") -> Iterator[None]:
    """Set matplotlib up the same way whatever the user's own configuration says.

    :param extra: the extra that brings matplotlib for what is drawn.
    :raises MissingExtraError: if matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError:
        raise MissingExtraError("matplotlib", extra, "drawing charts") from None
    with matplotlib.rc_context(), warnings.catch_warnings(record=True) as caught:
        warnings.filterwarnings("always", message=r"Glyph .* missing from", category=UserWarning)
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "font.family": "DejaVu Sans" if speech().english else _fonts(),
                "hatch.linewidth": 0.9,
                "svg.fonttype": "none",
                "svg.hashsalt": "gcm-ld",
                "text.parse_math": False,
            }
        )
        yield
    _remark(str(w.message) for w in caught)


def _fonts() -> list[str]:
    """List the fonts to draw with: after our own those of this machine that have more scripts."""
    from matplotlib import font_manager

    known = set(font_manager.get_font_names())
    return ["DejaVu Sans", *(name for name in _FALLBACKS if name in known)]


def _version() -> tuple[int, ...]:
    import matplotlib

    return tuple(int(part) for part in matplotlib.__version__.split(".")[:2])


def _remark(warned: Iterable[str]) -> None:
    """Say what the fonts at hand could not draw in the language in use."""
    now = speech()
    if now.english:
        return
    lacking = {text for text in warned if text.startswith("Glyph ")}
    if lacking:
        now.remark(
            f"the fonts of this machine lack {plural(len(lacking), 'character')} of the charts as "
            "PNG; the SVG and the page hold them as text: install a font such as Noto Sans CJK"
        )
    elif now.right_to_left and _version() < (3, 11):
        now.remark(
            "charts as PNG may show letters of this script unjoined; the SVG and the page hold "
            "them as text"
        )


def print_figure(figure: Any, format_: str, **options: Any) -> bytes:
    """Print a figure with nothing of the day or the software in it."""
    metadata = dict.fromkeys(("Software",) if format_ == "png" else ("Creator", "Date"))
    out = io.BytesIO()
    figure.savefig(out, format=format_, metadata=metadata, **options)
    return out.getvalue()


def print_drawing(draw: Callable[[Look], Any], format_: str) -> bytes:
    """Print a drawing that belongs to no report, on white.

    :param draw: draws it in the colours that it is given.
    :param format_: ``svg`` or ``png``.
    :raises MissingExtraError: if matplotlib is not installed.
    """
    with drawing_settings():
        return print_figure(draw(SAVED), format_, facecolor="white", dpi=192)


def embed_drawing(svg: str, prefix: str, title: str, description: str) -> str:
    """Turn an SVG document into an element that can share a page with others."""
    from xml.etree import ElementTree as Xml

    Xml.register_namespace("", _SVG)
    root = Xml.fromstring(svg)  # noqa: S314 (our own drawing)
    for child in list(root):
        if child.tag == f"{{{_SVG}}}metadata" or child.find(f"{{{_SVG}}}style") is not None:
            root.remove(child)
    used = set(re.findall(r'(?:url\(|href=")#([\w-]+)', svg))
    for node in root.iter():
        identifier = node.attrib.pop("id", None)
        if identifier in used:
            node.set("id", f"{prefix}-{identifier}")
        if _XLINK in node.attrib:
            node.set("href", "#" + f"{prefix}-" + node.attrib.pop(_XLINK).removeprefix("#"))
        for key, value in node.attrib.items():
            node.set(key, value.replace("url(#", f"url(#{prefix}-"))
        if "style" in node.attrib:
            style = re.sub(r"font-family: [^;]*; ?", "", node.attrib["style"])
            node.set("style", re.sub(r"font: (\d\S*) [^;]*", r"font-size: \1", style))
        if node.attrib.get("transform", "").startswith("rotate(-0 "):
            del node.attrib["transform"]
        if node.tag == f"{{{_SVG}}}path":
            node.set("d", " ".join(node.attrib["d"].split()))
        if node.tag != f"{{{_SVG}}}text":
            node.text = None
        node.tail = "\n"
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    for i, (tag, text) in enumerate((("title", title), ("desc", description))):
        node = Xml.Element(f"{{{_SVG}}}{tag}", {"id": f"{prefix}-{tag}"})
        node.text, node.tail = _CONTROL.sub(" ", text), "\n"
        root.insert(i, node)
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title")
    root.set("aria-describedby", f"{prefix}-desc")
    return Xml.tostring(root, encoding="unicode").strip()
