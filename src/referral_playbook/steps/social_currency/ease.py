"""How easy it is to share: steps, fields and seconds from "I want to" to "sent", and what could go first."""

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, exact, undefined
from referral_playbook.contract.writing.formatting import whole
from referral_playbook.contract.writing.wording import counted
from referral_playbook.facts.engagement import Engagement

SECONDS_PER_FIELD = 5.0
EASY_SECONDS = 60.0
COLUMNS = ["step", "fields", "seconds", "friction", "percent", "note"]


def audit(engagement: Engagement) -> pd.DataFrame:
    """Friction by step: step, fields, seconds, friction (seconds + 5 a field), percent of all friction, note.

    The 5 seconds charged per field are a convention of the playbook: what people have to look up and type puts them off
    more than the time it takes. Empty where nobody walked through the steps.
    """
    table = engagement.fact("friction")
    if table is None or table.empty:
        return pd.DataFrame(columns=COLUMNS)
    table["friction"] = table["seconds"] + SECONDS_PER_FIELD * table["fields"]
    total = table["friction"].sum()
    table["percent"] = (100 * table["friction"] / total).round() if total else 0.0
    table["note"] = np.where(table["fields"] == 1, "asks for something that we know, or can ask later", "")
    table.loc[table["friction"].idxmax(), "note"] = "the hardest step: change this first"
    return table[COLUMNS]


def total(engagement: Engagement, column: str, *, unit: str) -> Estimate:
    """Steps, fields or seconds in all; a single walk through it, so without a range."""
    rows = audit(engagement)
    labels: dict[str, Any] = {"unit": unit, "per": "share", "source": "friction: one walk from 'I want to' to 'sent'"}
    if rows.empty:
        return undefined("nobody walked through the steps: fill in the friction table", **labels)
    value = float(len(rows) if column == "step" else rows[column].sum())
    return exact(value, n=1, **labels)


def ease(engagement: Engagement) -> dict[str, Estimate]:
    """Three estimates per share: steps_to_share, fields_to_share, seconds_to_share."""
    return {
        "steps_to_share": total(engagement, "step", unit="steps"),
        "fields_to_share": total(engagement, "fields", unit="fields"),
        "seconds_to_share": total(engagement, "seconds", unit="seconds"),
    }


def easy(engagement: Engagement, *, seconds: float = EASY_SECONDS) -> Check:
    """Whether sharing takes no longer than the threshold."""
    took = ease(engagement)["seconds_to_share"]
    if took.value is None:
        return Check(
            name="sharing_is_easy", passed=None, text=f"How easy sharing is, is not known, because {took.reason}."
        )
    rows = audit(engagement)
    hardest = rows.loc[rows["friction"].idxmax(), "step"]
    fields, steps = int(rows["fields"].sum()), len(rows)
    walk = f"{counted(fields, 'field')} in {counted(steps, 'step')}"
    text = (
        f"Sharing takes {whole(took.value)} seconds, with {walk}; up to {whole(seconds)} seconds count as easy. "
        f"The hardest step is '{hardest}'."
    )
    return Check(name="sharing_is_easy", passed=bool(took.value <= seconds), text=text)


def channels(engagement: Engagement) -> pd.DataFrame:
    """Where sharing happens: channel, referrals, qualified and converted so far."""
    columns = ["channel", "referrals", "qualified", "converted"]
    rows = engagement.fact("referral_funnel")
    if rows is None:
        return pd.DataFrame(columns=columns)
    rows = rows[rows["referrer_type"].isin(["(none)", "customer"])]
    by = rows.groupby("channel", as_index=False)[["referrals", "qualified", "converted"]].sum()
    return by.sort_values(["referrals", "channel"], ascending=[False, True], ignore_index=True)[columns]
