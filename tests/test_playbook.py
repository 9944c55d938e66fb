"""The written playbook: every link leads somewhere, every chapter has its parts, templates name real columns."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click
import nbformat
import pytest

from referral_playbook.cli import main
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
PLAYBOOK = ROOT / "playbook"
TEMPLATES = sorted((PLAYBOOK / "templates").glob("*.md"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "data" / "README.md",
    *sorted(PLAYBOOK.rglob("*.md")),
    *NOTEBOOKS,
]

PARTS = [
    "Why",
    "How",
    "What to bring",
    "Questions to ask the client",
    "What good looks like",
    "What can mislead",
    "What to hand over",
    "Sources",
]
NEEDED_TEMPLATES = {
    "ask-scripts",
    "contact-calendar",
    "data-request",
    "follow-up-sequence",
    "friction-audit",
    "nps-survey",
    "pmf-survey",
    "reward-terms",
    "source-audit-interview",
    "workshop-agenda",
}

FENCED = re.compile(r"^(```|~~~).*?^\1", flags=re.M | re.S)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$", flags=re.M)


@cache
def prose(path: Path) -> str:
    """Markdown without code: of a notebook the markdown cells."""
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        text = path.read_text(encoding="utf-8")
    return FENCED.sub("", text)


def links(path: Path) -> list[str]:
    # a link's own text may be code, so code is emptied, not cut out
    return LINK.findall(CODE.sub("``", prose(path)))


@cache
def anchors(path: Path) -> frozenset[str]:
    """The ids that GitHub and the book give to headings."""
    words = (re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", found) for _, found in HEADING.findall(prose(path)))
    return frozenset(re.sub(r"[^\w\- ]", "", word.lower()).replace(" ", "-") for word in words)


def chapter(step: str) -> Path:
    return PLAYBOOK / f"{STEPS.index(step):02d}-{step.replace('_', '-')}.md"


def notebook(step: str) -> Path:
    return ROOT / "notebooks" / f"{STEPS.index(step):02d}_{step}.ipynb"


def leads_to(page: Path) -> set[Path]:
    inside = [link.partition("#")[0] for link in links(page) if "://" not in link]
    return {(page.parent / unquote(link)).resolve() for link in inside if link}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_resolves(page):
    broken = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            assert link.startswith(("https://", "mailto:")), link
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / unquote(file)).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_links_are_found_where_there_are_some():
    """A pattern that finds nothing would find nothing broken."""
    assert sum(len(links(page)) for page in PAGES) > 200
    assert "../playbook/01-pmf-check.md" in links(notebook("pmf_check"))
    assert LINK.findall('see [a `b` [c]](d.md#e) and ![f](g.png "h")') == ["d.md#e", "g.png"]


@pytest.mark.parametrize("step", STEPS)
class TestChapter:
    def test_has_the_same_parts_in_the_same_order(self, step):
        headings = [text for level, text in HEADING.findall(prose(chapter(step))) if level == "##"]
        assert [h for h in headings if h in PARTS] == PARTS
        (title,) = [text for level, text in HEADING.findall(prose(chapter(step))) if level == "#"]
        assert title.startswith(f"{STEPS.index(step):02d} ")

    def test_no_part_is_empty(self, step):
        parts = re.split(r"^## .+$", prose(chapter(step)), flags=re.M)[1:]
        assert all(len(part.split()) >= 10 for part in parts)

    def test_links_to_its_notebook_and_to_its_neighbours(self, step):
        place = STEPS.index(step)
        near = [STEPS[i] for i in (place - 1, place + 1) if 0 <= i < len(STEPS)]
        assert {notebook(step), *map(chapter, near)} <= leads_to(chapter(step))

    def test_notebook_links_back(self, step):
        assert chapter(step) in leads_to(notebook(step))

    def test_names_its_module_and_its_result(self, step):
        text = chapter(step).read_text(encoding="utf-8")
        assert f"referral_playbook.steps.{step}" in text
        assert f"results/{step}.json" in text

    def test_home_page_and_readme_link_to_it(self, step):
        assert {chapter(step), notebook(step)} <= leads_to(PLAYBOOK / "README.md")
        assert {chapter(step), notebook(step)} <= leads_to(ROOT / "README.md")


def test_every_template_is_there_and_on_the_home_page():
    assert {t.stem for t in TEMPLATES} == NEEDED_TEMPLATES
    assert set(TEMPLATES) <= leads_to(PLAYBOOK / "README.md")


@pytest.mark.parametrize("page", [t for t in TEMPLATES if t.stem != "data-request"], ids=lambda p: p.stem)
def test_every_blank_template_has_a_filled_in_sample(page):
    _, _, sample = page.read_text(encoding="utf-8").partition("## A filled-in sample\n")
    assert len(sample.split()) >= 70
    assert "____" not in sample
    assert not re.search(r"\[[a-z][^\]]+\](?!\()", sample), "a bracket was left open"


def test_every_page_to_look_up_is_on_the_home_page():
    others = {p for p in PLAYBOOK.glob("*.md") if not re.match(r"\d\d-|README", p.name)}
    assert {p.stem for p in others} >= {"assumptions", "benchmarks", "coverage", "glossary", "map"}
    assert others <= leads_to(PLAYBOOK / "README.md")


FEEDS = re.compile(r"^Feeds: .+?(?=\n\n)", flags=re.M | re.S)
NAMED = re.compile(r"table\s+`(\w+)`\s+\(([^)]+)\)")


def examples(page: Path) -> list[str]:
    """Rows to paste: fenced blocks without a language."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return [text for language, text in blocks if not language]


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda p: p.stem)
class TestTemplate:
    def test_says_which_step_it_feeds(self, page):
        (feeds,) = FEEDS.findall(page.read_text(encoding="utf-8"))
        steps = {(page.parent / link).resolve() for link in LINK.findall(feeds)}
        assert steps
        assert steps <= {chapter(step) for step in STEPS}

    def test_tables_and_columns_are_the_contracts(self, page):
        (feeds,) = FEEDS.findall(page.read_text(encoding="utf-8"))
        named = NAMED.findall(feeds)
        assert named or "all tables of the contract" in feeds
        for table, columns in named:
            assert table in TABLES
            assert set(re.findall(r"`(\w+)`", columns)) <= set(TABLES[table].names), table

    def test_examples_to_paste_have_the_contracts_headers(self, page):
        """The first line of an example with commas is its header; all rows have as many cells."""
        names = [set(table.names) for table in TABLES.values()]
        for block in examples(page):
            head, *rows = [re.sub(r'"[^"]*"', "text", line).split(",") for line in block.strip().splitlines()]
            assert any(set(head) <= known for known in names), head
            assert rows
            assert all(len(row) == len(head) for row in rows), block


