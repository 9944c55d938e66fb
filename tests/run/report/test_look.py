"""The client's brand: a logo inside the memo, a colour that can be read, and nothing else."""

from __future__ import annotations

import pytest

from referral_playbook.run.report.look import Look, LookError
from referral_playbook.run.report.memo.memo import memo_html

from . import sample_results as samples


def test_logo_and_colour_reach_the_memo(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"\x89PNG")
    page = memo_html(samples.rich(), Look.of(logo=tmp_path / "logo.png", accent="#AA0033"))
    assert 'src="data:image/png;base64,iVBORw=="' in page
    assert "--accent: #aa0033" in page
    assert 'class="logo"' not in memo_html(samples.rich())


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"accent": "red"}, "#rrggbb"),
        ({"accent": "#ffee00"}, "too pale"),
        ({"accent": "#123456;}body{"}, "#rrggbb"),
        ({"logo": "logo.exe"}, "Save it as PNG"),
        ({"logo": "logo.png"}, "no such file"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(how, words, tmp_path):
    how = {key: tmp_path / value if key == "logo" else value for key, value in how.items()}
    with pytest.raises(LookError, match=words):
        Look.of(**how)


def test_the_usual_look_changes_no_key():
    assert Look().key == []
    assert Look(deck=True).key
