"""Temporary folders of killed processes are removed; all others stay."""

from __future__ import annotations

import subprocess
import sys
from tempfile import mkdtemp

from referral_playbook.contract.leftovers import prefix_of, sweep

MAKE = """
import sys, tempfile, os, signal
from referral_playbook.contract.leftovers import prefix_of
print(tempfile.mkdtemp(prefix=prefix_of("kernel"), dir=sys.argv[1]), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_folder_of_a_killed_process_goes_and_that_of_a_living_one_stays(tmp_path):
    killed = subprocess.run([sys.executable, "-c", MAKE, str(tmp_path)], capture_output=True, text=True, check=False)
    assert killed.returncode == -9
    left = killed.stdout.strip()
    living = mkdtemp(prefix=prefix_of("kernel"), dir=tmp_path)
    assert sorted(map(str, tmp_path.iterdir())) == sorted([left, living])
    assert [str(path) for path in sweep(tmp_path)] == [left]
    assert [str(path) for path in tmp_path.iterdir()] == [living]


def test_what_is_not_ours_stays(tmp_path, promise):
    for name in ("playbook-notes", "playbook-kernel-1-2", "playbook-kernel-1-999999999-abc", "other-kernel-0-9-a"):
        (tmp_path / name).mkdir()
    (tmp_path / f"{prefix_of('x').rsplit('-', 2)[0]}-999999999-file").write_text("a file")
    assert sweep(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == 5
    promise(
        "The next run removes temporary folders of killed runs, and touches nobody else's", "0 left, 0 others removed"
    )
