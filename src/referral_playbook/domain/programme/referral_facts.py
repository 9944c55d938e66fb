"""Facts on referrals for other rows than the client's own: valid ones only, or those of a what-if.

Of a client with very many customers the rows are a panel, and the counts are of everyone. Then each count of everyone
changes by the same ratio as the count of the panel's rows, month by month.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from referral_playbook.facts.engagement import Engagement

FUNNEL = ("referrer_type", "channel", "month", "arm")
STAGES = ("referrals", "invited", "qualified", "converted", "converted_unqualified")
EVENTS = ("invited_on", "referred_on", "qualified_on", "converted_on", "rewarded_on")
GROUPINGS = ("segment", "region")


def referral_facts(engagement: Engagement, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The facts `referrals`, `referral_funnel`, `referral_months` and `referral_groups` of these referrals."""
    own = engagement.fact("referrals")
    assert own is not None  # rows of a client without referrals come from nowhere
    profile = engagement.fact("customer_profile")

    def groups(made: pd.DataFrame) -> pd.DataFrame:
        return by_group(made, profile)

    tables: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], Sequence[str]]] = {
        "referral_funnel": (funnel, FUNNEL),
        "referral_months": (by_month, ("month",)),
        "referral_groups": (groups, ("by", "group", "month")),
    }
    facts = {"referrals": rows}
    for name, (count, keys) in tables.items():
        everyone, counts = engagement.fact(name), count(rows)
        if everyone is not None:
            panel = engagement.scale > 1
            facts[name] = _raised(counts, count(own), everyone, list(keys)) if panel else counts
    return facts


def _raised(new: pd.DataFrame, own: pd.DataFrame, everyone: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Counts of everyone, changed as the panel's counts change from `own` to `new`; by month where months are few."""
    counted = [c for c in everyone.columns if c not in keys]
    before, after = (t.groupby("month")[counted].sum() for t in (own, new))
    change = (after.reindex(before.index, fill_value=0) / before.where(before > 0)).fillna(1.0)
    ratios = change.reindex(everyone["month"]).fillna(1.0).to_numpy(float)
    amounts = everyone[counted].astype(float) * ratios
    whole = [c for c in counted if c != "reward"]
    amounts[whole] = amounts[whole].round().astype("int64")
    return everyone[keys].join(amounts)


def months_of(days: pd.Series) -> pd.Series:
    """``YYYY-MM`` of days, null for none. As `strftime` says it, but each month is written once.

    Examples
    --------
    >>> months_of(pd.to_datetime(pd.Series(["2026-01-31", None, "2026-01-02"]))).tolist()
    ['2026-01', nan, '2026-01']
    """
    codes, months = pd.factorize(days.to_numpy().astype("datetime64[M]"))
    return pd.Series(np.datetime_as_string(months), dtype="str").reindex(codes).set_axis(days.index)


def funnel(rows: pd.DataFrame) -> pd.DataFrame:
    """`referral_funnel` of these rows."""
    words = rows[["referrer_type", "channel", "arm"]].replace("", None).fillna("(none)")
    each = words.assign(
        month=months_of(rows["referred_on"]),
        referrals=1,
        reward=rows["reward"],
        invited=rows["invited_on"].notna(),
        qualified=rows["qualified_on"].notna(),
        converted=rows["converted_on"].notna(),
        converted_unqualified=rows["converted_on"].notna() & rows["qualified_on"].isna(),
    )
    groups = each.groupby(list(FUNNEL), as_index=False)
    # Where no reward was noted the sum is not known; it is not 0.
    return groups[list(STAGES)].sum().assign(reward=groups["reward"].sum(min_count=1)["reward"])


def by_month(rows: pd.DataFrame) -> pd.DataFrame:
    """`referral_months` of these rows."""
    counts = {day: months_of(rows[day].dropna()).value_counts() for day in EVENTS}
    table = pd.DataFrame(counts).fillna(0).astype("int64").sort_index()
    return table.rename_axis("month").reset_index()


def by_group(rows: pd.DataFrame, profile: pd.DataFrame | None) -> pd.DataFrame:
    """`referral_groups` of these rows."""
    if profile is None:
        return pd.DataFrame(columns=["by", "group", "month", "referrals"])
    parts, month = [], months_of(rows["referred_on"])
    for by in ("all", *GROUPINGS):
        of = pd.Series("all", index=profile.index) if by == "all" else profile[by].replace("", None).fillna("(none)")
        group = rows["referrer_id"].map(dict(zip(profile["customer_id"], of, strict=True)))
        made = pd.DataFrame({"by": by, "group": group, "month": month})
        parts.append(made[group.notna()])
    return (
        pd.concat(parts).groupby(["by", "group", "month"], as_index=False).size().rename(columns={"size": "referrals"})
    )
