"""Sentences about pay-back: each has to say on which clock it counts, the value of customers won or cash."""

from __future__ import annotations

import re
from html import unescape

SAYS_BACK = re.compile(
    r"\bpa(?:id|ys?) back\b|\bpay-?backs?\b|\bcover(?:s|ed|ing)? (?:all |its |their |the )*(?:running )?costs?\b", re.I
)
CLOCK = re.compile(r"\bcash\b|\bvalue\b", re.I)
SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+| \| ")


def without_a_clock(text: str) -> list[str]:
    """The sentences of a text that speak of pay-back and name neither clock."""
    sentences = (sentence.strip() for sentence in SENTENCE.split(text))
    return [s for s in sentences if SAYS_BACK.search(s) and not CLOCK.search(s)]


def words_of(html: str) -> str:
    """The words of a page, a line per block; alternative texts of pictures included, pictures and styles left out."""
    alt = " ".join(f"{text}." for text in re.findall(r'\balt="([^"]*)"', html))
    flat = re.sub(r"<style.*?</style>|<script.*?</script>|<svg.*?</svg>", " ", html, flags=re.S)
    lines = re.sub(r"</(?:p|td|th|li|h\d|figcaption|caption|div|text)>|<br\s*/?>", "\n", flat)
    plain = unescape(re.sub(r"<[^>]+>", " ", lines))
    return "\n".join(re.sub(r"\s+", " ", line) for line in (plain + "\n" + unescape(alt)).splitlines())
