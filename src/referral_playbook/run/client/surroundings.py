"""How a run is set into its surroundings: alone, or as one of many in the same process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from referral_playbook.run.client.changed import Previous
from referral_playbook.run.kernels.pool import Kernels, kernels_for


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What those who run many clients do otherwise; the defaults are for a run alone.

    `kernels` gives the kernels for a run whose notebooks have this source, and takes them back; `width` counts steps at
    a time. `previous` is the run before where it is not in the run folder, and `shown` has ``client_dir`` and
    ``results_dir`` as the executed notebooks name them where these are not the real ones.
    """

    kernels: Callable[[Iterable[str]], AbstractContextManager[Kernels]] = kernels_for
    width: int | None = None
    previous: Previous | None = None
    shown: Mapping[str, Any] | None = None


ALONE = Setting()
