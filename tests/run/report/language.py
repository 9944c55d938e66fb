"""How a text reads: words that must not appear, and Flesch's reading ease."""

from __future__ import annotations

import re

FORBIDDEN = {
    r"\(no range": "a decided number just stands",
    r"(?<![\d.,])1 (?:months|customers|referrals|days|conversions|times|weeks)\b": "one thing is singular",
    r"\b(?:nan|NaN|None|inf)\b": "a value that is not written out",
    r"[£€$]\s?[\d,.]+\s?(?:GBP|EUR|USD)\b": "a currency code beside its symbol",
    r"\b[\d,.]+ (?:GBP|EUR|USD)\b": "an amount in the style of a file",
    r"\b[a-z]+_[a-z_]+\b": "a raw name",
    r"\bstep \d\d\b": "a number of a step",
    r"\b(?:0|100)% (?:chance|probability)\b": "never certain",
}
"""Patterns and what is wrong with them; `[a-z]+_...` catches names of parameters and results."""


def faults(text: str) -> list[str]:
    """Every forbidden piece of a text with its surroundings."""
    found = []
    for pattern, why in FORBIDDEN.items():
        for match in re.finditer(pattern, text):
            around = " ".join(text[max(0, match.start() - 40) : match.end() + 40].split())
            found.append(f"{why}: …{around}…")
    return found


def syllables(word: str) -> int:
    """About how many syllables an English word has: groups of vowels, without a silent e."""
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith("le") and groups > 1
    return max(1, groups - silent)


def reading_ease(text: str) -> float:
    """Flesch (1948): 206.835 - 1.015 words per sentence - 84.6 syllables per word."""
    sentences = [s for s in re.split(r"[.!?:;]\s|\n", text) if re.search(r"[A-Za-z]{2}", s)]
    words = re.findall(r"[A-Za-z]+(?:['’][a-z]+)?", text)
    return 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * sum(map(syllables, words)) / len(words)
