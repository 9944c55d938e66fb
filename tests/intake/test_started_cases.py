"""`init --from` on every known case and every preset's fixture: answered as asked, `check` accepts what was written.

The script answers each question with the first line that it offers, or with the fact that it asks for.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from referral_playbook.cli import main

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
PRESETS = Path(__file__).parent / "fixtures" / "presets"
REFUSED = {
    "amount-1e18": "larger than any amount can be",
    "bare-quote-shifts-cell": "a quote inside a field",
    "currency-column": "rows are in JPY",
    "currency-hubspot2": "rows are in JPY",
    "leads-all-after-as-of": "dated after the as-of date",
    "mixed-currency": "row is in JPY",
    "xlsx-far-cell": "the sheet is too large",
}
"""Cases whose files are to be refused, each with words of the message that says why."""
CHOICE = re.compile(r'# ("[^"]*"|[\w.]+) = ')


def answered(text, facts):
    """client.toml with every question answered; the lines that kept `check` from going on are gone."""
    lines, out, at = text.split("\n"), [], 0
    while at < len(lines):
        out.append(lines[at])
        at += 1
        if not lines[at - 1].startswith("# QUESTION"):
            continue
        at += 1
        choices = []
        while CHOICE.match(lines[at]) and not lines[at].startswith("# QUESTION"):
            choices.append(lines[at][2:])
            at += 1
        key = choices[0].split(" = ")[0]
        out.append(f"{key} = {facts[key]}" if key in facts else choices[0])
        out += [choice for choice in choices[1:2] if "together with the line above" in choice]
        at += '"?"' in lines[at] and not lines[at].startswith("#")
    return "\n".join(out)


def started(folder, files, facts):
    """What `init` and then `check` say of files, with their exit codes."""
    sources = [word for file in files for word in ("--from", str(file))]
    begun = CliRunner().invoke(main, ["init", str(folder), *sources])
    if begun.exit_code:
        return begun.exit_code, begun.output
    file = folder / "client.toml"
    file.write_text(answered(file.read_text(encoding="utf-8"), facts), encoding="utf-8")
    checked = CliRunner().invoke(main, ["check", str(folder)])
    return checked.exit_code, checked.output


@pytest.mark.parametrize("export", sorted(PRESETS.glob("*.csv")), ids=lambda path: path.stem)
def test_a_known_export_is_accepted_after_the_named_confirmations(tmp_path, export):
    text = export.read_text(encoding="utf-8-sig")
    currency = next((code for code in ("USD", "GBP") if re.search(rf",{code},", text, re.I)), "EUR")
    code, said = started(tmp_path / "acme", [export], {"currency": f'"{currency}"', "as_of": "2026-09-30"})
    assert (code, "no errors" in said) == (0, True), said


def cases():
    return sorted(path for path in CASES.iterdir() if path.is_dir()) if CASES.is_dir() else []


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not on this machine (shared/cases beside the project)")
@pytest.mark.parametrize("case", cases(), ids=lambda path: path.name)
def test_a_case_is_accepted_or_refused_for_its_reason(tmp_path, case):
    declared = tomllib.loads((case / "client.toml").read_text(encoding="utf-8-sig"))
    named = [table.get("files") or table.get("file") for table in declared["tables"].values()]
    files = [case / file for one in named for file in ([one] if isinstance(one, str) else one)]
    facts = {"currency": f'"{declared["currency"]}"', "as_of": declared["as_of"].isoformat()}
    code, said = started(tmp_path / "acme", [file for file in files if file.exists()], facts)
    if words := REFUSED.get(case.name):
        assert code in (1, 2)
        assert words in said
    else:
        assert (code, "no errors" in said) == (0, True), said
