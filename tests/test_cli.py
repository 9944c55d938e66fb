"""The command: exit codes, messages without traces, and nothing heavy before it is needed."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from referral_playbook.cli import main
from referral_playbook.cli.common import Level, StepProgress, set_level
from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.contract.handover import load

from .run.conftest import TOML, make_notebook, no_facts, recording

__all__ = ["no_facts"]


@pytest.fixture
def place(tmp_path, monkeypatch, no_facts):
    """A working folder with a client `acme` and two notebooks, facts left out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REFERRAL_PLAYBOOK_NOTEBOOKS", str(tmp_path / "books"))
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "client.toml").write_text(TOML)
    (tmp_path / "acme" / "customers.csv").write_text("customer_id,joined_on\na,2026-01-05\n")
    cell = "surveyed: int = 1  # people\n"
    make_notebook(tmp_path / "books", "01_pmf_check.ipynb", recording("pmf_check"), parameters=cell)
    make_notebook(tmp_path / "books", "05_break_even.ipynb", recording("break_even", "7.0"))
    return tmp_path


def call(*args):
    result = CliRunner().invoke(main, args)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return result


def test_run_says_each_step_and_where_the_report_is(place):
    result = call("run", "acme", "--set", "surveyed=3")
    assert result.exit_code == 0
    assert "pmf_check ... go (" in result.output
    assert "report: reports/acme/report.html" in result.output
    assert load("pmf_check", "reports/acme/results").estimate("rate").value == 3


def test_steps_and_out_are_chosen(place):
    assert call("run", "acme", "--out", "there", "--step", "pmf_check").exit_code == 0
    assert [p.name for p in (place / "there" / "results").iterdir()] == ["pmf_check.json"]


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["run", "nowhere"], 1, "no such folder"),
        (["run", "acme", "--set", "y=3"], 1, "there is no such parameter"),
        (["run", "acme", "--set", "surveyed=text"], 1, "a whole number"),
        (["run", "acme", "--step", "pmf_chek"], 2, "pmf_check"),
        (["run", "acme", "--out", "acme"], 2, "manifest.json"),
        (["run"], 2, "Missing argument"),
        (["run", "acme", "--colour"], 2, "No such option"),
        (["check", "nowhere"], 1, "no such folder"),
        (["compare", "acme", "acme"], 2, "no results"),
    ],
)
def test_faults_have_their_exit_code_and_say_what_to_do(place, args, code, words):
    result = call(*args)
    assert result.exit_code == code
    assert words in result.output


def test_a_failing_notebook_is_exit_3_with_its_cell(place):
    make_notebook(place / "books", "05_break_even.ipynb", "1 / 0")
    result = call("run", "acme")
    assert result.exit_code == 3
    assert "break_even, cell 3: ZeroDivisionError" in result.output
    assert (place / "reports" / "acme" / "report.html").is_file()
    assert not (place / "reports" / "acme" / "results" / "break_even.json").exists()


def test_check_counts_rows_and_names_what_is_missing(place):
    result = call("check", "acme")
    assert result.exit_code == 0
    assert "customers: 1 row, 2026-01-05 to 2026-01-05" in result.output
    assert "not given: payments" in result.output


def test_check_lists_every_fault(place):
    (place / "acme" / "customers.csv").write_text("customer_id,joined_on\na,05/01/2026\nb,2026-02-30\n")
    result = call("check", "acme")
    assert result.exit_code == 1
    assert "lines 2 and 3" in result.output


def test_init_writes_a_client_that_can_be_read_once_its_files_are_there(place):
    result = call("init", "new", "--name", 'A "B"', "--as-of", "2026-09-30")
    assert result.exit_code == 0
    for table in ("customers", "payments", "surveys", "referrals", "leads", "costs"):
        shutil.copy("acme/customers.csv", f"new/{table}.csv")
    assert read_client("new").name == 'A "B"'
    assert call("init", "new", "--as-of", "2026-09-30").exit_code == 2


def test_init_from_exports_copies_them_and_writes_a_client_that_check_accepts(place):
    (place / "export.csv").write_text("Kunde;Zahldatum;Betrag\nA;31.01.2026;12,50\n", encoding="utf-8")
    result = call("init", "new", "--from", "export.csv", "--currency", "EUR", "--as-of", "2026-09-30")
    assert (result.exit_code, "Read as payments" in result.output) == (0, True)
    assert call("check", "new").exit_code == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["init", "new"], "--from FILE"),
        (["init", "new", "--from", "nowhere.csv"], "there is no such file"),
        (["init", "acme/customers.csv", "--from", "acme/customers.csv"], "Name a folder"),
        (["init", "acme", "--from", "acme/customers.csv"], "not overwritten"),
        (["init", "new", "--from", "acme/client.toml"], "not a kind of file that is read"),
    ],
)
def test_init_says_what_it_needs_and_writes_nothing(place, args, words):
    result = call(*args)
    assert (result.exit_code, words in result.output) == (2, True)
    assert not (place / "new").exists()


def test_compare_tells_numbers_apart(place):
    call("run", "acme", "--out", "one")
    call("run", "acme", "--out", "two", "--set", "surveyed=2")
    said = call("compare", "one", "two").output
    assert "| Rate | 100% (0% to 10,000%) | 200% (0% to 10,000%) |" in said
    assert "break_even" not in said
    assert call("compare", "one", "two", "--fail-on", "verdict").exit_code == 0
    assert call("compare", "one", "two", "--fail-on", "change").exit_code == 4
    assert call("compare", "one", "one").output == "Nothing changed.\n"