def test_examples_are_read_without_a_fault(tmp_path):
    """What a template tells to paste is what the reader takes."""
    from referral_playbook.contract.client_toml.client import read_client
    from referral_playbook.intake.tables import read_client_tables

    found = {}
    for page in TEMPLATES:
        for block in examples(page):
            head = set(block.splitlines()[0].split(","))
            table = next(t.name for t in TABLES.values() if set(t.required) <= head <= set(t.names))
            found[f"{page.stem}-{table}"] = (table, block)
    assert len(found) >= 8
    for name, (table, block) in found.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{table}.csv").write_text(block, encoding="utf-8")
        head = 'name = "Example"\ncurrency = "GBP"\nas_of = 2026-12-31\n'
        (folder / "client.toml").write_text(f'{head}[tables.{table}]\nfile = "{table}.csv"\n', encoding="utf-8")
        read = read_client_tables(read_client(folder))
        assert len(read.tables[table]) == len(block.strip().splitlines()) - 1


def commands(page: Path) -> list[str]:
    """What is typed as a command of the playbook, in code spans of a page."""
    spans = re.findall(r"`([^`\n]+)`", FENCED.sub("", page.read_text(encoding="utf-8")))
    return [span.removeprefix(".venv/bin/") for span in spans if re.match(r"(\.venv/bin/)?playbook [a-z]", span)]


@pytest.mark.parametrize("command", sorted({c for page in PAGES if page.suffix == ".md" for c in commands(page)}))
def test_commands_that_are_shown_are_accepted(command):
    """Not run: parsed. A bare `playbook run` names the command; with anything behind it, it must be complete."""
    _, name, *words = command.split()
    known = main.get_command(click.Context(main), name)
    assert known is not None
    if words:
        known.make_context(name, [word.replace("DAY", "2026-09-30") for word in words])


def test_make_targets_that_are_shown_exist():
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page.suffix == ".md")
    shown = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, flags=re.M))
    assert {"report", "test", "book", "docs"} <= shown <= made


def test_source_words_of_the_interview_sheet_are_sorted_as_it_says():
    from referral_playbook.domain.sources.sources import group_of, groups

    text = (PLAYBOOK / "templates" / "source-audit-interview.md").read_text(encoding="utf-8")
    section = text.split("The groups, as step 07 knows them")[1].split("##")[0]
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in section.splitlines() if line.startswith("|")][2:]
    assert len(rows) == 10
    for group, _, words in rows:
        assert {group_of(word, groups()) for word in re.findall(r"`([^`]+)`", words)} == {group}
