"""The environment of every kernel: the same bytes on every machine, without a window and without threads of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from referral_playbook.run.kernels.environment import ENVIRONMENT

ASK = "import time, locale; print(time.tzname[0], locale.setlocale(locale.LC_ALL, ''), hash('a'))"


def answers(**more):
    told = subprocess.run([sys.executable, "-c", ASK], env={**os.environ, **more}, capture_output=True, check=True)
    return told.stdout.decode().split()


def test_time_language_and_hashes_are_the_same_whatever_the_machine_says():
    one = answers(**{"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "5"} | ENVIRONMENT)
    two = answers(**{"TZ": "America/Lima", "PYTHONHASHSEED": "6"} | ENVIRONMENT)
    assert one == two
    assert one[0] == "UTC"


def test_every_value_is_text_as_a_process_takes_it():
    assert all(isinstance(value, str) for value in ENVIRONMENT.values())
    assert ENVIRONMENT["MPLBACKEND"] == "Agg"
    assert {ENVIRONMENT["OPENBLAS_NUM_THREADS"], ENVIRONMENT["OMP_NUM_THREADS"]} == {"1"}
