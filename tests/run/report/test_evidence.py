"""The report: one file, decision first, code hidden, nothing that runs or calls home, the same bytes."""

from __future__ import annotations

import base64
import random
import re
from datetime import date
from html.parser import HTMLParser

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import Estimate, StepResult, Verdict
from referral_playbook.contract.handover import record
from referral_playbook.run.report.evidence import write_evidence
from referral_playbook.run.report.sanitise import sanitised
from referral_playbook.run.report.section import prose, section_html, shown
from referral_playbook.show.tables import evidence, verdict

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>hi</text></svg>'
EVIL = '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:x">a</a><b style="x:url(//e)">b</b>'


class Page(HTMLParser):
    """What stands in a page: tags with attributes, in order, and the text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def result(step, **changes):
    rate = Estimate(
        value=0.4, low=0.3, high=0.5, confidence=0.95, n=100, unit="share", per="answer", basis="measured", source="s"
    )
    fields = {
        "step": step,
        "client": "Acme <b>& Sons",
        "as_of": date(2026, 9, 30),
        "headline": f"Headline of {step}",
        "verdict": Verdict(status="test_small", reason="Because."),
        "estimates": {"nps": rate},
    }
    return StepResult(**(fields | changes))


def display(data, metadata=None):
    return nbformat.v4.new_output("display_data", data, metadata=metadata or {})


def code(source, *outputs):
    cell = nbformat.v4.new_code_cell(source, outputs=list(outputs), execution_count=1)
    return cell


@pytest.fixture
def folder(tmp_path):
    shows = {
        "pmf_check": [display({"image/svg+xml": SVG, "text/plain": "x"}, {"image/svg+xml": {"alt": 'A "line" <up>'}})],
        "break_even": [display({"text/html": EVIL, "text/plain": "evil"})],
        "client_report": [display({"text/html": verdict(result("client_report"))._repr_html_(), "text/plain": "v"})],
    }
    for number, (step, outputs) in zip((1, 5, 10), shows.items(), strict=True):
        cells = [
            nbformat.v4.new_markdown_cell(f"# Title of {step}\n\nSee [that](05_break_even.ipynb), [x](https://e.org)."),
            code("secret_code = 1", *outputs),
        ]
        path = tmp_path / "notebooks" / f"{number:02d}_{step}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        record(result(step), tmp_path / "results")
    return tmp_path


@pytest.fixture
def page(folder):
    return Page(write_evidence(folder).read_text(encoding="utf-8"))


def test_decision_first_then_steps_then_how_to_read(page):
    ids = [a["id"] for a in page.all("section")]
    assert ids == ["client-report", "pmf-check", "break-even", "how-to-read"]
    assert [a.get("href") for a in page.all("a") if a.get("class") != "skip"][1:5] == [f"#{i}" for i in ids]
    assert page.text.index("Headline of client_report") < page.text.index("Contents")


def test_a_title_a_language_and_one_main_heading(page):
    assert page.all("html") == [{"lang": "en-GB"}]
    assert "Working papers: Acme <b>& Sons, as of 30 Sept 2026" in page.text
    assert len(page.all("h1")) == 1
    assert len({a["id"] for _, a in page.tags if "id" in a}) == 4


def test_code_is_hidden(page):
    assert "secret_code" not in page.text


def test_nothing_runs_and_nothing_is_loaded_from_outside(folder, page):
    text = (folder / "evidence.html").read_text()
    assert "http://" not in text
    assert "https://" not in text
    assert not page.all("script")
    assert not page.all("link")
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "url(" not in text
    assert all(a["href"].startswith("#") or a["href"] == "report.html" for a in page.all("a") if "href" in a)
    (policy,) = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")


def test_a_figure_is_embedded_with_its_words(page):
    (image,) = page.all("img")
    kind, _, data = image["src"].partition(";base64,")
    assert kind == "data:image/svg+xml"
    assert base64.b64decode(data).decode() == SVG
    assert image["alt"] == 'A "line" <up>'


def test_verdicts_are_words_not_only_colours(page):
    assert page.text.count("Test small") >= 6  # decision, three in the contents, two answers
    assert "Headline of pmf_check" in page.text


def test_links_to_other_steps_lead_there_and_others_are_text(folder):
    text = write_evidence(folder).read_text()
    assert '<a href="#break-even">that</a>' in text
    assert ">x</a>" not in text


def test_the_same_folder_gives_the_same_bytes(folder):
    first = write_evidence(folder).read_bytes()
    assert write_evidence(folder).read_bytes() == first


def test_a_step_without_a_notebook_or_result_is_left_out(folder):
    (folder / "results" / "pmf_check.json").unlink()
    (folder / "notebooks" / "10_client_report.ipynb").unlink()
    page = Page(write_evidence(folder).read_text())
    assert [a["id"] for a in page.all("section")] == ["break-even", "how-to-read"]


def test_no_results_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no results"):
        write_evidence(tmp_path)


def test_our_tables_and_verdicts_keep_their_look():
    html = sanitised(evidence(result("pmf_check"))._repr_html_())
    assert 'class="basis basis-measured"' in html
    assert 'scope="col"' in html
    assert 'class="number"' in html
    assert 'class="badge"' in sanitised(verdict(result("pmf_check"))._repr_html_())


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (nbformat.v4.new_output("stream", name="stdout", text="\x1b[1ma <b>\x1b[0m\n"), "<pre>a &lt;b&gt;</pre>"),
        (nbformat.v4.new_output("stream", name="stderr", text="warning"), ""),
        (display({"text/plain": "<b>"}), "<pre>&lt;b&gt;</pre>"),
        (display({"text/plain": "PosixPath('/home/x/results/a.json')"}), ""),
        (display({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Slider()"}), ""),
        (display({"application/javascript": "alert(1)", "text/plain": "x"}), "<pre>x</pre>"),
        (display({"text/markdown": "**b** <script>x</script>"}), "<p><strong>b</strong> </p>\n"),
    ],
)
def test_outputs_are_shown_in_the_safest_rich_form(output, words):
    assert shown(output) == words


def test_cells_can_be_left_out_of_the_report():
    cell = code("x", display({"text/plain": "machinery"}))
    cell.metadata["tags"] = ["not-in-report"]
    assert "machinery" not in section_html(nbformat.v4.new_notebook(cells=[cell]))


def test_headings_go_one_level_down():
    assert prose("# A\n\n## B") == "<h2>A</h2>\n<h3>B</h3>\n"


LIVE = {"script", "img", "style", "iframe", "svg", "object", "embed", "link", "meta", "base", "form", "input"}
PIECES = (
    *("<script>", "</script>", "<img src=x onerror=y>", "<svg/onload=z>", "<a href='javascript:a'>", "<style>", "&lt;"),
    *(
        "<iframe src='//e'>",
        "<form>",
        "<base href='//e'>",
        "<b",
        "'",
        '"',
        ">",
        "<!--",
        "]]>",
        "a",
        " ",
        "\x00",
        "&#x3c;",
    ),
)


def test_of_many_hostile_texts_none_becomes_live(promise):
    chance, live = random.Random(1), 0
    texts = ["".join(chance.choices(PIECES, k=chance.randint(1, 12))) for _ in range(500)]
    assert any(LIVE & {tag for tag, _ in Page(text).tags} for text in texts), "as they stand they are live"
    for text in texts:
        tags = Page(sanitised(text)).tags
        elsewhere = any(not re.match(r"#|$", attrs.get("href", "") or "") for _, attrs in tags)
        live += (
            bool(LIVE & {tag for tag, _ in tags}) or elsewhere or any(n.startswith("on") for _, a in tags for n in a)
        )
    promise(
        "What a client wrote never becomes markup, a script or a link to elsewhere", f"{live} of {len(texts)} texts"
    )


@given(st.text(alphabet=st.sampled_from("<>/\"'= abonerhfsc:;&#x0a`!-scriptlongimgstyle"), max_size=200))
def test_nothing_live_comes_through(text):
    page = Page(sanitised(text))
    assert not LIVE & {tag for tag, _ in page.tags}
    for _, attrs in page.tags:
        assert attrs.keys() <= {
            "href",
            "class",
            "dir",
            "scope",
            "colspan",
            "rowspan",
            "start",
            "tabindex",
            "data-label",
        }
        assert re.match(r"#|$", attrs.get("href", ""))
