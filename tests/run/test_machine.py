"""Faults of the machine: one sentence with the place, the fault and what to do; other errors are left alone."""

from __future__ import annotations

import errno
import os

import pytest

from referral_playbook.run.machine import describe_fault, fault_of_machine


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "permission denied"),
        (errno.ENAMETOOLONG, "the name is too long"),
    ],
)
def test_each_known_fault_names_the_place_and_what_to_do(code, words):
    text = describe_fault(OSError(code, os.strerror(code), "reports/acme"))
    assert text.startswith(f"reports/acme: {words}. ")
    assert any(verb in text for verb in ("Free", "Choose", "choose", "Ask"))


def test_an_unknown_fault_keeps_the_words_of_the_system():
    text = describe_fault(OSError(errno.EBUSY, "Device or resource busy", "x"))
    assert text == "x: Device or resource busy. Check the disk and your rights on it, then run again"


def test_a_long_name_is_cut_to_a_hundred_characters():
    text = describe_fault(OSError(errno.ENAMETOOLONG, "File name too long", "a" * 300))
    assert text.split(": ")[0] == "a" * 97 + "..."


def test_a_fault_without_a_file_speaks_of_the_run_folder():
    assert describe_fault(OSError(errno.ENOSPC, "No space left on device")).startswith("The run folder: ")


def test_a_full_disk_is_recognised_in_the_text_of_another_library():
    told = fault_of_machine(RuntimeError(f"IO Error: could not write: {os.strerror(errno.ENOSPC)}"))
    assert told is not None
    assert told.errno == errno.ENOSPC


def test_other_errors_are_no_faults_of_the_machine():
    assert fault_of_machine(ValueError("conversions (5) cannot exceed invites (3)")) is None
    assert fault_of_machine(OSError("no number in it")) is None
    error = PermissionError(errno.EACCES, "Permission denied", "x")
    assert fault_of_machine(error) is error