def test_lab_fills_in_the_client_and_leaves_the_run_alone(place):
    call("run", "acme")
    result = call("lab", "acme", "--no-open", "--set", "surveyed=9")
    assert result.exit_code == 0
    text = (place / "reports" / "acme-lab" / "notebooks" / "01_pmf_check.ipynb").read_text()
    assert "surveyed: int = 9" in text or "surveyed: int | None = 9" in text
    assert "client_dir = '../../../acme'" in text
    assert "results_dir = '../results'" in text
    assert str(place) not in text
    assert (place / "reports" / "acme-lab" / "results" / "pmf_check.json").is_file()


def test_doctor_looks_at_everything(place, monkeypatch):
    result = call("doctor")
    assert result.exit_code == 0
    assert "2 in" in result.output
    assert "ok   engine PostgreSQL" in result.output
    monkeypatch.setattr("referral_playbook.facts.engines.places.find_spec", lambda name: name == "duckdb" or None)
    result = call("doctor")
    assert result.exit_code == 0
    assert "no   engine Spark Connect: pip install 'referral-playbook[spark]'" in result.output
    monkeypatch.setenv("REFERRAL_PLAYBOOK_NOTEBOOKS", str(place / "nothing"))
    result = call("doctor")
    assert result.exit_code == 2
    assert "no   notebooks" in result.output


def test_help_imports_nothing_heavy():
    heavy = {"pandas", "numpy", "papermill", "nbformat", "ibis", "duckdb", "pydantic", "matplotlib", "scipy"}
    code = (
        "import sys; from click.testing import CliRunner; from referral_playbook.cli import main\n"
        f"assert CliRunner().invoke(main, ['--help']).exit_code == 0; print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class TestLooking:
    def test_open_shows_the_report_of_a_client_and_of_a_run(self, place, monkeypatch):
        opened = []
        monkeypatch.setattr("click.launch", lambda address: opened.append(address) or 0)
        assert "there is no run yet" in call("open", "acme").output
        call("run", "acme")
        assert call("open", "acme").exit_code == 0
        assert call("open", "reports/acme", "--evidence").exit_code == 0
        report, evidence = (place / "reports" / "acme" / name for name in ("report.html", "evidence.html"))
        assert opened == [report.as_uri(), evidence.as_uri()]

    def test_explain_knows_numbers_and_parameters(self, place):
        assert "s V − R" in call("explain", "break_even.unit_contribution").output
        assert "from 0 to 1" in call("explain", "conversion_rate").output
        missing = call("explain", "unit_contributon")
        assert missing.exit_code == 2
        assert "Did you mean unit_contribution" in missing.output

    def test_watch_lists_faults_and_goes_on(self, place):
        assert "customers: 1 row," in call("watch", "acme", "--once").output
        (place / "acme" / "customers.csv").write_text("customer_id,joined_on\na,05/01/2026\n")
        result = call("watch", "acme", "--once")
        assert result.exit_code == 0
        assert "customers.csv" in result.output

    def test_export_says_what_it_needs(self, place):
        call("run", "acme")
        assert "--pdf report.pdf" in call("export", "acme").output
        (place / "reports" / "acme" / "report.pdf").write_bytes(b"%PDF-1.7")
        assert call("export", "acme", "--pdf", "memo.pdf").exit_code == 0
        assert (place / "memo.pdf").read_bytes() == b"%PDF-1.7"


def test_quiet_says_faults_alone(place):
    assert call("-q", "run", "acme").output == ""
    assert "there is no such parameter" in call("-q", "run", "acme", "--set", "y=3").output


def test_on_a_terminal_progress_counts_steps_and_time_left(capsys):
    seconds = iter([0.0, 2.0, 6.0, 9.0])
    set_level(Level.NORMAL)
    told = StepProgress(3, clock=lambda: next(seconds), live=True)
    for line in ("facts ... built (1.0 s)", "intake ... go (2.0 s)", "pmf_check ... go (4.0 s)", "break_even ... go"):
        told(line)
    assert capsys.readouterr().out.splitlines() == [
        "facts ... built (1.0 s)",
        "[1/3] intake ... go (2.0 s), about 4 s left",  # 2 s for one step, two are left
        "[2/3] pmf_check ... go (4.0 s), about 3 s left",
        "[3/3] break_even ... go",
    ]


def test_output_that_is_no_terminal_has_no_colours(place):
    assert "\x1b" not in call("run", "nowhere").output


def test_evidence_on_the_uplift_is_printed_with_its_range_and_drawn(tmp_path):
    result = call("evidence", "uplift", "--setting", "business", "--figure", str(tmp_path / "forest.svg"))
    assert result.exit_code == 0
    assert "Range for the next client: 1.2 times (0.31 to 4.2)" in result.output
    assert "none is from a business setting" in result.output
    assert (tmp_path / "forest.svg").read_text().lstrip().startswith("<?xml")


def test_a_challenge_to_a_client_that_is_not_there_is_the_clients_fault():
    result = call("challenge", "nowhere")
    assert result.exit_code == 1
    assert "no such folder" in result.output


def test_check_says_how_to_get_many_faults_as_a_list(place):
    rows = "".join(f"{number},2026-13-{number:02d}\n" for number in range(1, 20))
    (place / "acme" / "customers.csv").write_text(f"customer_id,joined_on\n{rows}")
    said = call("check", "acme")
    assert said.exit_code == 1
    assert said.output.rstrip().endswith("playbook check acme --faults faults.csv")
    call("check", "acme", "--faults", "faults.csv")
    listed = (place / "faults.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert len(listed) + sum(int(row.rsplit(",", 1)[1]) for row in listed) == 19
