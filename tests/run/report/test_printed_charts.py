"""Charts in the PDF: every shape and letter stands where WeasyPrint would draw it, in the colours of the chart."""

from __future__ import annotations

import re
from base64 import b64encode

import numpy as np
import pytest

from referral_playbook.show.figures import bars, quantile_dotplot, waterfall
from referral_playbook.show.picture import axes, picture

try:
    import weasyprint
except OSError as missing:  # Pango is not there
    pytest.skip(f"WeasyPrint cannot load: {missing}", allow_module_level=True)

from referral_playbook.run.report.printed_charts import _letter, charts_apart


@pytest.fixture(scope="module")
def page():
    ax = bars(axes(height=1.5), {"north": 3, "Łódź & south": 20}, unit="leads", title="Leads")
    ax.text(0.5, 0.5, "pale", alpha=0.5)
    hatched = waterfall(axes(height=2), {"start": 900, "lost": -300}, currency="GBP")
    dots = quantile_dotplot(axes(height=2), [-1, 2, 3], threshold=0.0, unit="GBP", does="pay", xlabel="result")
    return "".join(f"<figure>{picture(each).html}</figure>" for each in (ax, hatched, dots))


def _content(html, images):
    return weasyprint.HTML(string=html).write_pdf(cache=images, uncompressed_pdf=True).decode("latin-1")


def _shapes(content):
    """Lower left and upper right corner of every path that is filled or stroked, in the order of drawing."""
    pages = re.findall(r"stream\n(1 0 0 -1 0 .*?)endstream", content, flags=re.DOTALL)
    content = re.sub("^0 0 m$", "", "\n".join(pages), flags=re.M)  # with which WeasyPrint begins every path
    now, kept, points, shapes = np.eye(3), [], [], []
    for numbers, operator in re.findall(r"((?:-?[\d.]+ )*)(cm|q|Q|m|l|c|re|f|S|B|n)(?=\s)", content):
        values = np.array(numbers.split(), dtype=float)
        if operator == "q":
            kept.append(now)
        elif operator == "Q":
            now = kept.pop()
        elif operator == "cm":
            now = np.c_[values.reshape(3, 2), [0, 0, 1]] @ now
        elif operator in "mlc":
            points.extend(np.c_[values.reshape(-1, 2), np.ones(len(values) // 2)][-1:] @ now)
        elif operator in "fSBn" and points:
            shapes.append(np.r_[np.min(points, axis=0)[:2], np.max(points, axis=0)[:2]])
            points = []
    return np.array(shapes)


def _within(shapes, other):
    return (shapes[:, :2] >= other[:2] - 0.1).all(axis=1) & (shapes[:, 2:] <= other[2:] + 0.1).all(axis=1)


def test_every_shape_and_line_of_text_is_drawn_where_weasyprint_draws_it(page) -> None:
    ours, theirs = _shapes(_content(*charts_apart(page))), _shapes(_content(page, {}))
    assert len(ours) > len(theirs) + 20, "a shape for each letter, where WeasyPrint has one for a line"
    for shape in ours:
        assert _within(np.array([shape]), np.array([*theirs[:, :2].min(axis=0), *theirs[:, 2:].max(axis=0)])).any()
    for shape in theirs:
        same = ours[_within(ours, shape)]
        assert [*same[:, :2].min(axis=0), *same[:, 2:].max(axis=0)] == pytest.approx(list(shape), abs=0.05)


def test_colours_dashes_hatches_and_opacity_are_those_of_the_chart(page) -> None:
    content = _content(*charts_apart(page))
    for instruction in ("0 0.4471 0.698 rg", "/Pattern cs /p0 scn", "[4.44 1.92] 0 d", "/a0.5 gs"):
        assert instruction in content, instruction


def test_what_our_writer_does_not_write_is_left_to_weasyprint() -> None:
    other = b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"><text>hi</text></svg>').decode()
    page = f'<figure><img alt="" src="data:image/svg+xml;base64,{other}"></figure>'
    assert charts_apart(page) == (page, {})


def test_a_letter_is_written_in_the_instructions_of_pdf() -> None:
    assert _letter("m10 0l0 60 0 0z") == b"10 0 m\n10 60 l\n10 60 l\nh\nf"
    assert _letter("m0 0q30 0 30 30zm5 5l1-1") == b"0 0 m\n20 0 30 10 30 30 c\nh\n5 5 m\n6 4 l\nf"


def test_only_charts_are_taken_and_have_short_addresses(page) -> None:
    logo = f'<img class="logo" alt="" src="data:image/svg+xml;base64,{b64encode(b"<svg/>").decode()}">'
    short, charts = charts_apart(logo + page + page)
    assert list(charts) == [f"chart:{i}" for i in range(6)]
    assert short.startswith(logo)
    assert re.findall(r'src="(chart:\d)"', short) == list(charts)
