"""A filled letter as a Word file: paragraphs, headings and highlighted gaps, and nothing else.

Written by hand rather than with a library, for what it must not hold: no author, no date, no program's name, no template.
The same letter gives the same bytes, and the browser writes the same (web/static/redress/docx.js). python-docx reads it back in the tests.

Steps, in order:  marked text -> blocks -> WordprocessingML -> a zip archive, uncompressed, of four parts
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

from .filling import GAP, GAP_END
from .letter_html import blocks

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELS = f'{_HEAD}<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'
_DOCUMENT_RELS = f'{_HEAD}<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
_HANGING = '<w:pPr><w:ind w:left="567" w:hanging="425"/></w:pPr>'
_SPACED = '<w:pPrDefault><w:pPr><w:spacing w:after="160" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault>'


def _style(slug: str, name: str, inner: str) -> str:
    based = '<w:basedOn w:val="Normal"/>' if slug != "Normal" else ""
    default = ' w:default="1"' if slug == "Normal" else ""
    return f'<w:style w:type="paragraph"{default} w:styleId="{slug}"><w:name w:val="{name}"/>{based}{inner}</w:style>'


def _heading(level: int) -> str:
    outline = f'<w:pPr><w:keepNext/><w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr><w:b/></w:rPr>'
    return _style(f"Heading{level}", f"heading {level}", outline)


_STYLES = (
    f'{_HEAD}<w:styles xmlns:w="{_WORD}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/>'
    f'<w:lang w:val="en-GB"/></w:rPr></w:rPrDefault>{_SPACED}</w:docDefaults>{_style("Normal", "Normal", "")}{_heading(1)}{_heading(2)}'
    f'{_style("ListParagraph", "List Paragraph", _HANGING)}</w:styles>'
)
_STYLE_OF = {"head": "Heading1", "below": "Heading2", "numbers": "ListParagraph", "points": "ListParagraph"}
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_docx(marked: str, *, above: str = "") -> bytes:
    r"""A filled letter as the bytes of a .docx file.

    Args:
        marked: as `filling.filled` gives it.
        above: a first line to be taken out before sending, highlighted.

    Example:
        >>> as_docx("Dear you,\n")[:2]
        b'PK'
    """
    first = [_paragraph(f"{GAP}{above}{GAP_END}", None)] if above else []
    body = [_paragraph(_shown(block.kind, line), _STYLE_OF.get(block.kind)) for block in blocks(marked) for line in _lines(block.kind, block.lines)]
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440"/></w:sectPr>'
    document = f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{"".join([*first, *body])}{page}</w:body></w:document>'
    parts = {
        "[Content_Types].xml": _TYPES, "_rels/.rels": _RELS, "word/document.xml": document, "word/_rels/document.xml.rels": _DOCUMENT_RELS,
        "word/styles.xml": _STYLES,
    }  # fmt: skip
    return zipped({name: text.encode() for name, text in parts.items()})


def zipped(parts: dict[str, bytes]) -> bytes:
    """An uncompressed zip archive that tells no date but the format's first, 1 January 1980."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 0, 0o600 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def _lines(kind: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Lines of a paragraph stay one paragraph, with breaks; entries of a list are one each."""
    return ("\n".join(lines),) if kind == "text" else lines


def _shown(kind: str, line: str) -> str:
    return f"•\t{line}" if kind == "points" else re.sub(r"^([0-9.]+) ", "\\1\t", line) if kind == "numbers" else line


def _paragraph(line: str, style: str | None) -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    pieces = re.split(f"({GAP}[^{GAP_END}]*{GAP_END})", line)
    return f"<w:p>{properties}{''.join(_run(piece) for piece in pieces if piece)}</w:p>"


def _run(piece: str) -> str:
    """Words of one kind; tabs and line ends have elements of their own."""
    is_gap = piece.startswith(GAP)
    look = '<w:rPr><w:highlight w:val="yellow"/></w:rPr>' if is_gap else ""
    inner = "".join(
        {"\t": "<w:tab/>", "\n": "<w:br/>"}.get(part, f'<w:t xml:space="preserve">{escape(_UNFIT.sub("", part))}</w:t>')
        for part in re.split(r"([\t\n])", piece.strip(f"{GAP}{GAP_END}"))
        if part
    )
    return f"<w:r>{look}{inner}</w:r>"
