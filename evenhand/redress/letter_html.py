"""A filled letter as HTML: the letter alone, or a whole page with what to know beside it.

Steps, in order:  marked text -> blocks (paragraphs, headings, lists) -> escaped HTML, gaps set off

Whatever stands in a letter is text: nothing in a record or an answer can become a tag, a link or a script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from .filling import BELOW, GAP, GAP_END, HEAD

if TYPE_CHECKING:
    from .letters import Letter

_NUMBERED = re.compile(r"  [0-9]+(?:\.[0-9]+)*\. ")
_POINT = "  - "
Kind = Literal["head", "below", "text", "numbers", "points"]


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or list; lines still carry the marks of gaps."""

    kind: Kind
    lines: tuple[str, ...]


def blocks(marked: str) -> list[Block]:
    r"""The blocks of a filled text. Entries of a list stay together across empty lines.

    Example:
        >>> [(block.kind, len(block.lines)) for block in blocks("Dear you,\n\n  1. One\n\n  2. Two\n\n  - a\n")]
        [('text', 1), ('numbers', 2), ('points', 1)]
    """
    found: list[Block] = []
    for paragraph in re.split(r"\n\n+", marked.strip("\n")):
        rows: list[tuple[Kind, str]] = [_row(line) for line in paragraph.split("\n")]
        for number, (kind, line) in enumerate(rows):
            is_list = kind in ("numbers", "points")
            joins = bool(found) and found[-1].kind == kind and (is_list or (number > 0 and kind == "text"))
            if joins:
                found[-1] = Block(kind, (*found[-1].lines, line))
            else:
                found.append(Block(kind, (line,)))
    return found


def _row(line: str) -> tuple[Kind, str]:
    if line.startswith(HEAD):
        return "head", line[1:]
    if line.startswith(BELOW):
        return "below", line[1:]
    if _NUMBERED.match(line):
        return "numbers", line.strip()
    return ("points", line.removeprefix(_POINT)) if line.startswith(_POINT) else ("text", line)


def as_html(marked: str) -> str:
    r"""A filled letter as a piece of HTML.

    Example:
        >>> as_html(f"Dear {GAP}[name]{GAP_END} & <b>\n")
        '<div class="letter" lang="en" dir="ltr">\n<p>Dear <span class="gap">[name]</span> &amp; &lt;b&gt;</p>\n</div>'
    """
    return '<div class="letter" lang="en" dir="ltr">\n' + "\n".join(_block(block) for block in blocks(marked)) + "\n</div>"


def _block(block: Block) -> str:
    if block.kind in ("head", "below"):
        level = "h2" if block.kind == "head" else "h3"
        return f"<{level}>{_inline(block.lines[0])}</{level}>"
    if block.kind == "text":
        return f"<p>{'<br>'.join(map(_inline, block.lines))}</p>"
    items = "".join(f"<li>{_inline(line)}</li>" for line in block.lines)
    return f'<ul class="numbered">{items}</ul>' if block.kind == "numbers" else f"<ul>{items}</ul>"


def _inline(line: str) -> str:
    return escape(line).replace(GAP, '<span class="gap">').replace(GAP_END, "</span>")


STYLE = """
body { font: 1rem/1.5 Georgia, "Liberation Serif", serif; margin: 0 auto; max-width: 60rem; padding: 1rem; color: #1a1a1a; background: #fff; }
main { display: grid; gap: 2rem; grid-template-columns: minmax(0, 3fr) minmax(14rem, 2fr); }
aside { font: .95rem/1.5 system-ui, sans-serif; border-inline-start: 4px solid #5b3a8e; padding-inline-start: 1rem; }
aside h2, .letter h2 { font-size: 1.1rem; } .letter h3 { font-size: 1rem; }
.banner { border: 2px solid #8a1c1c; padding: .5rem 1rem; font: bold 1rem/1.5 system-ui, sans-serif; }
.letter { overflow-wrap: anywhere; } .letter ul.numbered { list-style: none; padding: 0; } .letter li { margin-block: .5rem; }
.gap { background: #fff3bf; } .gap, .letter a { text-decoration: none; }
@media (max-width: 45rem) { main { display: block; } }
@media print { aside, .banner, h1 { display: none; } main { display: block; } .gap { background: none; } body { max-width: none; padding: 0; } }
"""


def as_page(letter: Letter) -> str:
    """A whole page: the letter to print, and beside it what to know, which is not printed. It loads nothing."""
    words, card = letter.letters.wording, letter.card
    banner = f'<p class="banner">{escape(letter.banner)}</p>' if letter.banner else ""
    questions = [letter.law.questions[slug].title for slug in letter.verify if slug in letter.law.questions]
    beside = [
        _section(words.explains, "".join(f"<p>{escape(text)}</p>" for text in card.explains)),
        _section(words.adds, _list([*card.adds]) if card.adds else ""),
        _section(words.gaps, _list([f"{one.gap} {one.asks} {one.help or ''}".strip() for one in letter.gaps]) if letter.gaps else ""),
        _section(words.costs, f"<p>{escape(card.costs)}</p>"),
        _section(words.police_learn, f"<p>{escape(card.police_learn)}</p>"),
        _section(words.next, f"<p>{escape(card.next)}</p>"),
        _section(words.cites, _list([f"{one.cite}: {one.section.says}" for one in letter.cited]) if letter.cited else ""),
        _section(words.open_questions, _list(questions) if questions else ""),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(letter.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{escape(letter.title)}</h1>\n{banner}\n"
        f"<main>\n{letter.html}\n<aside>\n{''.join(beside)}</aside>\n</main>\n</body>\n</html>\n"
    )


def _section(title: str, inner: str) -> str:
    return f"<h2>{escape(title)}</h2>\n{inner}\n" if inner else ""


def _list(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
