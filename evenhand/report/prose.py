"""A study's own words, Markdown to HTML: no raw HTML, no pictures from elsewhere, headings below the page's own."""

from __future__ import annotations

from markupsafe import Markup, escape

LOWEST = 6


def html_of(markdown: str, *, below: int = 2) -> Markup:
    r"""Render Markdown; what could reach outside the page or into its script stays text.

    Args:
        markdown: the text.
        below: level of the page's heading above it; a `#` becomes one below.

    Example:
        >>> str(html_of("# Why\n\n<script>alert(1)</script>")).splitlines()[0]
        '<h3>Why</h3>'
    """
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("image", lambda self, tokens, index, options, env: str(escape(tokens[index].content)))
    tokens = reader.parse(markdown)
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = below + 1 - min(levels) if levels else 0
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(LOWEST, int(token.tag[1]) + shift)}"
    return Markup(reader.renderer.render(tokens, reader.options, {}))
