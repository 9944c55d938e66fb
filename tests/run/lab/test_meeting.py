"""The consultant's hour in a real browser: open, show, change, keep, undo; in the lab and on the client's screen.

Skips where Chromium or Playwright is missing, and says which.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from book.samples import run_samples
from referral_playbook.contract.names import STEPS
from referral_playbook.run.client.manifest import files_digests
from referral_playbook.run.client.run_client import run_client
from referral_playbook.run.lab.prepare import prepare_lab
from referral_playbook.run.lab.serve import free_port

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.timeout(900)  # of a machine that does much else besides
PICTURE = ".widget-html img[alt*='equally likely futures']"
AGAIN = ("break_even", "client_report")
"""Steps that a plan made in step 05 changes; the others need not run again here."""


@pytest.fixture(scope="module")
def browser():
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(90_000)
    yield opened
    opened.close()


@pytest.fixture
def client(tmp_path) -> Path:
    """A copy of the sample client with its run beside it; the run is the one that the tests of notebooks share."""
    (ROOT / "reports").mkdir(exist_ok=True)
    with (ROOT / "reports" / ".samples.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        samples = run_samples(ROOT, progress=lambda line: None).parent
        shutil.copytree(samples / "reports" / "brightdesk", tmp_path / "run")
    return Path(shutil.copytree(ROOT / "data" / "brightdesk", tmp_path / "brightdesk"))


def run_folder(client: Path) -> Path:
    return client.with_name("run")


def run_again(client: Path) -> str:
    """Run the steps that a plan changes again; the memo."""
    run_client(client, run_folder(client), steps=AGAIN, progress=lambda line: None)
    return (run_folder(client) / "report.html").read_text(encoding="utf-8")


def results(client: Path) -> dict[str, str]:
    return files_digests(run_folder(client) / "results")


@contextmanager
def lab(client: Path, *options: str) -> Iterator[str]:
    """`playbook lab` as one types it; its address."""
    port = free_port()
    command = [sys.executable, "-m", "referral_playbook.cli", "lab", str(client), "--out", str(run_folder(client))]
    command += ["--no-browser", "--port", str(port), "--IdentityProvider.token=", *options]
    log = client.with_name("lab.log")
    with log.open("w") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, cwd=client.parent, start_new_session=True)
    try:
        _wait(f"http://127.0.0.1:{port}/api", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # the server is a child of the process that we started
        server.wait()


def _wait(address: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urlopen(address):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the lab did not start: {log.read_text()[-2000:]}")


def start_page_is_seen(page, address: str) -> list[str]:
    """Open the lab at its root; the links of the start page."""
    page.goto(address)
    page.get_by_role("heading", name="Brightdesk").first.wait_for()
    page.locator("td a", has_text="10 Client report").wait_for()
    for number, step in enumerate(STEPS):
        assert page.locator("td a", has_text=re.compile(f"^{number:02d} ")).count() == 1, step
    assert page.get_by_text("Every step is up to date.").is_visible()
    return page.locator(".jp-OutputArea-output a").evaluate_all("links => links.map(link => link.href)")


def every_link_answers(page, links: list[str]) -> None:
    """Ask for each link as a click would. To render a notebook is to run it, so for those the file is asked for."""
    assert len(links) > 3 * len(STEPS)
    asked = {link.replace("/voila/render/", "/files/") if link.endswith(".ipynb") else link for link in links}
    answers = {link: page.request.get(link, headers={"Referer": page.url}).status for link in asked}
    assert set(answers.values()) == {200}, answers


def verdicts(page) -> list[str]:
    """The verdict at the top of the notebook, and the one above the sliders."""
    return page.locator(".widget-html strong.badge").all_inner_texts()


def picture(page) -> str:
    return page.locator(PICTURE).get_attribute("src")


def move_cost_to_nothing(page) -> None:
    row = page.locator(".widget-hslider").filter(has_text="Monthly cost")
    row.locator(".noUi-handle").focus()
    page.keyboard.press("Home")


def change_and_keep(page) -> None:
    """Move a slider: the verdicts and the picture change; make it the plan, with who and why."""
    page.locator(".widget-hslider").first.wait_for(state="attached")
    page.wait_for_function("document.querySelectorAll('.widget-html strong.badge').length == 2")
    assert verdicts(page) == ["Test small", "Test small"]
    before = picture(page)
    move_cost_to_nothing(page)
    page.wait_for_function(
        "[...document.querySelectorAll('.widget-html strong.badge')].every(badge => badge.innerText == 'Go')"
    )
    page.wait_for_function(
        "before => document.querySelector(\".widget-html img[alt*='equally likely futures']\").src != before",
        arg=before,
    )
    page.get_by_placeholder("who decides").fill("Ana Silva")
    page.get_by_placeholder("why").fill("The team works on it for nothing")
    page.get_by_role("button", name="Make this the plan").click()
    page.get_by_text("This is the plan now: monthly cost £0.").wait_for()


def undo(page) -> None:
    page.get_by_role("button", name="Undo last change").click()
    page.get_by_text("Undone: monthly cost £0.").wait_for()


def run_all(page, book):
    """Choose it again where no slider came: on a busy machine JupyterLab may close its menu under the click."""
    from playwright.sync_api import TimeoutError as NoSliderError

    for _ in range(3):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator("li[data-command='runmenu:run-all']").click()
        with suppress(NoSliderError):
            book.locator(".widget-hslider").first.wait_for(state="attached", timeout=45_000)
            break


def test_a_meeting_in_the_lab(client, page):
    before = results(client)
    with lab(client) as address:
        every_link_answers(page, start_page_is_seen(page, address))
        page.locator("td a", has_text=re.compile("^05 ")).click()
        book = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        book.get_by_role("heading", name="05 Break-even").wait_for()
        assert (
            "Test small" in book.locator("strong.badge").first.inner_text()
        )  # the run's own outputs, before any cell ran
        assert book.locator(".jp-Cell-inputWrapper .cm-content:visible").count() == 0  # the code is folded
        assert page.locator(".jp-TableOfContents").is_visible()
        page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()  # the kernel is there
        run_all(page, book)
        change_and_keep(page)
        assert "Ana Silva" in (client / "decisions.toml").read_text(encoding="utf-8")
        memo = run_again(client)
        assert "Ana Silva" in memo
        assert "The team works on it for nothing" in memo
        assert results(client) != before
        undo(page)
        book.get_by_role("heading", name="05 Break-even").click()
        page.keyboard.press("Enter")
        book.locator(".jp-MarkdownCell .cm-editor.cm-focused").wait_for()
        page.keyboard.press("Control+End")
        page.keyboard.type(" Seen with the client.")
        page.keyboard.press("Shift+Enter")
        page.keyboard.press("Control+s")
        book.locator("p", has_text="Seen with the client.").wait_for()
        saved = run_folder(client).with_name("run-lab") / "notebooks" / "05_break_even.ipynb"
        _until(lambda: "Seen with the client." in saved.read_text(encoding="utf-8"))
    assert not (client / "decisions.toml").exists()
    run_again(client)
    assert results(client) == before
    assert prepare_lab(client, run_folder(client)).kept == ("05_break_even.ipynb",)
    assert "Seen with the client." in saved.read_text(encoding="utf-8")


def _until(holds) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_meeting_on_the_clients_screen(client, page):
    pytest.importorskip("voila", reason="Voila is not installed")
    with lab(client, "--present") as address:
        every_link_answers(page, start_page_is_seen(page, address))
        page.locator("td a", has_text=re.compile("^05 ")).click()
        change_and_keep(page)
        assert page.locator("text=open_engagement").count() == 0  # no code on the client's screen
        assert "Ana Silva" in (client / "decisions.toml").read_text(encoding="utf-8")
        undo(page)
    assert not (client / "decisions.toml").exists()
