"""The audit of sources: what each brought and may bring, the few that bring most, and how much is not known."""

import math
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.doubtful_words import doubtful, why_withheld
from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.contract.writing.dates import month
from referral_playbook.contract.writing.formatting import interval, money, number
from referral_playbook.contract.writing.formatting import share as share_text
from referral_playbook.domain.sources.source_words import REFERRING, UNKNOWN, UNKNOWN_WORDS, UNSORTED, listed_words
from referral_playbook.domain.sources.sources import Sources, ripe_months
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion, z_value
from referral_playbook.methods.referrals.counts import top_share
from referral_playbook.methods.uncertainty.predictions import predict_counts
from referral_playbook.methods.uncertainty.propagation import propagate

CONTRACT = ("source", "leads", "won", "conversion", "low", "high", "value", "share_of_won")
MOST = 0.80
BAND = 0.80


def audit(found: Sources, *, confidence: float = 0.95) -> pd.DataFrame:
    """What each source brought: source, group, leads, won, conversion (Estimate, Wilson), value, share_of_won.

    The one that won the most value comes first, the unknown last: 'unknown' and '(empty)' are rows of their own.
    """
    columns = ["source", "group", "leads", "won", "conversion", "value", "share_of_won"]
    rows = found.rows.groupby("source", as_index=False)[["leads", "won", "value"]].sum(min_count=1)
    if rows.empty:
        return pd.DataFrame(columns=columns)
    rows["group"] = rows["source"].map(found.group)
    total = rows["won"].sum()
    rows["share_of_won"] = rows["won"] / total if total else np.nan
    rows["conversion"] = [_conversion(found, k, n, confidence) for k, n in zip(rows["won"], rows["leads"], strict=True)]
    rows["last"] = rows["group"] == UNKNOWN
    order = ["last", "value", "won", "source"]
    return rows.sort_values(order, ascending=[True, False, False, True], ignore_index=True)[columns]


def _conversion(found: Sources, won: float, leads: float, confidence: float) -> Estimate:
    labels: dict[str, Any] = {"per": found.per, "source": found.words}
    if not found.counts_losses or math.isnan(leads):
        return undefined("only those who were won are in the table", unit="share", **labels)
    return proportion(int(won), int(leads), confidence=confidence, **labels)


def contract_rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The audit as ``tables.sources``: plain numbers, the conversion's limits in low and high."""
    return [
        {
            **{c: r[c] for c in CONTRACT if c in r},
            "conversion": r["conversion"].value,
            "low": r["conversion"].low,
            "high": r["conversion"].high,
        }
        for r in rows.to_dict("records")
    ]


def unknown_share(found: Sources, *, confidence: float = 0.95) -> Estimate:
    """Share of enquiries whose source is 'unknown' or empty, Wilson; of customers where no lead is kept."""
    labels: dict[str, Any] = {"per": found.per, "source": f"{found.words}: unknown and (empty)"}
    if not found.table:
        return undefined("no table has a source", unit="share", **labels)
    counted = found.rows.groupby("source")["leads" if found.counts_losses else "won"].sum()
    lost = int(counted[[found.group[str(s)] == UNKNOWN for s in counted.index]].sum())
    if nobody_knows := doubtful(found.unsorted, known=int(counted.sum()), unknown_only=True):
        return undefined(why_withheld(nobody_knows, found.table), unit="share", n=int(counted.sum()), **labels)
    return proportion(lost, int(counted.sum()), confidence=confidence, **labels)


def describe_unknown(found: Sources, share: Estimate) -> str:
    """How the unknown part into what is written as unknown and what was left empty, in words."""
    if not share.defined:
        return f"We do not know how large the unknown share is: {share.reason}."
    counted = found.rows.groupby("source")["leads" if found.counts_losses else "won"].sum()
    empty = int(counted.get("(empty)", 0))
    written = round(share.point * share.n) - empty  # type: ignore[operator]
    are, were = ("is" if written == 1 else "are"), ("was" if empty == 1 else "were")
    return (
        f"{number(written)} {are} written down as unknown and {number(empty)} {were} left empty, of {number(share.n)}."
    )


def by_group(rows: pd.DataFrame) -> pd.DataFrame:
    """The audit by group: group, leads, won, value, share_of_leads, share_of_won, share_of_value."""
    sums = rows.groupby("group", as_index=False)[["leads", "won", "value"]].sum(min_count=1)
    for column in ("leads", "won", "value"):
        total = sums[column].sum()
        # A share of a total that has negative parts would say nothing.
        countable = total > 0 and not (sums[column] < 0).any()
        sums[f"share_of_{column}"] = sums[column] / total if countable else np.nan
    return sums.sort_values(["won", "group"], ascending=[False, True], ignore_index=True)


