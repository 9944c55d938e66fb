"""Pictures: the same bytes every time, words for those who do not see them, nothing of the session in them."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise

import matplotlib as mpl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.contract.evidence import assumed
from referral_playbook.show import palette
from referral_playbook.show.figures import bars, gate
from referral_playbook.show.picture import axes, picture
from referral_playbook.show.style import label

SAID = assumed(0.58, 0.39, 0.75, unit="share", per="answer", source="survey")


def _svg():
    return picture(gate(axes(height=1.6), SAID, 0.4, name="Very disappointed")).svg


def test_same_input_same_bytes_whatever_the_session_has_set():
    before = _svg()
    with mpl.rc_context({"font.size": 20, "svg.hashsalt": None, "svg.fonttype": "none", "text.parse_math": True}):
        assert _svg() == before
    assert mpl.rcParams["text.parse_math"] is True


def test_same_bytes_in_another_process():
    program = (
        "import sys\n"
        "from referral_playbook.contract.evidence import assumed\n"
        "from referral_playbook.show.figures import gate\n"
        "from referral_playbook.show.picture import axes, picture\n"
        "e = assumed(0.58, 0.39, 0.75, unit='share', per='answer', source='survey')\n"
        "sys.stdout.buffer.write(picture(gate(axes(height=1.6), e, 0.4, name='Very disappointed')).svg.encode())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode() == _svg()


def test_a_picture_carries_no_date_version_text_or_address_of_ours():
    svg = _svg()
    assert "<dc:date>" not in svg
    assert "Matplotlib" not in svg
    assert "<text" not in svg
    assert "<script" not in svg


def test_mime_bundle_has_svg_text_and_alt():
    shown = picture(gate(axes(height=1.6), SAID, 0.4, name="Very disappointed"))
    data, metadata = shown._repr_mimebundle_()
    assert set(data) == {"image/svg+xml", "text/plain"}
    assert data["text/plain"] == metadata["image/svg+xml"]["alt"] == repr(shown)
    assert "58% (39% to 75%)" in repr(shown)
    assert ET.fromstring(shown.svg.split("?>", 1)[1].split("]>")[-1].split('dtd">')[-1]).tag.endswith("svg")
    assert f'alt="{shown.alt}"' in shown.html


def test_a_picture_without_words_is_refused():
    with pytest.raises(ValueError, match="alt_text"):
        picture(axes())


def test_pyplot_is_neither_needed_nor_left_with_open_figures():
    program = (
        "import sys\n"
        "from referral_playbook.show.figures import bars\n"
        "from referral_playbook.show.picture import axes, picture\n"
        "picture(bars(axes(), {'a': 1}, unit='leads'))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_figure_of_pyplot_is_closed():
    from matplotlib import pyplot

    _, ax = pyplot.subplots()
    number = ax.figure.number
    picture(bars(ax, {"a": 1}, unit="leads"))
    assert number not in pyplot.get_fignums()


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=40))
def test_any_client_text_can_be_drawn(text):
    shown = picture(bars(axes(height=1.5), {text: 3, f"{text}$": 2}, unit="leads", title=text))
    ET.fromstring(shown.svg.encode())


@pytest.mark.parametrize(
    "text", ["$", "$x^2", "\\frac{", "<script>&", "\u202eevil", "עברית", "漢字", "a\x00b\nc", "_^{}"]
)
def test_text_that_breaks_mathematics_markup_or_layout(text):
    shown = picture(bars(axes(height=1.5), {text: 3}, unit="leads", title=text))
    ET.fromstring(shown.svg.encode())
    assert "\u202e" not in shown.svg


@given(st.text(max_size=200), st.integers(6, 40))
def test_labels_keep_to_their_room(text, width):
    lines = label(text, width).split("\n")
    assert len(lines) <= 3
    assert all(len(line) <= width for line in lines)


def _lightness(colour: str) -> float:
    """CIE L* of a colour: what is left of it in grey print."""
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in mpl.colors.to_rgb(colour)]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def test_heat_map_colours_darken_evenly_enough_to_be_read_in_grey():
    steps = [_lightness(c) for c in palette.SEQUENCE]
    assert all(a - b >= 9 for a, b in pairwise(steps))


def test_the_first_two_groups_differ_in_grey():
    assert abs(_lightness(palette.BLUE) - _lightness(palette.ORANGE)) >= 20
