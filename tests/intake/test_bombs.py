"""Files that would fill the memory or take for ever are refused within seconds and some hundred megabytes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS, MEGABYTES = 5, 500


@pytest.mark.skipif(sys.platform != "linux", reason="memory and time are those that Linux counts of a process")
def test_every_bomb_is_refused_in_time(tmp_path, promise):
    made = subprocess.run(
        [sys.executable, Path(__file__).with_name("bombs.py"), tmp_path], capture_output=True, text=True, check=True
    )
    read = [json.loads(line) for line in made.stdout.splitlines()]
    assert len(read) == 14
    costs = []
    for name, commands in read:
        for command, (code, said, seconds, megabytes) in commands.items():
            assert code == (1 if command == "check" else 2), (name, command, said)
            assert said, (name, command)
            costs.append((seconds, megabytes, name, command))
    assert [cost for cost in costs if cost[0] > SECONDS or cost[1] > MEGABYTES] == []
    promise("Files that would fill memory or time are refused", f"{len(read)} of {len(read)} within 5 s and 500 MB")
