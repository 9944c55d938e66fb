"""One executed notebook as a section: prose and outputs in their safest rich form, and no code."""

from __future__ import annotations

import base64
import re

import nbformat
import pytest

from referral_playbook.contract.names import STEPS
from referral_playbook.run.report.section import anchor, prose, section_html, shown

from .cells import SVG, code, display


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


def test_every_step_has_an_anchor_that_is_a_name_of_html():
    assert all(re.fullmatch(r"[a-z][a-z-]*", anchor(step)) for step in STEPS)
    assert len({anchor(step) for step in STEPS}) == len(STEPS)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("[a](05_break_even.ipynb)", '<p><a href="#break-even">a</a></p>\n'),
        ("[a](./05_break_even.ipynb#part)", '<p><a href="#break-even">a</a></p>\n'),
        ("[a](05_unknown.ipynb)", "<p>a</p>\n"),
        ("[a](#below)", '<p><a href="#below">a</a></p>\n'),
        ("[a](https://example.org)", "<p>a</p>\n"),
        ("###### deep", "<h6>deep</h6>\n"),
        ("a <script>x</script> b", "<p>a  b</p>\n"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", None),
    ],
)
def test_prose_links_within_the_report_and_nowhere_else(markdown, html):
    found = prose(markdown)
    assert found == html if html is not None else "<td>2</td>" in found.replace(' style="text-align:center"', "")


def test_a_figure_is_carried_inside_with_its_words():
    output = display({"image/svg+xml": SVG, "text/plain": "x"}, {"image/svg+xml": {"alt": 'a "b" <c>'}})
    found = shown(output)
    assert found.startswith('<figure><img alt="a &quot;b&quot; &lt;c&gt;" src="data:image/svg+xml;base64,')
    assert base64.b64decode(re.search('base64,([^"]+)', found).group(1)).decode() == SVG
    png = shown(display({"image/png": "iVBO\nRw0K\n"}))
    assert 'src="data:image/png;base64,iVBORw0K"' in png
    assert "A picture without words." in png


def test_the_richest_form_is_a_picture_then_html_then_prose_then_text():
    forms = {"text/plain": "t", "text/markdown": "m", "text/html": "<i>h</i>", "image/png": "AAAA"}
    seen = []
    for kind in ("image/png", "text/html", "text/markdown", "text/plain"):
        seen.append(shown(display(dict(forms))))
        del forms[kind]
    assert seen[0].startswith("<figure>")
    assert seen[1:] == ["<i>h</i>", "<p>m</p>\n", "<pre>t</pre>"]
    assert shown(display({})) == ""


def test_rows_about_people_are_counted_or_hashed():
    row = '<tr><td class="text personal id">B0001</td><td class="number">9</td></tr>'
    table = display({"text/html": f"<table><caption>Ask</caption>{row}</table>"})
    counted, hashed = shown(table), shown(table, key=b"key")
    assert "B0001" not in counted + hashed
    assert "<table>" in hashed
    assert "<table>" not in counted


def test_a_section_has_prose_answer_and_outputs_in_their_order_and_no_code():
    cells = [
        nbformat.v4.new_markdown_cell("# Title\n\nBefore."),
        code("secret = 1", display({"text/plain": "first"})),
        nbformat.v4.new_markdown_cell("After."),
        code("", nbformat.v4.new_output("stream", name="stdout", text="second\n")),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    html = section_html(notebook, answer="<p>The answer.</p>")
    order = [html.index(part) for part in ("Title", "The answer.", "Before.", "first", "After.", "second")]
    assert order[0] < order[1] < order[3] < order[4] < order[5]
    assert "secret" not in html
    assert notebook.cells[1].source == "secret = 1"  # the notebook itself is left alone


def test_dollars_are_money_and_tables_are_tables():
    assert prose("From $5 *a month* to $6.") == "<p>From $5 <em>a month</em> to $6.</p>\n"
    assert "<td>3</td>" in prose("| a | b |\n|---|---|\n| 2 | 3 |")
