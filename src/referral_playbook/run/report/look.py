"""How the pages look and what is made beside them: logo, accent colour, meeting deck, rows about single people."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.problems import CommandFaultError
from referral_playbook.contract.writing.formatting import number

LOGOS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
LARGEST = 500_000
"""Bytes of a logo; it is carried inside the memo."""
LEAST_CONTRAST = 4.5
"""Of the accent colour on white (WCAG 2, AA for text)."""


class LookError(CommandFaultError):
    """A logo or a colour that cannot be used, or a paper whose library is not installed."""


PAPERS = {"deck": ("pptx", "The deck"), "docx": ("docx", "The Word memo")}
"""Papers that need a library of their own, by the extra that installs it."""


def refuse_missing(paper: str) -> None:
    """LookError that says what to install, where the library of a paper is not there."""
    module, name = PAPERS[paper]
    if find_spec(module) is None:
        raise LookError(f"{name} needs python-{module}: pip install 'referral-playbook[{paper}]'")


@dataclass(frozen=True)
class Look:
    """The client's brand, and whether a deck is wanted.

    The accent is ``#rrggbb``, empty for the playbook's own, and the logo a picture as a ``data:`` address, empty for
    none. `private` shows rows about single people in the working papers, with hashed ids.
    """

    accent: str = ""
    logo: str = ""
    deck: bool = False
    docx: bool = False
    private: bool = False

    @classmethod
    def of(
        cls,
        *,
        logo: Path | None = None,
        accent: str | None = None,
        deck: bool = False,
        private: bool = False,
        docx: bool = False,
    ) -> Look:
        """Check and read what was asked for.

        LookError says that the logo is no picture or too large, or that the colour cannot be read on white.
        """
        for paper, wanted in (("deck", deck), ("docx", docx)):
            if wanted:
                refuse_missing(paper)
        return cls(
            accent=_accent(accent) if accent else "",
            logo=_logo(logo) if logo else "",
            deck=deck,
            private=private,
            docx=docx,
        )

    @property
    def key(self) -> list[str]:
        """What makes one look differ from another; empty for the usual one."""
        return [] if self == USUAL else [self.accent, self.logo, str(self.deck), str(self.private), str(self.docx)]


USUAL = Look()
"""The playbook's own colours, no logo, no deck."""


TEMPLATES = Path(__file__).parent / "templates"


def rendered(template: str, *styles: str, **values: Any) -> str:
    """A page of ours from its template and style sheets; every value is escaped but what is `Markup`."""
    template_read, css = page_of(template, *styles)
    page: str = template_read.render(css=css, version=version("referral-playbook"), **values)
    return page


@cache
def page_of(template: str, *styles: str) -> tuple[Any, str]:
    """A template and its style sheets, read once in a process."""
    # Here and not above: an unchanged run looks at the look alone.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    css = "".join((TEMPLATES / style).read_text(encoding="utf-8") for style in styles)
    return env.get_template(template), Markup(css)


def _logo(path: Path) -> str:
    kind = LOGOS.get(path.suffix.lower())
    if kind is None:
        raise LookError(f"{path}: a logo is one of {', '.join(LOGOS)}. Save it as PNG or SVG")
    if not path.is_file():
        raise LookError(f"{path}: there is no such file. Give the path of the logo")
    content = path.read_bytes()
    if len(content) > LARGEST:
        raise LookError(
            f"{path}: {number(len(content))} bytes are too many for a memo. Use a logo of at most {number(LARGEST)}"
        )
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"


def _accent(colour: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise LookError(f"{colour!r} is not a colour. Give it as #rrggbb, such as #0b4f80")
    if (contrast := contrast_on_white(colour)) < LEAST_CONTRAST:
        raise LookError(f"{colour} is too pale to read on white (contrast {number(contrast)}, needs {LEAST_CONTRAST})")
    return colour.lower()


def contrast_on_white(colour: str) -> float:
    """Contrast ratio of a colour on white, by WCAG 2.

    Examples
    --------
    >>> contrast_on_white("#000000"), round(contrast_on_white("#767676"), 2)
    (21.0, 4.54)
    """
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
