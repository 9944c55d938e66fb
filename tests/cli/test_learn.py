"""`playbook evidence uplift`: settings, the uplifts of other clients, a figure, and files that cannot be read."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from referral_playbook.cli.common import USAGE
from referral_playbook.cli.learn import evidence


def told(*arguments):
    return CliRunner().invoke(evidence, ["uplift", *map(str, arguments)])


def test_it_prints_studies_and_a_setting_has_fewer():
    whole, business = told(), told("--setting", "business")
    assert whole.exit_code == business.exit_code == 0
    assert len(business.output.splitlines()) <= len(whole.output.splitlines())
    assert whole.output != business.output


def test_a_setting_that_is_none_is_refused():
    assert told("--setting", "lunar").exit_code == USAGE


@pytest.mark.parametrize("text", ["not toml at all", "other = 1", 'shared_uplifts = ["nonsense"]'])
def test_a_file_of_shared_evidence_that_cannot_be_read_is_named(tmp_path, text):
    path = tmp_path / "shared-evidence.toml"
    path.write_text(text, encoding="utf-8")
    found = told("--shared", path)
    assert found.exit_code == USAGE
    assert "cannot be read" in found.output


def test_a_figure_is_drawn_where_it_was_asked_for(tmp_path):
    found = told("--figure", tmp_path / "forest.svg")
    assert found.exit_code == 0
    assert "<svg" in (tmp_path / "forest.svg").read_text(encoding="utf-8")