def referral_share(rows: pd.DataFrame, found: Sources) -> Estimate:
    """Share of what was won that came by referral, bounded by none and by all of the unknown having come that way.

    The value is the share among those of known source. The bounds hold whatever the unknown were; they are not a
    confidence interval. Words that nobody has assigned to a group count as no referral in the value, which is then
    assumed, and as referrals in the upper bound.

    Returns
    -------
    Estimate
        Undefined where nothing of known source was won, and where referrals are the only source that is written down:
        all of the known came by referral then, which says nothing about the rest.
    """
    labels: dict[str, Any] = {"unit": "share", "per": f"{found.per}, won" if found.counts_losses else found.per}
    labels["source"] = f"{found.words}; low: none of unknown source came by referral, high: all of them did"
    won = {group: int(n) for group, n in rows.groupby("group")["won"].sum().items()} if len(rows) else {}
    total, lost, unsorted = sum(won.values()), won.get(UNKNOWN, 0), won.get(UNSORTED, 0)
    referred = sum(won.get(group, 0) for group in REFERRING)
    if found.table == "referrals":
        return undefined("only referrals are recorded, so their share of all business is not known", n=total, **labels)
    if total == lost:
        return undefined("nothing was won from a known source", n=total, **labels)
    if lost and referred == total - lost:
        reason = f"only referrals have a source: at least {share_text(referred / total)}, and the rest is not known"
        return undefined(reason, n=total, **labels)
    low, high = referred / total, (referred + lost + unsorted) / total
    basis = Basis.ASSUMED if unsorted else Basis.MEASURED
    if unsorted:
        labels["source"] += f"; {number(unsorted)} won under words that no group is assigned to count as no referral"
    return Estimate(
        value=referred / (total - lost), low=low, high=high, confidence=None, n=total, basis=basis, **labels
    )


def describe_unsorted(found: Sources) -> str:
    """Name the words for a source that no group is assigned to, with their counts, and what to do about them."""
    if not found.unsorted:
        return "Every word for a source is assigned to a group."
    words = listed_words(found.unsorted)
    return (
        f"No group is assigned to these words for a source: {words}. They count as no referral until you say "
        "in client.toml what they mean."
    )


def describe_negative_deals(found: Sources, currency: str) -> str:
    """Say how many won deals have a negative value and what they add up to; empty where there are none."""
    negative = found.deals[found.deals["value"] < 0]
    if negative.empty:
        return ""
    total = money(float((negative["value"] * negative["deals"]).sum()), currency)
    return (
        f"{number(int(negative['deals'].sum()))} won deals have a negative value, {total} in all: "
        "credit notes or refunds, "
        "which belong with the deal they correct. Shares of value leave them out."
    )


def weight(rows: pd.DataFrame) -> str:
    """What the Pareto is made of: value where it is known, else what was won."""
    return "value" if rows["value"].fillna(0).sum() > 0 else "won"


def pareto(rows: pd.DataFrame) -> pd.DataFrame:
    """Known sources, the largest first: source, value or won, share, running, among_the_few (together 80%)."""
    column = weight(rows)
    amounts = rows.assign(**{column: rows[column].fillna(0).clip(lower=0)})[rows["group"] != UNKNOWN]
    amounts = amounts.sort_values([column, "source"], ascending=[False, True], ignore_index=True)[["source", column]]
    total = amounts[column].sum()
    amounts["share"] = amounts[column] / total if total else 0.0
    amounts["running"] = amounts["share"].cumsum()
    before = amounts["running"] - amounts["share"]
    amounts["among_the_few"] = ((before < MOST - 1e-12) & (amounts[column] > 0)).astype(bool)
    return amounts


def describe_pareto(rows: pd.DataFrame) -> str:
    """The few sources that bring most, in words; a fifth would be the rule of thumb."""
    ranked = pareto(rows)
    few = ranked[ranked["among_the_few"]]
    if few.empty:
        return "No known source has brought anything yet."
    of = "value won" if weight(rows) == "value" else "what was won"
    if len(ranked) == 1:
        return f"The only known source is {few['source'].iloc[0]}."
    if len(few) == len(ranked):
        all_ = "both" if len(ranked) == 2 else f"all {len(ranked)}"
        return f"No few sources stand out: it takes {all_} to make most of {of}."
    verb = "makes" if len(few) == 1 else "make"
    part, makes = share_text(len(few) / len(ranked)), share_text(few["running"].iloc[-1])
    sentence = f"{len(few)} of {len(ranked)} known sources ({part}) {verb} {makes} of {of}"
    return f"{sentence}: {', '.join(few['source'])}."


