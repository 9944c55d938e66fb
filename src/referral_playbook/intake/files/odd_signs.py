"""Signs in a text file that nobody writes: traces of a damage that happened before the file came to us."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from referral_playbook.intake.faults import Fault

PIECE = 1 << 20
OVERLAP = 8
AGAIN = "Export the file again from its source; the letters cannot be brought back here"


@dataclass(frozen=True)
class Odd:
    """A kind of sign: how it is written in UTF-8, what it is, and what to do."""

    written: tuple[bytes, ...]
    problem: str
    fix: str


LOST = Odd((b"\xef\xbf\xbd",), "the sign that programs put in place of a letter that they could not read", AGAIN)
GARBLED = Odd(
    (b"\xc3\x83\xc2", b"\xc3\xa2\xe2\x82\xac"),
    "letters such as 'Ã¼', which come from reading UTF-8 in another encoding",
    f"{AGAIN}, or open it as UTF-8 in the program that saved it",
)
UNSEEN = Odd(
    (b"\xe2\x80\x8b", b"\xe2\x81\xa0", b"\xef\xbb\xbf"),
    "a sign that nobody can see within the text, so that two equal words may count as different",
    "Remove it in the file, or export the file again",
)
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x00")) + b"\x7f"


def odd_signs(path: Path, name: str, table: str, encoding: str) -> list[Fault]:
    """Warnings, one for each kind of sign that the file has, with the first line."""
    kinds = (LOST, GARBLED, UNSEEN) if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig") else ()
    if "a".encode(encoding).removeprefix(codecs.BOM_UTF8) != b"a":
        return []
    first: dict[str, int] = {}
    fixes = {kind.problem: kind.fix for kind in kinds} | {CONTROL: "Export the file again"}
    lines, before = 1, b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            text = before + (piece.removeprefix(codecs.BOM_UTF8) if lines == 1 and not before else piece)
            for problem, at in _found(text, kinds):
                first.setdefault(problem, lines + text.count(b"\n", 0, at))
            lines += text.count(b"\n", 0, len(text) - OVERLAP) if len(text) > OVERLAP else 0
            before = text[-OVERLAP:]
    return [
        Fault(file=name, table=table, line=line, problem=problem, fix=fixes[problem], severity="warning")
        for problem, line in first.items()
    ]


CONTROL = "a control sign, which no text has"


def _found(text: bytes, kinds: tuple[Odd, ...]) -> list[tuple[str, int]]:
    """The kinds that a piece of text has, each with its first place."""
    seen = {kind.problem: [at for sign in kind.written if (at := text.find(sign)) >= 0] for kind in kinds}
    places = [(problem, min(found)) for problem, found in seen.items() if found]
    if len(text.translate(None, CONTROLS)) < len(text):
        places.append((CONTROL, next(at for at, sign in enumerate(text) if sign in CONTROLS)))
    return places
