"""The letter that asks a client for data: exactly what the playbook reads, from the contract and the presets."""

from __future__ import annotations

from book.markdown import table
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.declared.presets import preset, preset_names
from referral_playbook.intake.proposals.template import data_request

WORKSHOP = ("rewards", "exchanges", "friction", "effort", "goals")
"""Judgement, not exports: filled in together."""

TELLS = {
    "customers": "how long customers stay, how many came by referral, whom to ask (steps 01, 02, 06, 08)",
    "payments": "what a customer is worth, who grows and who shrinks (02, 08)",
    "surveys": "whether customers would miss you, and who is content (01, 06)",
    "referrals": "how many referrals are made today, by whom, and what becomes of them (03, 04, 06, 09)",
    "leads": "where enquiries come from and how many are won, partners' business given and received (07)",
    "touchpoints": "what was given, what was asked, and which complaints are open (01, 06, 08)",
    "arms": "what an experiment found, where only its counts are left (09)",
    "costs": "what the programme costs, so how many referrals it needs (05)",
    "rewards": "which rewards are thought of (02)",
    "exchanges": "who gives what to whom (02)",
    "friction": "what stands between the wish and the referral (03)",
    "effort": "where effort goes and where it should go (07)",
    "goals": "what was meant to happen (04, 09)",
}

LETTER = """\
# Data request: what we would like to have, and why

Feeds: step [00 Intake](../00-intake.md), and through it every other step · all tables of the contract

Send this as it is, or take out what the client cannot have. It is made from the code that reads the answers
(`python -m book`), so it asks for exactly what can be read: nothing that would be thrown away, nothing that would be
missed.

## The letter

> Dear [name],
>
> we shall work out with you whether a referral programme pays, for whom and at which reward. We do not guess: what your
> records can tell, we measure, and for the rest we say aloud that it is assumed. Below is what we can read.
>
> - **Send what you have.** One table is enough to begin; the first one, customers, says most. Leave out what would take
>   a week to find.
> - **Send it as it comes out of your system**: CSV, Excel or Parquet. Do not rename, retype or tidy up: we tell our
>   program what your headers and words mean, and it names every line that it does not understand.
> - **Send no names, addresses, telephone numbers or e-mail addresses.** A customer number is enough, the same in all
>   tables. Please look through free text (comments) before it leaves your house, or leave it out.
> - **Include those who left**, enquiries that were lost and people who did not answer. A list of those who stayed says
>   nothing about staying.
> - **Tell us the day of the export.** Nothing after it is used.
> - **Send it by the encrypted way that your data protection officer prefers**, not by e-mail. It stays on the
>   consultant's machine, in a folder that is kept out of version control, and is deleted when the work ends.
>
> Who can answer questions about the exports: [name, telephone]. We should like to have them by [date].
>
> With kind regards,\\
> [consultant]
"""
EXPORTS = "## The exports\n\n*Needed* means needed within its table. A table that you do not have is left out.\n"
TOGETHER = """\
## What we fill in together

These are judgements, not exports. They are written down in the [workshop](workshop-agenda.md); the client need not
prepare them.
"""
KNOWN = """\
## Exports that are known already

With `preset = "name"` in `client.toml` these are read as they come out of the system, and no column has to be mapped.
"""
PRIVATE = """\
## When it comes back

1. `playbook init clients/NAME --as-of DAY` writes a `client.toml` that explains every column of the usual tables.
2. Put the files beside it and say which header is which, in which form dates are written, and what the client's words
   mean.
3. `playbook check clients/NAME` reads everything and lists each fault with file, line, column, value and what to do.
   Step [00 Intake](../00-intake.md) turns that into the page that goes back to the client.
"""


def page() -> str:
    """The letter with its tables, as Markdown."""
    exports = [_section(name) for name in TABLES if name not in WORKSHOP]
    together = [_section(name) for name in WORKSHOP]
    known = [_preset(name) for name in preset_names()]
    return "\n".join([LETTER, EXPORTS, *exports, TOGETHER, *together, KNOWN, *known, PRIVATE])


def _section(name: str) -> str:
    rows = [(f"`{row['column']}`", row["needed"], row["form"], row["says"]) for row in data_request([name])]
    says = f"### {name}: {TABLES[name].says}\n\nIt tells {TELLS[name]}.\n"
    return says + "\n" + table(("column", "needed", "form", "what it is"), rows)


def _preset(name: str) -> str:
    known = preset(name)
    return f"### `{name}`, for `{known['table']}`\n\n{known['about']}\n\n```text\n{known['documented'].strip()}\n```\n"