def introducers(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Share of referrals that the top fifth of those who refer make, bootstrap over them."""
    labels: dict[str, Any] = {
        "unit": "share",
        "per": "referral",
        "source": "referrals: the most active fifth of referrers",
    }
    facts = engagement.fact("referrals")
    if facts is None:
        return undefined("no referrals table, so who refers is not known", **labels)
    named = facts["referrer_id"].fillna("").str.strip()
    named = named[~named.str.lower().isin(["", *UNKNOWN_WORDS])]  # an unknown referrer is nobody, not one busy advocate
    return top_share(named.value_counts().to_numpy(), top=0.20, confidence=confidence, **labels)


def describe_introducer(share: Estimate) -> str:
    """How few people make most of the referrals, in words."""
    if not share.defined:
        return f"We do not know how few people make most referrals: {share.reason}."
    return f"The most active fifth of the {number(share.n)} who refer make {interval(share)} of the referrals."


def projection(
    engagement: Engagement, found: Sources, *, window: int = 12, months_to_win: int = 3, band: float = BAND
) -> pd.DataFrame:
    """What each source may bring in the next 12 months if it goes on as it did in the last `window` whole months.

    The youngest `months_to_win` are left out: their enquiries have not had the time to be won.

    Returns
    -------
    DataFrame
        source, group, months_seen, won_in_them, won_next_12_months (Estimate, a `band` of outcomes),
        value_next_12_months (Estimate).
    """
    months = ripe_months(engagement, found, window=window, months_to_win=months_to_win)
    columns = ["source", "group", "months_seen", "won_in_them", "won_next_12_months", "value_next_12_months"]
    rows = [_ahead(engagement, found, str(source), months, band) for source in found.group]
    rows.sort(key=lambda r: (r["group"] == UNKNOWN, -r["won_in_them"], r["source"]))
    return pd.DataFrame(rows, columns=columns)


def _ahead(engagement: Engagement, found: Sources, source: str, months: list[str], band: float) -> dict[str, Any]:
    rows = found.rows[found.rows["source"] == source]
    counts = rows.groupby("month")["won"].sum().reindex(months, fill_value=0).to_numpy(int)
    span = f"{month(months[0])} to {month(months[-1])}" if months else "no whole month"
    words = f"{found.words}, {span}; {share_text(band)} of outcomes"
    won = predict_counts(counts, periods=12, confidence=band, unit="won", per="12 months", source=words)
    return {
        "source": source,
        "group": found.group[source],
        "months_seen": len(months),
        "won_in_them": int(counts.sum()),
        "won_next_12_months": won,
        "value_next_12_months": _worth(engagement, found, source, won, band),
    }


def _worth(engagement: Engagement, found: Sources, source: str, won: Estimate, band: float) -> Estimate:
    mean = mean_of_next(found, source, won, band=band, unit=engagement.currency)
    labels: dict[str, Any] = {"unit": engagement.currency, "per": "12 months", "source": "won x mean value of a deal"}
    total = propagate(lambda n, v: n * v, n=won, v=mean, **labels)
    if not total.defined:
        return total
    # Square-and-add steps below what both at their lowest would bring; a sum of deals does not.
    return total.as_(low=max(total.lower, won.lower * mean.lower))


def mean_of_next(found: Sources, source: str, won: Estimate, *, band: float, unit: str) -> Estimate:
    """Mean value of the next deals of a source: ``mean exp(+- z cv sqrt(1/k + 1/N))``, k seen and N to come.

    Two things are in it: the mean of the past is not exact, and a few deals to come differ from any mean.
    """
    deals = found.deals[(found.deals["source"] == source) & found.deals["value"].notna()]
    k = int(deals["deals"].sum())
    labels: dict[str, Any] = {"unit": unit, "per": "won deal", "source": "value of won deals"}
    if k < 2 or not won.value:
        few = f"won deals with a value: {k}; that is too few for a range"
        return undefined(won.reason or (few if k < 2 else "nothing is expected to be won"), n=k, **labels)
    values = np.repeat(deals["value"].to_numpy(float), deals["deals"].to_numpy(int))
    mean = float(values.mean())
    if mean <= 0:
        return undefined("the deals have no value on average", n=k, **labels)
    factor = math.exp(z_value(band) * values.std(ddof=1) / mean * math.sqrt(1 / k + 1 / max(won.value, 1.0)))
    low, high = mean / factor, mean * factor
    return Estimate(value=mean, low=low, high=high, confidence=band, n=k, basis=Basis.MEASURED, **labels)
