"""Charts in the PDF: the letters stand where WeasyPrint would draw them, each is written the same way every time."""

from __future__ import annotations

import re
from base64 import b64encode

import numpy as np
import pytest

from referral_playbook.show.figures import bars
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
    return f"<figure>{picture(ax).html}</figure>"


def _shapes(html, images):
    """Lower left and upper right corner of every path that is filled or stroked, in the order of drawing."""
    content = weasyprint.HTML(string=html).write_pdf(cache=images, uncompressed_pdf=True).decode("latin-1")
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


def test_letters_are_drawn_where_weasyprint_draws_them(page) -> None:
    ours, theirs = _shapes(*charts_apart(page, None)), _shapes(page, {})
    assert len(ours) > len(theirs) + 20, "a shape for each letter, where WeasyPrint has one for a line"
    for letter in ours:
        around = (theirs[:, :2] <= letter[:2] + 0.1).all(axis=1) & (theirs[:, 2:] >= letter[2:] - 0.1).all(axis=1)
        assert around.any()
    assert np.min(ours, axis=0)[:2] == pytest.approx(np.min(theirs, axis=0)[:2], abs=0.05)
    assert np.max(ours, axis=0)[2:] == pytest.approx(np.max(theirs, axis=0)[2:], abs=0.05)


def test_a_letter_is_written_in_the_instructions_of_pdf() -> None:
    assert _letter("m10 0l0 60 0 0z") == b"10 0 m\n10 60 l\n10 60 l\nh\nf"
    assert _letter("m0 0q30 0 30 30zm5 5l1-1") == b"0 0 m\n20 0 30 10 30 30 c\nh\n5 5 m\n6 4 l\nf"


def test_only_charts_are_taken_and_have_short_addresses(page) -> None:
    logo = f'<img class="logo" alt="" src="data:image/svg+xml;base64,{b64encode(b"<svg/>").decode()}">'
    short, charts = charts_apart(logo + page + page, None)
    assert list(charts) == ["chart:0", "chart:1"]
    assert short.startswith(logo)
    assert re.findall(r'src="(chart:\d)"', short) == list(charts)
