"""Kernels shared by many runs: one warm process, replaced when it is lost, and none lent after the end."""

from __future__ import annotations

import pytest

from referral_playbook.run.kernels import shared
from referral_playbook.run.kernels.failures import KernelStoppedError
from referral_playbook.run.kernels.pool import OF_MANY
from referral_playbook.run.kernels.shared import SharedKernels


class Warm:
    def __init__(self):
        self.gone = self.closed = False

    def close(self):
        self.closed = True


class Lent:
    def __init__(self, warm):
        self.warm, self.stopped = warm, False

    def stop(self):
        self.stopped = True


@pytest.fixture
def started(monkeypatch):
    """Every warm process that was started."""
    processes = []

    def start(sources, also):
        assert also == OF_MANY, "facts are built for many clients"
        processes.append(Warm())
        return processes[-1]

    monkeypatch.setattr(shared, "warm_parent", start)
    monkeypatch.setattr(shared, "Kernels", Lent)
    return processes


def test_runs_share_one_warm_process_and_their_kernels_end_with_them(started):
    kernels = SharedKernels()
    with kernels.lend(["import numpy"]) as one, kernels.lend(["import numpy"]) as two:
        assert one.warm is two.warm
        assert not one.stopped
    assert one.stopped
    assert two.stopped
    assert len(started) == 1


def test_a_lost_process_is_closed_and_replaced(started):
    kernels = SharedKernels()
    with kernels.lend([]):
        pass
    started[0].gone = True
    with kernels.lend([]) as again:
        assert again.warm is started[1]
    assert started[0].closed


def test_kernels_end_with_a_run_that_fails(started):
    kernels = SharedKernels()
    with pytest.raises(ZeroDivisionError), kernels.lend([]) as lent:
        1 / 0  # noqa: B018
    assert lent.stopped


def test_after_the_end_nothing_is_lent_until_it_is_opened_again(started):
    kernels = SharedKernels()
    with kernels.open(), kernels.lend([]) as lent:
        kernels.stop()
        assert lent.stopped
        assert started[0].closed
        with pytest.raises(KernelStoppedError, match="the runs were stopped"), kernels.lend([]):
            pass
    with kernels.open(), kernels.lend([]) as lent:
        assert lent.warm is started[1]
    assert started[1].closed
