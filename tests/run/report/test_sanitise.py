"""What may stand in a report: our tables keep their look, and nothing of a client's text becomes live."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.run.report.sanitise import sanitised
from referral_playbook.show.tables import evidence, verdict

from . import sample_results as samples
from .cells import LIVE
from .pages import Page


def test_our_tables_and_verdicts_keep_their_look():
    html = sanitised(evidence(samples.break_even())._repr_html_())
    assert 'class="basis basis-assumed"' in html
    assert 'scope="col"' in html
    assert 'class="number"' in html
    assert 'class="badge"' in sanitised(verdict(samples.break_even())._repr_html_())


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


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("<table><tr><td colspan=2 onclick=x>1</td></tr></table>", None),
        ('<a href="#break-even">b</a>', '<a href="#break-even">b</a>'),
        ('<a href="https://e.org">b</a>', "<a>b</a>"),
        ('<a href="report.html">b</a>', "<a>b</a>"),
        ('<p class="number evil badge">x</p>', '<p class="number badge">x</p>'),
        ('<p class="evil">x</p>', "<p>x</p>"),
        ('<p style="x">y</p>', "<p>y</p>"),
        ("<title>gone</title><p>kept</p>", "<p>kept</p>"),
        ("<svg><text>gone</text></svg>kept", "kept"),
        ("<h1>no</h1>", "no"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<!-- secret -->x", "x"),
    ],
)
def test_what_is_let_through_and_what_is_dropped_with_or_without_its_content(html, clean):
    found = sanitised(html)
    if clean is None:
        assert 'colspan="2"' in found
        assert "onclick" not in found
    else:
        assert found == clean
