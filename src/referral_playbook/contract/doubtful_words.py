"""Words that may well mean a referral, or that nobody knows, in several languages; none is ever mapped unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping

MAY_BE_REFERRAL = re.compile(
    r"referr|refer a|word.of.mouth|empfehl|mund.zu.mund|mundpropaganda|recommend|recomend|recomm?andation|bouche|"
    r"boca.a|parrain|friend|amig[oa]|freund|passaparola|consiglia|indica[cç]|aanbevel|mond.tot.mond|polecen|doporuč|"
    r"rekommend|anbefal|suosit",
    re.I,
)
"""Words that may well mean that somebody was referred."""
MAY_BE_UNKNOWN = re.compile(
    r"unbekannt|inconnue?|desconocid[oa]|desconhecid[oa]|sconosciut[oa]|onbekend|okänd|ukendt|ukjent|tuntematon|"
    r"nieznan[eya]|neznám[ýéo]|weiß nicht|weiss nicht|weet niet|no (lo )?s[aeé](be)?|não sei|non so|ne sait pas|"
    r"nie wiem|don'?t know|n\.?/?[acs]\.?|ns/nc|none|null|nan|nil|undefined|unspecified|unassigned|"
    r"not (known|recorded|specified|set|stated|provided|given)|\(not set\)|no (source|answer|data)|"
    r"keine (angaben?|ahnung)|ohne angabe|k\. ?a\.?|sans réponse|non renseignée?|sin (datos|especificar)|[?\-–—./]+",
    re.I,
)
"""Words, alone in a cell, that say that nobody knows."""
NOBODY = frozenset(
    (
        "unknown", "n/a", "#n/a", "na", "n.a.", "none", "null", "nan", "nil", "-", "--", "–", "—", "?", ".", "0",
        "anonymous", "guest", "tbd", "nobody", "no one", "noone", "not known", "undefined",
        "unbekannt", "niemand", "keiner", "keine", "kein", "gast", "entfällt", "ohne",
        "inconnu", "personne", "aucun", "aucune", "néant", "desconocido", "nadie", "ninguno", "ninguna",
        "desconhecido", "ninguém", "nenhum", "sconosciuto", "nessuno", "onbekend", "geen", "okänd", "ingen",
        "ukendt", "ukjent", "nieznany", "nikt", "brak", "neznámý", "nikdo",
    )
)  # fmt: skip
"""Words that programs and people write where there is no id."""
FEW = 0.05
"""Share of rows up to which doubtful words are not worth withholding a number; `playbook check` names them anyway."""


def doubtful(words: Mapping[str, int], *, known: int, unknown_only: bool = False) -> dict[str, int]:
    """The words that may mean a referral or that nobody knows, with their counts; none where they are few.

    `words` are the client's words for a source that nothing maps, with the rows that they stand in; `known` counts all
    rows.

    Examples
    --------
    >>> doubtful({"Empfehlung": 10, "Messe": 20, "k. A.": 5}, known=40)
    {'Empfehlung': 10, 'k. A.': 5}
    >>> doubtful({"n/a": 1}, known=100)
    {}
    """
    found = {
        word: int(n)
        for word, n in words.items()
        if MAY_BE_UNKNOWN.fullmatch(word.strip()) or (not unknown_only and MAY_BE_REFERRAL.search(word))
    }
    return found if sum(found.values()) > FEW * known else {}


def why_withheld(words: Mapping[str, int], table: str) -> str:
    """Why a share that rests on such words is not given, as a reason.

    Examples
    --------
    >>> why_withheld({"unbekannt": 10}, "customers")
    "nothing says what the source 'unbekannt' (10 rows) means: map it in client.toml, [tables.customers.values] source"
    """
    named = ", ".join(f"'{word}' ({n:,} {'row' if n == 1 else 'rows'})" for word, n in list(words.items())[:5])
    mean, them = ("means", "it") if len(words) == 1 else ("mean", "them")
    kind = "source" if len(words) == 1 else "sources"
    return f"nothing says what the {kind} {named} {mean}: map {them} in client.toml, [tables.{table}.values] source"
