"""The styles of the Word document, its language and its settings."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["FONT", "INK", "apply_styles"]

#: A typeface that is everywhere, or has a twin of the same width.
FONT = "Arial"
#: Colours: headings, muted text, lines, the head of a table, and marked passages.
INK, MUTED, LINE, HEAD, MARK = "0B3D66", "525D66", "AAB3B9", "E6EDF3", "FFF2CC"


class _Style(NamedTuple):
    """A paragraph style: its id, its name, what follows it, and its dress as XML."""

    id: str
    name: str
    paragraph: str
    run: str
    following: str = "Normal"
    based: str = "Normal"


def _heading(level: int, size: int, before: int, after: int) -> _Style:
    new_page = "<w:pageBreakBefore/>" if level == 1 else ""
    return _Style(
        f"Heading{level}",
        f"heading {level}",
        f'<w:keepNext/><w:keepLines/>{new_page}<w:spacing w:before="{before}" w:after="{after}" '
        f'w:line="252" w:lineRule="auto"/><w:outlineLvl w:val="{level - 1}"/>',
        f'<w:b/><w:bCs/><w:color w:val="{INK}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>',
    )


def _toc(level: int) -> _Style:
    bold = "<w:b/><w:bCs/>" if level == 1 else ""
    before = 70 if level == 1 else 0
    return _Style(
        f"TOC{level}",
        f"toc {level}",
        f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9354"/></w:tabs><w:spacing '
        f'w:before="{before}" w:after="10" w:line="240" w:lineRule="auto"/><w:ind '
        f'w:left="{(level - 1) * 284}"/>',
        f'{bold}<w:sz w:val="18"/><w:szCs w:val="18"/>',
    )


_STYLES = (
    _Style("Normal", "Normal", '<w:spacing w:after="120" w:line="264" w:lineRule="auto"/>', ""),
    _Style(
        "Title",
        "Title",
        '<w:spacing w:before="2600" w:after="120" w:line="240" w:lineRule="auto"/>',
        f'<w:b/><w:bCs/><w:color w:val="{INK}"/><w:sz w:val="56"/><w:szCs w:val="56"/>',
        "Subtitle",
    ),
    _Style(
        "Subtitle",
        "Subtitle",
        f'<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="10" w:color="{INK}"/></w:pBdr>'
        '<w:spacing w:after="360" w:line="240" w:lineRule="auto"/>',
        f'<w:color w:val="{MUTED}"/><w:sz w:val="36"/><w:szCs w:val="36"/>',
    ),
    _heading(1, 34, 0, 160),
    _heading(2, 27, 320, 100),
    _heading(3, 23, 260, 80),
    _heading(4, 21, 200, 60),
    _Style(
        "ContentsHeading",
        "Contents Heading",
        '<w:keepNext/><w:spacing w:before="240" w:after="120"/>',
        f'<w:b/><w:bCs/><w:color w:val="{INK}"/><w:sz w:val="30"/><w:szCs w:val="30"/>',
    ),
    *(_toc(level) for level in (1, 2, 3)),
    _Style(
        "TableofFigures",
        "table of figures",
        '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9354"/></w:tabs><w:spacing '
        'w:after="10" w:line="240" w:lineRule="auto"/><w:ind w:left="0"/>',
        '<w:sz w:val="17"/><w:szCs w:val="17"/>',
    ),
    _Style(
        "Caption",
        "caption",
        '<w:keepNext/><w:keepLines/><w:spacing w:before="200" w:after="80" w:line="240" '
        'w:lineRule="auto"/>',
        f'<w:b/><w:bCs/><w:color w:val="{INK}"/><w:sz w:val="18"/><w:szCs w:val="18"/>',
    ),
    _Style(
        "Figure",
        "Figure",
        '<w:keepNext/><w:spacing w:before="160" w:after="60" w:line="240" w:lineRule="auto"/>',
        "",
        "Caption",
    ),
    _Style(
        "FigureCaption",
        "Figure Caption",
        '<w:keepNext w:val="0"/><w:spacing w:before="0" w:after="200"/>',
        "",
        based="Caption",
    ),
    _Style(
        "Placeholder",
        "Placeholder",
        '<w:keepLines/><w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="BF8F00"/>'
        f'</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{MARK}"/><w:spacing w:before="80" '
        'w:after="160" w:line="252" w:lineRule="auto"/><w:ind w:left="227" w:right="113"/>',
        '<w:color w:val="3A2A00"/><w:sz w:val="19"/><w:szCs w:val="19"/>',
    ),
    _Style(
        "Note",
        "Note",
        '<w:spacing w:before="40" w:after="120" w:line="245" w:lineRule="auto"/>',
        f'<w:color w:val="{MUTED}"/><w:sz w:val="17"/><w:szCs w:val="17"/>',
    ),
    _Style(
        "FootnoteText",
        "footnote text",
        '<w:spacing w:after="40" w:line="240" w:lineRule="auto"/>',
        '<w:sz w:val="17"/><w:szCs w:val="17"/>',
        "FootnoteText",
    ),
    _Style(
        "Quote",
        "Quote",
        f'<w:pBdr><w:left w:val="single" w:sz="12" w:space="8" w:color="{LINE}"/></w:pBdr>'
        '<w:ind w:left="284" w:right="284"/>',
        '<w:i/><w:iCs/><w:color w:val="3A444B"/>',
    ),
    _Style(
        "CodeBlock",
        "Code Block",
        '<w:shd w:val="clear" w:color="auto" w:fill="F3F6F8"/><w:spacing w:line="240" '
        'w:lineRule="auto"/>',
        '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
        '<w:sz w:val="17"/><w:szCs w:val="17"/>',
    ),
    _Style(
        "TableText",
        "Table Text",
        '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>',
        '<w:sz w:val="17"/><w:szCs w:val="17"/>',
    ),
    _Style(
        "TableSmall",
        "Table Small",
        '<w:spacing w:before="10" w:after="10" w:line="240" w:lineRule="auto"/>',
        '<w:sz w:val="15"/><w:szCs w:val="15"/>',
    ),
    _Style(
        "AfterTable",
        "After Table",
        '<w:spacing w:before="0" w:after="60" w:line="120" w:lineRule="exact"/>',
        '<w:sz w:val="8"/><w:szCs w:val="8"/>',
    ),
    _Style(
        "Header",
        "header",
        f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{LINE}"/></w:pBdr>'
        '<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>',
        f'<w:color w:val="{MUTED}"/><w:sz w:val="16"/><w:szCs w:val="16"/>',
    ),
    _Style(
        "Footer",
        "footer",
        '<w:spacing w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="right"/>',
        f'<w:color w:val="{MUTED}"/><w:sz w:val="16"/><w:szCs w:val="16"/>',
    ),
)
#: Language tags with the region that a spelling checker wants.
_REGIONS = {"en": "en-GB", "sq": "sq-AL", "fr": "fr-FR", "es": "es-ES", "ru": "ru-RU"}


def apply_styles(document: Any, language: str, *, rtl: bool = False) -> None:
    """Give a new document our styles, its language, and settings of a present-day Word.

    :param document: a document of python-docx, made from its own template.
    :param language: the tag of the document's language.
    :param rtl: whether it is written from right to left.
    """
    from docx.oxml.ns import qn

    tag = _REGIONS.get(language, language)
    styles = document.styles.element
    for style in _STYLES:
        _replace(styles, style, rtl=rtl)
    _add_others(styles)
    _unlink(styles)
    fonts = styles.find(".//" + qn("w:rPrDefault") + "/" + qn("w:rPr"))
    for child in list(fonts):
        fonts.remove(child)
    for child in _parse(
        f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
        '<w:sz w:val="20"/><w:szCs w:val="20"/>'
        f"{'<w:rtl/>' if rtl else ''}"
        f'<w:lang w:val="{tag}" w:eastAsia="en-US" w:bidi="{tag if rtl else "ar-SA"}"/>'
    ):
        fonts.append(child)
    _settings(document, tag)


def _settings(document: Any, tag: str) -> None:
    from docx.oxml.ns import qn

    settings = document.settings.element
    for name in ("w:savePreviewPicture", "w:proofState", "w:rsids"):
        for child in settings.findall(qn(name)):
            settings.remove(child)
    zoom = settings.find(qn("w:zoom"))
    zoom.attrib.clear()
    zoom.set(qn("w:percent"), "100")
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), tag)
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _parse(content: str) -> list[Any]:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    return list(parse_xml(f"<w:p {nsdecls('w')}>{content}</w:p>"))


def _replace(styles: Any, style: _Style, *, rtl: bool) -> None:
    """Put a style in the place of the template's of the same id, or add it."""
    from docx.oxml.ns import qn

    paragraph = style.paragraph
    if rtl:
        # The sides of borders are those of the page, whichever way the text runs.
        paragraph = paragraph.replace("<w:left w:val", "<w:right w:val").replace(
            "</w:left>", "</w:right>"
        )
        if style.id == "Normal":
            paragraph = f"<w:bidi/>{paragraph}"
    base = "" if style.id == "Normal" else f'<w:basedOn w:val="{style.based}"/>'
    default = ' w:default="1"' if style.id == "Normal" else ""
    custom = "" if _is_builtin(style) else ' w:customStyle="1"'
    element = _parse(
        f'<w:style w:type="paragraph"{default}{custom} w:styleId="{style.id}">'
        f'<w:name w:val="{style.name}"/>{base}<w:next w:val="{style.following}"/>'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{style.run}</w:rPr></w:style>"
    )[0]
    for old in styles.findall(qn("w:style")):
        if old.get(qn("w:styleId")) == style.id:
            styles.replace(old, element)
            return
    styles.append(element)


