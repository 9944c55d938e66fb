"""The benchmarks page of the playbook, made from the registry so that the two cannot drift apart."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from referral_playbook.benchmarks.registry import Benchmark, registry

HEADINGS = {
    "firm": (
        "Firm",
        "Peer-reviewed, compared against controls or pooled over experiments. Fit to stand beside a client's number.",
    ),
    "medium": (
        "Medium",
        "A vendor's or one firm's own data. Good for an order of magnitude, with the same denominator only.",
    ),
    "weak": ("Weak", "One account, or folklore. For a what-if, never for a verdict."),
    "convention": (
        "Convention",
        "A rule of thumb that the playbook adopts. It counts as an assumption, so a verdict resting on it is at best "
        "*test small*.",
    ),
    "blocked": (
        "Blocked",
        "No primary source. Listed so that you know it when you hear it; the code refuses to use it.",
    ),
}
INTRODUCTION = """\
# Benchmarks: what others have measured

Outside figures stand in where a client has no number, and beside it where there is one. Each names **what it is
per**, who says so, how firm it is and what speaks against it. Two rates with different denominators are never
compared: 10% per click and 10% per qualified referral are different worlds, and the code refuses (`compare` raises
`DenominatorMismatch`). A source that gives no range is shown without one, and says so.

This page is made from `src/referral_playbook/benchmarks/registry.toml` by `python -m book`.
"""


def page() -> str:
    """The benchmarks page as Markdown.

    Examples
    --------
    >>> page().splitlines()[0]
    '# Benchmarks: what others have measured'
    """
    parts = [INTRODUCTION]
    for firmness, (heading, says) in HEADINGS.items():
        entries = [entry for entry in registry().values() if entry.firmness == firmness]
        parts.append(f"## {heading}\n\n{says}\n")
        parts += [_source(list(group)) for _, group in groupby(entries, key=lambda e: e.group)]
    return "\n".join(parts)


def _source(entries: list[Benchmark]) -> str:
    first = entries[0]
    when = "" if first.year is None else f" ({first.year})"
    doi = [f"doi {first.doi}"] if first.doi else []
    figures = [_row(e) for e in entries if e.value is not None]
    table = ["| Name | Value | Range | Per | Note |\n|---|---:|---:|---|---|\n" + "\n".join(figures)] if figures else []
    findings = [f"- `{e.name}`: {_text(e.note)}" for e in entries if e.value is None]
    blocks = [
        f"### {_text(first.source)}{when}",
        *doi,
        *table,
        *(["\n".join(findings)] if findings else []),
        *_against(entries),
    ]
    return "\n\n".join(blocks) + "\n"


def _against(entries: list[Benchmark]) -> list[str]:
    by_text: dict[str, list[str]] = {e.counter_evidence: [] for e in entries if e.counter_evidence}
    for entry in entries:
        if entry.counter_evidence:
            by_text[entry.counter_evidence].append(f"`{entry.name}`")
    if len(by_text) == 1:
        return [f"Against it: {_text(next(iter(by_text)))}"]
    return [f"Against {', '.join(names)}: {_text(text)}" for text, names in by_text.items()]


def _row(entry: Benchmark) -> str:
    ranged = "none published"
    if entry.low is not None and entry.high is not None:
        ranged = f"{_number(entry.low, entry.unit)} to {_number(entry.high, entry.unit)}"
    value = _number(entry.value or 0.0, entry.unit) + ("" if entry.unit == "share" else f" {entry.unit}")
    return _joined((f"`{entry.name}`", value, ranged, _text(entry.per), _text(entry.note + _effect(entry))))


def _effect(entry: Benchmark) -> str:
    """What an effect estimates, where, on how many and how exactly; nothing for other figures."""
    if not entry.estimand:
        return ""
    details = [f"estimand: {entry.estimand}", f"setting: {entry.setting}"]
    if entry.sample is not None:
        details.append(f"sample {entry.sample:,}")
    if entry.standard_error is not None:
        details.append(f"standard error of the logarithm {entry.standard_error:g}")
    return f" ({'; '.join(details)})"


def _joined(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(x: float, unit: str) -> str:
    return f"{100 * x:g}%" if unit == "share" else f"{x:g}"


def _text(text: str) -> str:
    return text.replace("|", "\\|")
