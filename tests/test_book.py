"""Pages that are made from the code are up to date, the map leads somewhere, and the book builds without a warning."""

from __future__ import annotations

import html
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from html.parser import HTMLParser

import pytest

from book import assumptions, cells, data_request, glossary, method_map, notebooks, pictures
from book.code import PACKAGE, definition
from book.pages import PAGES, ROOT
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.tables import TABLES
from referral_playbook.domain.assumptions import Default
from referral_playbook.intake.declared.presets import preset_names
from referral_playbook.run.report.section import section_html


@pytest.mark.parametrize("name", PAGES)
def test_page_is_as_the_code_says(name):
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name](), "run: make docs"


class TestDataRequest:
    def test_asks_for_every_column_of_every_table_and_for_no_other(self):
        sections = re.split(r"^### ", data_request.page(), flags=re.M)[1:]
        asked = {
            s.split(":")[0]: re.findall(r"^\| `(\w+)` \|", s, flags=re.M) for s in sections if not s.startswith("`")
        }
        assert asked == {name: list(table.names) for name, table in TABLES.items()}

    def test_says_what_is_needed(self):
        for table in TABLES.values():
            section = data_request.page().split(f"### {table.name}:")[1].split("###")[0]
            assert tuple(re.findall(r"^\| `(\w+)` \| yes \|", section, flags=re.M)) == table.required

    def test_names_every_preset(self):
        assert set(re.findall(r"^### `(\w+)`, for", data_request.page(), flags=re.M)) == set(preset_names())


class TestAssumptions:
    def test_every_default_in_the_steps_is_on_the_page(self):
        """Counted by another way than the page's own: every `Default(...)` in the text of the steps."""
        rooms = [ROOT / "src" / PACKAGE / room for room in ("steps", "domain")]
        text = "\n".join(
            p.read_text(encoding="utf-8") for room in rooms for p in room.rglob("*.py") if p.name != "assumptions.py"
        )
        written = {
            tuple(map(float, found)) for found in re.findall(r"(?<!>>> )Default\(([\d.]+), ([\d.]+), ([\d.]+)\)", text)
        }
        assert len(written) > 10
        assert {(s.value, s.low, s.high) for s in assumptions.stated()} == written

    def test_known_ones_are_there_with_their_range(self):
        (found,) = [s for s in assumptions.stated() if s.name == "incremental_share"]
        assert Default(found.value, found.low, found.high) == Default(0.50, 0.25, 0.75)
        assert (found.unit, found.per) == ("share", "conversion")

    def test_every_stated_number_says_unit_and_per(self):
        unsaid = [s.name for s in assumptions.stated() if bool(s.unit) != bool(s.per)]
        assert not unsaid

    @pytest.mark.parametrize("step", STEPS)
    def test_every_setting_of_a_notebook_is_there(self, step):
        section = assumptions.page().split(f"### {STEPS.index(step):02d} ")[1].split("###")[0]
        named = set(re.findall(r"^\| `(\w+)` \|", section, flags=re.M))
        assert named == set(notebooks.parameters(step)) - {"client_dir", "results_dir"}


@pytest.mark.parametrize("step", STEPS)
def test_the_parameter_cell_of_a_notebook_is_what_is_declared(step):
    """`python -m book` writes the cells from contract/parameters.toml."""
    (source,) = [c.source for c in notebooks.notebook(step).cells if "parameters" in c.metadata.get("tags", [])]
    assert source == cells.cell(step)


def test_the_worked_example_of_the_last_chapter_has_the_numbers_of_the_samples_notebooks():
    chapter = (ROOT / "playbook" / notebooks.chapter("client_report")).read_text(encoding="utf-8")
    example = chapter.split("## A worked example")[1].split("![")[0]
    shown = html.unescape(
        "\n".join(_shown(step) for step in ("pmf_check", "value_exchange", "break_even", "client_report"))
    )
    numbers = re.findall(r"£[\d,]+|\d+%|of \d+ users", example)
    assert len(numbers) >= 7
    assert [number for number in numbers if number not in shown] == []


def _shown(step):
    outputs = (output for cell in notebooks.notebook(step).cells for output in cell.get("outputs", ()))
    return "\n".join(str(output.get("data", output)) for output in outputs)


@pytest.mark.parametrize("function", sorted({f for g in glossary.groups() for t in g["terms"] for f in t["functions"]}))
def test_glossary_names_functions_that_exist(function):
    assert method_map.exists(function)


def test_glossary_has_the_words_of_the_method():
    words = {t["term"] for g in glossary.groups() for t in g["terms"]}
    method = "advocate, friend, referral, qualified referral, conversion, reward, touchpoint, engagement, as-of date"
    assert words >= set(method.split(", "))
    assert len(words) == sum(len(g["terms"]) for g in glossary.groups()), "a word stands once"
    assert all(t["functions"] for g in glossary.groups() for t in g["terms"])


