"""Whether somebody is looking: a kernel, unless the runner says that it is headless."""

from __future__ import annotations

from referral_playbook.show.live import HEADLESS, live


def test_the_runner_can_say_that_nobody_looks(monkeypatch):
    class Shell:
        kernel = object()

    import IPython

    monkeypatch.setattr(IPython, "get_ipython", lambda: Shell())
    monkeypatch.delenv(HEADLESS, raising=False)
    assert live()
    monkeypatch.setenv(HEADLESS, "1")
    assert not live()
