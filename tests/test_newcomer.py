"""A newcomer with two German exports, a totals row and a mistake reaches a report by following messages alone.

The script knows nothing of our files: it types what a message tells it to, answers questions with facts that a client
knows (the currency, the day of the export), and corrects the cell that a message names.
"""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from referral_playbook.cli import main
from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import read_client_tables

CUSTOMERS = """\
Kunden-Nr.;Firma;Kunde seit;Gekündigt am;Tarif;Monatsbetrag;Herkunft
1001;Bäckerei Müller;03.01.2024;;Basis;12,50;Empfehlung
1002;Gärtnerei Größ;28.02.2024;31.12.2025;Plus;1.020,00;Google
1003;Café Österreich;01.03.2024;;Plus;20,00;
1004;Schmied & Söhne;15.04.2024;;Basis;12,50;Messe
"""
PAYMENTS = """\
Umsatzliste der Kunden;;;
Kunden-Nr.;Rechnung;Zahldatum;Betrag
1001;R-1;03.01.2026;12,50
1002;R-2;04.01.2026;1.020,00
1003;R-3;31.02.2026;20,00
1001;R-4;03.02.2026;12,50
1003;R-5;28.02.2026;-20,00
1004;R-6;01.03.2026;12,50
Summe;;;1.057,50
"""


class Newcomer:
    """Types commands, reads what they say, edits files where a message says so."""

    def __init__(self, place) -> None:
        self.place = place
        self.typed: list[str] = []

    def types(self, command: str):
        self.typed.append(command)
        program, *args = command.split()
        assert program == "playbook"
        result = CliRunner().invoke(main, args)
        assert "Traceback" not in result.output
        return result

    def answers(self, facts: dict[str, str]) -> None:
        """Do what each question in client.toml says, with the fact that it asks for."""
        file = self.place / "acme" / "client.toml"
        text = file.read_text(encoding="utf-8")
        for block in re.findall(r"# QUESTION .*\n# .*\n(?:# (?!QUESTION).*\n)+", text):
            key = re.search(r"\n# (\w+) = ", block)[1]
            lines = block.rstrip("\n").split("\n")
            text = text.replace(block, "\n".join([*lines[:2], f"{key} = {facts.pop(key)}"]) + "\n")
        file.write_text(text, encoding="utf-8")
        assert not facts, "a fact that nobody asked for"

    def corrects(self, message: str, wrong: str, right: str) -> None:
        """Correct the cell on the line of the file that a message names."""
        name, line = re.match(r"(.+?), line (\d+), column", message).groups()
        path = self.place / "acme" / name
        lines = path.read_bytes().decode("cp1252").split("\n")
        assert wrong in lines[int(line) - 1]
        lines[int(line) - 1] = lines[int(line) - 1].replace(wrong, right)
        path.write_bytes("\n".join(lines).encode("cp1252"))


@pytest.fixture
def newcomer(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Kundenliste.csv").write_bytes(CUSTOMERS.encode("cp1252"))
    (tmp_path / "Umsätze.csv").write_bytes(PAYMENTS.encode("cp1252"))
    return Newcomer(tmp_path)


def test_a_newcomer_reaches_a_report_by_following_messages(newcomer):
    said = newcomer.types("playbook init acme --from Kundenliste.csv --from Umsätze.csv")
    assert said.exit_code == 0
    assert "line 9 of the file looks like a total" in said.output

    newcomer.answers({"currency": '"EUR"', "as_of": "2026-03-31"})
    following = re.search(r"playbook check \S+", said.output)[0]
    refused = newcomer.types(following)
    assert refused.exit_code == 1
    (message,) = [line for line in refused.output.split("\n") if line.startswith("Umsätze.csv, line 5")]
    assert "'31.02.2026': not a date" in message

    newcomer.corrects(message, "31.02.2026", "31.01.2026")
    accepted = newcomer.types(following)
    assert (accepted.exit_code, "no errors" in accepted.output) == (0, True)

    tables = read_client_tables(read_client(newcomer.place / "acme")).tables
    assert tables["payments"]["amount"].tolist() == [12.5, 1020.0, 20.0, 12.5, -20.0, 12.5]
    assert tables["customers"]["monthly_amount"].tolist() == [12.5, 1020.0, 20.0, 12.5]
    assert tables["customers"]["source"].fillna("").tolist() == ["referral", "Google", "", "Messe"]
    assert [str(day.date()) for day in tables["payments"]["paid_on"]][2] == "2026-01-31"

    done = newcomer.types(re.search(r"playbook run \S+", accepted.output)[0])
    assert done.exit_code == 0
    report = newcomer.place / re.search(r"report: (\S+)", done.output)[1]
    assert "acme" in report.read_text(encoding="utf-8")
    assert len(newcomer.typed) == 4
