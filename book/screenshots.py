"""The pictures of the README, taken from the real thing: the sample's memo and the start page of a live session.

Run by ``make screenshots``, after ``make report``; needs Chromium.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from referral_playbook.run.lab.prepare import Lab, prepare_lab

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "playbook" / "images"
MEMO, START = IMAGES / "report.png", IMAGES / "lab.png"
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def shoot(address: str, target: Path, *, width: int, height: int) -> None:
    """Take one picture of a page.

    Raises
    ------
    FileNotFoundError
        There is no Chromium on this machine.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise FileNotFoundError("Chromium is not installed: apt-get install chromium, then run this again.")
    with tempfile.TemporaryDirectory() as profile:
        size = (f"--window-size={width},{height}", "--virtual-time-budget=20000", f"--user-data-dir={profile}")
        subprocess.run([chromium, *QUIET, *size, f"--screenshot={target}", address], check=True, capture_output=True)


def shoot_start(lab: Lab) -> None:
    """Serve a session and take a picture of its start page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "import sys; from referral_playbook.run.lab.serve import open_lab; from pathlib import Path; "
    code += "sys.exit(open_lab(Path(sys.argv[1]), sys.argv[2:]))"
    options = ["--no-browser", "--port", str(port), "--ServerApp.token="]
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(lab.folder), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/lab")
        shoot(f"http://127.0.0.1:{port}/lab/tree/start.ipynb", START, width=1280, height=800)
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # the server is a child of the process that we started
        server.wait()


def _wait(address: str, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urlopen(address):
                return
        except OSError:
            time.sleep(0.3)
    raise TimeoutError(f"{address} did not answer within {seconds:g} seconds")


def main() -> None:
    """Write both pictures."""
    report = ROOT / "reports" / "brightdesk" / "report.html"
    if not report.is_file():
        sys.exit("There is no report of the sample yet. Run: make report")
    shoot(report.as_uri(), MEMO, width=1000, height=1150)
    shoot_start(prepare_lab(ROOT / "data" / "brightdesk", report.parent, fresh=True))


if __name__ == "__main__":
    main()
