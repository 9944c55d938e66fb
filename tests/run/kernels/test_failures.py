"""What stops a run because of a notebook: the message names the step, the cell and the error."""

from __future__ import annotations

from referral_playbook.run.kernels.failures import KernelStoppedError, NotebookError


def test_the_message_names_step_cell_and_error():
    error = NotebookError("break_even", 7, "ValueError: months is 1 or more, not 0", clients_fault=True)
    assert str(error) == "break_even, cell 7: ValueError: months is 1 or more, not 0"
    assert (error.clients_fault, error.died) == (True, False)
    assert str(NotebookError("break_even", None, "did not start", died=True)) == "break_even: did not start"


def test_a_kernel_that_took_too_long_did_not_die():
    assert KernelStoppedError(0, "too long", died=False).died is False
    assert (KernelStoppedError(0, "x").died, KernelStoppedError(0, "x").cell, str(KernelStoppedError(0, "x"))) == (
        True,
        0,
        "x",
    )