class TestMap:
    def test_every_step_has_items(self):
        listed = tomllib.loads(method_map.ITEMS.read_text(encoding="utf-8"))
        assert tuple(listed) == STEPS
        assert all(len(rows) >= 4 for rows in listed.values())

    @pytest.mark.parametrize("item", method_map.items(), ids=lambda i: f"{i.step}: {i.says[:40]}")
    def test_item_leads_to_a_function_and_to_a_section(self, item):
        assert item.functions, "no function does it yet"
        assert [f for f in item.functions if not method_map.exists(f)] == []
        assert method_map.reached(item), "no cell of the step's notebook leads to it"
        place = method_map.place(item)
        assert place, f"no heading {item.under!r}"
        assert place.heading in _headings(item.step), "the report's section has no such heading"

    def test_a_name_that_is_passed_on_leads_to_where_it_is_made(self):
        assert definition(f"{PACKAGE}.steps.pmf_check.step.very_disappointed").endswith("segments.very_disappointed")

    def test_what_is_not_there_is_not_found(self):
        assert not method_map.exists("steps.pmf_check.no_such_thing")
        nowhere = method_map.Item(step="pmf_check", says="", functions=("steps.client_report.gates",))
        assert method_map.place(nowhere) is None


@pytest.mark.parametrize("step", pictures.HEADINGS)
def test_every_chapter_shows_a_figure_of_its_notebook_as_it_is_now(step):
    assert pictures.path(step).read_text(encoding="utf-8") == pictures.picture(step), "run: make notebooks"
    chapter = (ROOT / "playbook" / notebooks.chapter(step)).read_text(encoding="utf-8")
    assert f"](images/{pictures.path(step).name})" in chapter


class _Headings(HTMLParser):
    def __init__(self):
        super().__init__()
        self.inside, self.found = False, []

    def handle_starttag(self, tag, attrs):
        if re.fullmatch(r"h[2-6]", tag):
            self.inside = True
            self.found.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and not re.fullmatch(r"h[2-6]", tag)

    def handle_data(self, data):
        if self.inside:
            self.found[-1] += data


@cache
def _headings(step):
    """The headings of a step's section, as the report makes it from the committed notebook."""
    parser = _Headings()
    parser.feed(section_html(notebooks.notebook(step)))
    return [text.strip() for text in parser.found]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The book, built as `make book` does; every warning is an error."""
    if importlib.util.find_spec("myst_nb") is None:
        pytest.skip("the [book] extra (sphinx, myst-nb) is not installed")
    out = tmp_path_factory.mktemp("book")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-E", "-c", "book", ".", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


PHONE = """<!DOCTYPE html><body>{frames}<script>
addEventListener("load", () => {{
  const wide = [...document.querySelectorAll("iframe")]
    .map(f => [f.getAttribute("src"), f.contentDocument.documentElement.scrollWidth])
    .filter(([, width]) => width > 390);
  document.title = "measured";
  document.body.setAttribute("data-wide", JSON.stringify(wide));
}});
</script>"""


def wider_than_a_phone(site, pages):
    """Pages of the site that are wider than a phone of 390 pixels, with their width, as Chromium lays them out."""
    if not shutil.which("chromium"):
        pytest.skip("Chromium is not installed")
    frames = "".join(f'<iframe src="{page}" style="width:390px;height:800px;border:0"></iframe>' for page in pages)
    (site / "phone.html").write_text(PHONE.format(frames=frames), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--dump-dom"]
    profile = f"--user-data-dir={site.parent / 'chromium'}"
    command = ["chromium", *options, profile, "--virtual-time-budget=20000", f"file://{site / 'phone.html'}"]
    seen = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180).stdout
    return json.loads(html.unescape(re.search(r'data-wide="([^"]*)"', seen)[1]))


class TestBook:
    def test_every_chapter_template_and_notebook_is_a_page(self, site):
        sources = [*(ROOT / "playbook").rglob("*.md"), *(ROOT / "notebooks").glob("*.ipynb")]
        wanted = {site / path.relative_to(ROOT).with_suffix(".html") for path in sources}
        assert wanted <= set(site.rglob("*.html"))

    def test_outputs_of_the_notebooks_are_kept(self, site):
        page = (site / "notebooks" / "01_pmf_check.html").read_text(encoding="utf-8")
        assert "Very disappointed" in page
        assert "cell_output" in page
        assert list((site / "_images").iterdir())

    def test_nothing_is_fetched_from_outside(self, site):
        asked = [
            (page.name, found)
            for page in site.rglob("*.html")
            for found in re.findall(
                r"<(?:script|link|img|iframe)[^>]*\b(?:src|href)=\"(?:https?:)?//[^\"]+", page.read_text("utf-8")
            )
        ]
        assert not asked
        assert "@import" not in (site / "_static" / "house.css").read_text(encoding="utf-8")

    def test_no_path_of_this_machine(self, site):
        assert not [page.name for page in site.rglob("*.html") if str(ROOT) in page.read_text(encoding="utf-8")]

    def test_no_page_scrolls_sideways_on_a_phone(self, site):
        pages = [page.relative_to(site).as_posix() for page in site.rglob("*.html") if page.parent != site]
        assert wider_than_a_phone(site, pages) == []

    def test_code_is_folded_and_boxes_can_be_ticked(self, site):
        page = (site / "notebooks" / "05_break_even.html").read_text(encoding="utf-8")
        assert page.count("<summary") >= len(notebooks.notebook("break_even")["cells"]) / 3
        agenda = (site / "playbook" / "templates" / "workshop-agenda.html").read_text(encoding="utf-8")
        assert 'type="checkbox"' in agenda
        assert "[ ]" not in re.sub(r"<(code|pre).*?</\1>", "", agenda, flags=re.S)
        assert 'rel="icon"' in page or 'rel="shortcut icon"' in page

    def test_first_page_leads_home(self, site):
        assert "url=playbook/README.html" in (site / "index.html").read_text(encoding="utf-8")
