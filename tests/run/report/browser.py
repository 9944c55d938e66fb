"""A page in headless Chromium at several widths at once: what reaches beyond it, how small text is, what axe says."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from referral_playbook.show.figures.axis import SMALL

WIDTHS = (390, 800, 1280)
PROBE = """<script>addEventListener("load", async () => {
  const seen = e => !e.closest("thead") || getComputedStyle(e.closest("thead")).position != "absolute";
  const all = [...document.querySelectorAll("body *")].filter(seen);
  const box = e => e.getBoundingClientRect();
  const wide = all.filter(e => box(e).width > 2 && box(e).right > innerWidth + 1);
  const cut = all.filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX != "visible");
  const texts = [...document.querySelectorAll("p, td, th, li, dd, dt, figcaption, footer")].filter(seen);
  const sizes = texts.map(e => parseFloat(getComputedStyle(e).fontSize));
  const scales = [...document.querySelectorAll("figure img")].filter(e => e.clientWidth)
    .map(e => e.clientWidth / e.naturalWidth);
  const faults = window.axe ? (await axe.run(document, {resultTypes: ["violations"]})).violations : [];
  document.title = JSON.stringify({width: innerWidth, wide: wide.map(e => e.tagName), cut: cut.map(e => e.tagName),
    scroll: document.documentElement.scrollWidth, smallest: Math.min(...sizes), scale: Math.min(1, ...scales),
    faults: faults.map(f => f.id + ": " + f.nodes.length + " " + f.nodes[0].html.slice(0, 200))});
});</script></body>"""
FRAME = """<!DOCTYPE html><body style="margin:0">{frames}<script>
setInterval(() => {{ for (const f of document.querySelectorAll("iframe")) {{
  const t = f.contentDocument && f.contentDocument.title;
  if (t && t[0] == "{{") f.setAttribute("data-out", t); }} }}, 50);
</script>"""
IFRAME = '<iframe src="page.html" style="border:0;display:block;width:{width}px;height:900px"></iframe>'


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a browser sees of a page at one width; `faults` are axe's violations."""

    width: int
    wide: list[str]
    cut: list[str]
    scroll: int
    smallest: float
    scale: float
    faults: list[str]

    @property
    def label(self) -> float:
        """Pixels of the smallest text in a chart."""
        return SMALL * 96 / 72 * self.scale


def look(page: str, folder: Path, *, widths: tuple[int, ...] = WIDTHS) -> list[Seen]:
    """Open a page at each width; skips where there is no Chromium or no axe-core."""
    if not shutil.which("chromium"):
        pytest.skip("Chromium is not installed")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "page.html").write_text(page.replace("</body>", f"<script>{axe()}</script>{PROBE}"), encoding="utf-8")
    frames = "".join(IFRAME.format(width=width) for width in widths)
    (folder / "frame.html").write_text(FRAME.format(frames=frames), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files"]
    done = subprocess.run(
        [
            *("chromium", *options, f"--user-data-dir={folder}/profile", "--window-size=1400,1000"),
            *("--virtual-time-budget=20000", "--dump-dom", f"file://{folder}/frame.html"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found = [json.loads(html.unescape(out)) for out in re.findall(r'data-out="([^"]*)"', done.stdout)]
    assert [one["width"] for one in found] == list(widths), "Chromium did not answer at every width"
    return [Seen(**one) for one in found]


def axe() -> str:
    """The source of axe-core, which the package axe-core-python carries."""
    if find_spec("axe_core_python") is None:
        pytest.skip("axe-core-python is not installed")
    place = Path(str(find_spec("axe_core_python").origin)).with_name("axe.min.js")
    return place.read_text(encoding="utf-8").replace("</script", "<\\/script")


def check(seen: list[Seen], *, smallest: float = 13.0) -> None:
    """Nothing reaches beyond the page or is cut, text can be read on a phone, and axe finds no fault."""
    for one in seen:
        assert one.faults == [], one.width
        assert (one.wide, one.cut) == ([], []), one.width
        assert one.scroll <= one.width
        assert one.smallest >= smallest, one.width
        assert one.label >= 9, one.width
