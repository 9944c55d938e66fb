"""A meeting: from moving a slider to the verdict and the picture, and from `playbook lab` to the start page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from bench.measure import python
from bench.report import Row
from referral_playbook.run.lab.serve import free_port

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 250  # ms
VIEW = 10  # seconds
REDRAWS = """
import json, time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from referral_playbook.facts.engagement import open_engagement
from referral_playbook.show import whatif
from referral_playbook.show.figures import bars, gate, quantile_dotplot
from referral_playbook.show.whatif import drawing, what_if
from referral_playbook.steps.break_even import step as break_even, what_if as programmes
from referral_playbook.steps.goal_setting import step as goal_setting, what_if as goals
from referral_playbook.steps.value_exchange import step as value_exchange, what_if as offers
whatif.live = lambda: True

def milliseconds(live, figure):
    draw = drawing(figure, live.drawn)
    box = what_if(live.answer, sliders=live.sliders, units=live.units, draw=draw, verdict=live.verdict)
    sliders, took = box.children[1].children[0].children, []
    for slider, (low, high, *_) in zip(sliders, live.sliders.values()):
        for end in (low, (low + high) / 2, high):
            began = time.process_time()
            slider.value = end
            took.append(1000 * (time.process_time() - began))
    return median(took)

with TemporaryDirectory() as folder:
    client = open_engagement(Path({client!r}), Path(folder, "results"))
    exchange, plan, programme = value_exchange.find(client), goal_setting.find(client), break_even.find(client)
    offer = offers.live_settings(exchange.engagement, exchange.known, exchange.offer)
    print(json.dumps({{"value_exchange": milliseconds(offer, gate),
                       "goal_setting": milliseconds(goals.live_settings(plan), bars),
                       "break_even": milliseconds(programmes.live_settings(client, programme), quantile_dotplot)}}))
"""


def rows() -> list[Row]:
    """Median CPU time of a redraw, and the time to the first view of a session."""
    command = python(REDRAWS.format(client=str(ROOT / "data" / "brightdesk")))
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}  # as in a session
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=alone)
    took = json.loads(done.stdout.splitlines()[-1])
    redraws = [
        Row(f"Slider to verdict and picture, {step}", f"{ms:.0f} CPU ms", f"under {LIMIT} ms", ms < LIMIT)
        for step, ms in took.items()
    ]
    return [*redraws, *_first_view()]


def _first_view() -> list[Row]:
    """From the command to the start page in a browser; without Chromium or Playwright there is no such row."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return []
    if chromium is None:
        return []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        seconds = _seconds_to_start(browser, Path(folder))
        browser.close()
    return [Row("playbook lab to the start page in a browser", f"{seconds:.1f} s", f"under {VIEW} s", seconds < VIEW)]


def _seconds_to_start(browser: object, folder: Path) -> float:
    port = free_port()
    began = time.perf_counter()
    command = [sys.executable, "-m", "referral_playbook.cli", "lab", str(ROOT / "data" / "brightdesk")]
    command += ["--out", str(folder / "run"), "--no-browser", "--port", str(port), "--IdentityProvider.token="]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait(f"http://127.0.0.1:{port}/api")
        page = browser.new_page()  # type: ignore[attr-defined]
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator("td a", has_text="10 Client report").wait_for(timeout=60_000)
        return time.perf_counter() - began
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # the server is a child of the process that we started
        server.wait()


def _wait(address: str, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urlopen(address):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"{address} did not answer within {seconds:g} seconds")
