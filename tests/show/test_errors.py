"""An error in a cell: what to do in a sentence, the traceback folded, and nothing of it as markup."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from referral_playbook.contract.settings.parameters import ParameterValueError
from referral_playbook.show.errors import advice, error_html, show_errors_plainly


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ParameterValueError("go = 2: too large"), "go = 2: too large. Then run the notebook again."),
        (NameError("name 'found' is not defined"), "Choose Run > Run All Cells"),
        (ModuleNotFoundError("No module named 'x'"), "Install it"),
        (KeyError("column"), "open the lab again with --fresh"),
    ],
)
def test_it_says_what_to_do(error, told):
    assert told in advice(error)


def test_the_traceback_is_folded_and_escaped_and_has_no_colours():
    page = error_html(ValueError("<script>"), "\x1b[31mFile <x>\x1b[0m")
    assert "<script>" not in page
    assert "<details><summary>Show the traceback</summary><pre>File &lt;x&gt;</pre></details>" in page


def test_a_cell_of_a_kernel_shows_the_sentence_and_stops(monkeypatch):
    shown, displayed = [], []

    class Shell(InteractiveShell):
        kernel = object()

        def _showtraceback(self, kind, error, lines):
            shown.append(lines)

    shell = Shell.instance()
    monkeypatch.setattr("IPython.display.display", displayed.append)
    try:
        show_errors_plainly()
        assert not shell.run_cell("1 / 0").success
    finally:
        Shell.clear_instance()
    assert shown == [[advice(ZeroDivisionError("division by zero"))]]
    assert "Show the traceback" in displayed[0].data
    assert "1 / 0" in displayed[0].data
