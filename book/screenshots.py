"""The pictures of the README, taken from the real thing: the memo, the start page of a session, and a moved slider.

Run by ``make screenshots``, after ``make report``; needs Chromium and Playwright.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

from referral_playbook.run.lab.prepare import Lab, prepare_lab
from referral_playbook.run.lab.serve import free_port

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "playbook" / "images"
MEMO, START, SLIDER = IMAGES / "report.png", IMAGES / "lab.png", IMAGES / "slider.png"
PATIENCE = 180_000  # ms
VERDICT = "document.querySelectorAll('.widget-html strong.badge').length == 2"
MOVED = "[...document.querySelectorAll('.widget-html strong.badge')].every(badge => badge.innerText == 'Go')"


@contextmanager
def chromium() -> Iterator[Any]:
    """The machine's own Chromium, driven by Playwright.

    Raises
    ------
    FileNotFoundError
        There is no Chromium on this machine.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise FileNotFoundError("Chromium is not installed: apt-get install chromium, then run this again.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def served(lab: Lab) -> Iterator[str]:
    """A session that is being served; its address."""
    port = free_port()
    code = "import sys; from referral_playbook.run.lab.serve import open_lab; from pathlib import Path; "
    code += "sys.exit(open_lab(Path(sys.argv[1]), sys.argv[2:]))"
    options = ["--no-browser", "--port", str(port), "--IdentityProvider.token="]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([sys.executable, "-c", code, str(lab.folder), *options], start_new_session=True, **quiet)
    try:
        _wait(f"http://127.0.0.1:{port}/api")
        yield f"http://127.0.0.1:{port}"
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
            time.sleep(0.3)
    raise TimeoutError(f"{address} did not answer within {seconds:g} seconds")


def shoot_memo(browser: Any, report: Path) -> None:
    """The first page of the memo."""
    page = browser.new_page(viewport={"width": 1000, "height": 1150})
    page.goto(report.as_uri())
    page.screenshot(path=MEMO)


def shoot_session(browser: Any, address: str) -> None:
    """The start page, and step 05 with a slider moved."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.locator("td a", has_text="10 Client report").wait_for()
    page.wait_for_timeout(3_000)  # the kernel's state settles in the corner
    page.screenshot(path=START)
    page.locator("td a", has_text="05 Break").click()
    page.get_by_role("heading", name="05 Break-even").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("li[data-command='runmenu:run-all']").click()
    page.wait_for_function(VERDICT)
    page.locator(".widget-hslider").filter(has_text="Monthly cost").locator(".noUi-handle").focus()
    page.keyboard.press("Home")
    page.wait_for_function(MOVED)
    page.get_by_role("heading", name="What if we decided otherwise?").last.evaluate("h => h.scrollIntoView()")
    page.wait_for_timeout(2_000)
    page.screenshot(path=SLIDER)


def main() -> None:
    """Write the three pictures."""
    report = ROOT / "reports" / "brightdesk" / "report.html"
    if not report.is_file():
        sys.exit("There is no report of the sample yet. Run: make report")
    with chromium() as browser:
        shoot_memo(browser, report)
        with served(prepare_lab(ROOT / "data" / "brightdesk", report.parent, fresh=True)) as address:
            shoot_session(browser, address)


if __name__ == "__main__":
    main()
