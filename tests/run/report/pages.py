"""Read a page as a test sees it: its tags with attributes, its text, and how it reads."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = {"p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "caption", "figcaption"}


class Page(HTMLParser):
    """Tags with attributes, in order, and the visible text; blocks end in a line break."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text, self._hidden = "", False
        self.starts: dict[str, int] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._hidden = self._hidden or tag in ("style", "title")
        if "id" in dict(attrs):
            self.starts[dict(attrs)["id"]] = len(self.text)

    def handle_endtag(self, tag):
        self._hidden = self._hidden and tag not in ("style", "title")
        if tag in BLOCKS:
            self.text += "\n"

    def handle_data(self, data):
        if not self._hidden:
            self.text += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    def between(self, first: str, last: str) -> str:
        """The text from the element with one id to that with another."""
        return self.text[self.starts[first] : self.starts[last]]


def words(text: str) -> int:
    return len(re.findall(r"\S+", text))
