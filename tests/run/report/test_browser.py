"""The memo in headless Chromium at three widths: nothing reaches beyond the page, no table scrolls sideways."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess

import pytest

from referral_playbook.run.report.memo.memo import memo_html

from . import sample_results as samples

PROBE = """<script>addEventListener("load", () => {
  const wide = [...document.querySelectorAll("body *")].filter(e => !e.closest("thead"))
    .filter(e => { const r = e.getBoundingClientRect(); return r.width > 2 && r.right > innerWidth + 1; });
  const labels = [...document.querySelectorAll("p, td, li, dd, dt, figcaption")]
    .map(e => parseFloat(getComputedStyle(e).fontSize));
  document.title = JSON.stringify({wide: wide.map(e => e.tagName), scroll: document.documentElement.scrollWidth,
    smallest: Math.min(...labels)});
});</script></body>"""
FRAME = """<body style="margin:0"><iframe src="page.html" style="border:0;width:{width}px;height:900px"
onload="setTimeout(() => document.body.setAttribute('data-out', this.contentDocument.title), 200)"></iframe>"""


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_nothing_reaches_beyond_the_page(width, tmp_path):
    if not shutil.which("chromium"):
        pytest.skip("Chromium is not installed")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", memo_html(samples.rich()))
    (tmp_path / "page.html").write_text(page.replace("</body>", PROBE), encoding="utf-8")
    (tmp_path / "frame.html").write_text(FRAME.format(width=width), encoding="utf-8")
    done = subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--allow-file-access-from-files",
            f"--user-data-dir={tmp_path}/profile",
            "--window-size=1400,1000",
            "--virtual-time-budget=5000",
            "--dump-dom",
            f"file://{tmp_path}/frame.html",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    seen = json.loads(html.unescape(re.search(r'data-out="([^"]*)"', done.stdout).group(1)))
    assert seen["wide"] == []
    assert seen["scroll"] <= width
    assert seen["smallest"] >= 13
