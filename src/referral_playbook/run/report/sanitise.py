"""What a report may hold: an allow-list. Our prose is trusted, what cells show is not; both pass through here."""

from __future__ import annotations

from functools import lru_cache

import nh3

from referral_playbook.contract.evidence import Basis, Status

TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
}
ATTRIBUTES = {
    "*": {"dir", "class"},
    "a": {"href"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "data-label"},
    "th": {"colspan", "rowspan", "scope"},
}
CLASSES = {"playbook", "wide", "number", "text", "verdict", "badge", "basis"}
CLASSES |= {*(f"verdict-{status.value}" for status in Status), *(f"basis-{basis.value}" for basis in Basis)}


def sanitised(html: str) -> str:
    """HTML with nothing but text, tables and links within the page; the rest is dropped.

    Examples
    --------
    >>> sanitised('<p onclick="x()">a<script>b</script><img src="https://c.example/d.png"> <a href="https://e">f</a></p>')
    '<p>a <a>f</a></p>'
    """
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        clean_content_tags={"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object"},
        link_rel=None,
        url_schemes=set(),
    )


@lru_cache(maxsize=1000)
def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if value.startswith("#") else None
    if name == "class":
        return " ".join(word for word in value.split() if word in CLASSES) or None
    return value
