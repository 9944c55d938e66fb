"""The outcome of a challenge to a client's decisions: ``challenge.json`` of a run folder.

The challenge writes this file and the report reads it, so that neither has to import the other. It belongs to the data
that it was made from: a run of other data does not take it over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from referral_playbook.contract.files import write_json
from referral_playbook.contract.names import Step

FILE = "challenge.json"
MARK, FORMAT = "referral_playbook_challenge", 1
JUDGED = (Step.PMF_CHECK, Step.GOAL_SETTING, Step.BREAK_EVEN, Step.ASK_AND_FOLLOW_UP, Step.PROGRAMME_REVIEW)
"""Steps whose verdicts are put to the test."""
DECISION = Step.BREAK_EVEN


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One challenge and the verdict of each judged step under it.

    `asks` is the question that it puts to the decision, and `when` the same as a clause that completes "the verdict
    changes when ...". `verdicts` is empty where the challenge does not apply to this client or could not be judged;
    `why_not` says why. `reason` is that of the decision's verdict.
    """

    name: str
    asks: str
    when: str = ""
    verdicts: Mapping[str, str]
    reason: str = ""
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """The verdicts on a client's data as they are, and under every challenge.

    `inputs` has the SHA-256 of each file of the client; `base` is the trial of the data as they are.
    """

    client: str
    as_of: str
    inputs: Mapping[str, str]
    base: Trial
    trials: tuple[Trial, ...]

    @property
    def applied(self) -> tuple[Trial, ...]:
        """Trials that could be judged."""
        return tuple(t for t in self.trials if not t.why_not)

    def survived(self, step: str) -> tuple[Trial, ...]:
        """Trials in which the step's verdict stays the same."""
        return tuple(t for t in self.applied if t.verdicts.get(step) == self.base.verdicts.get(step))

    def changed(self, step: str) -> tuple[Trial, ...]:
        """Trials in which the step's verdict differs."""
        return tuple(t for t in self.applied if t.verdicts.get(step) != self.base.verdicts.get(step))

    def to_dict(self) -> dict[str, Any]:
        return {MARK: FORMAT, **asdict(self)}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Challenge:
        if fields.get(MARK) != FORMAT:
            raise ValueError(f"format {fields.get(MARK)}")
        return cls(
            client=fields["client"],
            as_of=fields["as_of"],
            inputs=fields["inputs"],
            base=Trial(**fields["base"]),
            trials=tuple(Trial(**row) for row in fields["trials"]),
        )


def read_challenge(run_folder: Path) -> Challenge | None:
    """The challenge of a run folder; None where there was none.

    A file that is not one of ours, or was changed by hand, raises ValueError.
    """
    path = run_folder / FILE
    if not path.is_file():
        return None
    try:
        return Challenge.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} is not a challenge of this playbook ({error}). Remove it, and run playbook challenge again."
        ) from None


def write_challenge(challenge: Challenge, run_folder: Path) -> Path:
    """Write ``challenge.json`` whole; the same challenge gives the same bytes."""
    return write_json(run_folder / FILE, challenge.to_dict())