def _unlink(styles: Any) -> None:
    """Take away links to styles that don't link back, as ours don't (17.7.4.6)."""
    from docx.oxml.ns import qn

    links = {
        style.get(qn("w:styleId")): (style, style.find(qn("w:link")))
        for style in styles.findall(qn("w:style"))
    }
    for name, (style, link) in links.items():
        if link is None:
            continue
        other = links.get(link.get(qn("w:val")), (None, None))[1]
        if other is None or other.get(qn("w:val")) != name:
            style.remove(link)


def _is_builtin(style: _Style) -> bool:
    """Tell whether Word knows the style's name."""
    names = ("Normal", "Title", "Subtitle", "Quote", "caption", "header", "footer")
    return style.name in names or style.name.startswith(
        ("heading ", "toc ", "table of", "footnote ")
    )


def _add_others(styles: Any) -> None:
    """Add the styles of links and of tables."""
    edge = f'w:val="single" w:sz="4" w:space="0" w:color="{LINE}"'
    for element in _parse(
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
        '<w:rPr><w:color w:val="0B4F85"/><w:u w:val="single"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="FootnoteReference">'
        '<w:name w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        "</w:style>"
        '<w:style w:type="character" w:customStyle="1" w:styleId="TableLink">'
        '<w:name w:val="Table Link"/><w:rPr><w:color w:val="0B4F85"/></w:rPr></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="ReviewTable">'
        '<w:name w:val="Review Table"/><w:basedOn w:val="TableNormal"/><w:tblPr>'
        f"<w:tblBorders><w:top {edge}/><w:bottom {edge}/><w:insideH {edge}/></w:tblBorders>"
        '<w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
        '<w:bottom w:w="28" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>"
    ):
        styles.append(element)
