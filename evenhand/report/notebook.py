"""A picture in a notebook: its drawing, its style and its table, in a frame of its own."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from .picture import Picture


def picture_html(picture: Picture) -> str:
    """A small page in an `<iframe>`, so that neither the notebook's style nor ours spills over."""
    style = files("evenhand.report").joinpath("templates", "style.css").read_text(encoding="utf-8")
    shown = picture.summary if picture.summary is not None else picture.table
    inside = Markup(
        '<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8"><style>{}</style><body style="padding:1rem">'
        '<figure class="picture"><h3>{}</h3>{}<p class="how">{}</p>{}</figure></body></html>'
    ).format(Markup(style), picture.title, picture.drawing, picture.how_to_read, Markup(shown.to_html(index=False, escape=True, border=0)))
    return str(Markup('<iframe title="{}" srcdoc="{}" style="width:100%;height:42rem;border:0" sandbox></iframe>').format(picture.title, escape(str(inside))))
