"""The benchmarks page: every entry stands on it once, under its firmness, with its denominator."""

from __future__ import annotations

import re

from book.benchmarks import HEADINGS, _against, _number, _row, page
from referral_playbook.benchmarks.registry import registry


def test_every_entry_stands_under_its_own_firmness():
    parts = re.split(r"^## ", page(), flags=re.MULTILINE)[1:]
    by_heading = {part.splitlines()[0]: part for part in parts}
    assert list(by_heading) == [heading for heading, _ in HEADINGS.values()]
    for entry in registry().values():
        own, _ = HEADINGS[entry.firmness]
        named = re.compile(rf"^(\| |- )`{re.escape(entry.name)}`", re.MULTILINE)
        assert len(named.findall(by_heading[own])) == 1, entry.name
        assert sum(len(named.findall(part)) for part in parts) == 1, entry.name


def test_a_figure_has_its_value_range_and_denominator():
    for entry in registry().values():
        if entry.value is None:
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", _row(entry))[1:-1]]
        name, value, ranged, per = cells[:4]
        assert name == f"`{entry.name}`"
        assert value.startswith(_number(entry.value, entry.unit))
        assert (ranged == "none published") is (entry.low is None or entry.high is None), entry.name
        assert per == entry.per.replace("|", "\\|")


def test_numbers_are_shares_in_per_cent_and_others_as_they_are():
    assert (_number(0.125, "share"), _number(1.5, "times"), _number(1.0, "share")) == ("12.5%", "1.5", "100%")


def test_the_same_counter_evidence_is_written_once():
    groups = {}
    for entry in registry().values():
        groups.setdefault((entry.firmness, entry.group), []).append(entry)
    for entries in groups.values():
        texts = {e.counter_evidence for e in entries if e.counter_evidence}
        assert len(_against(entries)) == len(texts)


def test_sources_with_a_doi_show_it():
    text = page()
    assert all(f"doi {entry.doi}" in text for entry in registry().values() if entry.doi)


def test_the_page_has_every_entry_with_its_denominator():
    text = page()
    for entry in registry().values():
        line = next(line for line in text.splitlines() if f"`{entry.name}`" in line)
        assert entry.per in line
        assert entry.note in line
