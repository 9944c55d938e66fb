"""The organic baseline: the share of customers who came by referral before any programme."""

from typing import Any

import pandas as pd

from referral_playbook.contract.doubtful_words import FEW, NOBODY, doubtful, why_withheld
from referral_playbook.contract.evidence import Basis, Check, Estimate, undefined
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.sources.referral_clusters import clusters_of
from referral_playbook.domain.sources.source_words import REFERRAL, maps_referral
from referral_playbook.domain.value.payers import payers
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.referrals.clusters import clustered_proportion

MOST_WORDS = 5
"""Unmapped words that are named; the rest are only counted."""


def organic_referrals(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Share of customers with a known source who came by referral; customers of unknown source are left out.

    Friends come in clusters, from the few who refer most, so the range counts clusters and not single customers. Where
    only referrals are recorded and nothing else, the share of all customers is a floor and not measured; where no word
    of the client's stands for a referral, there is no share at all.
    """
    profile = engagement.fact("customer_profile")
    labels: dict[str, Any] = {"per": "customer of known source", "source": "customers: source, referred_by"}
    if profile is None:
        return undefined("there is no customers table, so no sources are known", unit="share", **labels)
    profile = payers(engagement).of(profile)
    known = profile["referred"].notna()
    came = profile["referred"].astype("boolean").fillna(False).astype(bool)
    if not known.any():
        return undefined("nobody wrote down how any customer came", unit="share", n=len(profile), **labels)
    if not came.any() and not maps_referral(engagement):
        return undefined(_no_word(profile.loc[known, "source"]), unit="share", n=int(known.sum()), **labels)
    if unclear := _unclear(profile[known]):
        return undefined(unclear, unit="share", n=int(known.sum()), **labels)
    cluster = clusters_of(profile["customer_id"], engagement.fact("referral_edges")).to_numpy()
    if came.any() and came[known].all() and not known.all():
        return _floor(came, cluster, confidence)
    referred = came[known].groupby(cluster[known.to_numpy()]).agg(["sum", "count"])
    return clustered_proportion(referred["sum"], referred["count"], confidence=confidence, **labels)


def _unclear(known: pd.DataFrame) -> str:
    """Why the sources of these customers cannot be counted; empty where they can."""
    others = known[~known["referred"].astype(bool)]
    if words := doubtful(others["source"].value_counts().to_dict(), known=len(known)):
        return why_withheld(words, "customers")
    advocates = known["referred_by"].fillna("") if "referred_by" in known else pd.Series(dtype=object)
    named = advocates[~advocates.isin(["", *known["customer_id"]])].value_counts()
    nobody = {who: int(n) for who, n in named.items() if who.casefold() in NOBODY or n > REPEATED * len(known)}
    if sum(nobody.values()) <= FEW * len(known):
        return ""
    word = max(nobody, key=lambda who: nobody[who])
    return (
        f"{number(nobody[word])} customers were referred by '{word}', who is no customer. If it means nobody, say so "
        f'in client.toml: [tables.customers.values] referred_by = {{ "" = ["{word}"] }}'
    )


REPEATED = 0.2
"""Share of customers from which one advocate who is no customer may be a word for nobody."""


def _floor(came: pd.Series, cluster: Any, confidence: float) -> Estimate:
    """At least the recorded referrals, of all customers; at most everybody."""
    referred = came.groupby(cluster).agg(["sum", "count"])
    others = int((~came).sum())
    source = (
        f"customers: a floor, because only referrals are recorded; how the other {number(others)} "
        "customers came is unknown "
        "and may have been by referral too"
    )
    share = clustered_proportion(
        referred["sum"], referred["count"], confidence=confidence, per="customer", source=source, basis=Basis.ASSUMED
    )
    return share.as_(high=1.0)


def _no_word(sources: pd.Series) -> str:
    counts = sources.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    named = ", ".join(f"{word} ({number(n)})" for word, n in counts.head(MOST_WORDS).items())
    rest = f" and {counts.size - MOST_WORDS} more" if counts.size > MOST_WORDS else ""
    return (
        f"no customer's source is called '{REFERRAL}' and no word is mapped to it; the words are {named}{rest}. "
        f"If one of them means a referral, map it in client.toml"
    )


def sources_known(engagement: Engagement) -> Check:
    """Whether most customers have a known source."""
    facts, name = engagement.fact("acquisition"), "sources_known"
    if facts is None:
        return Check(name=name, passed=None, text="There is no customers table.")
    total, unknown = int(facts["customers"].sum()), int(facts.loc[facts["referred"].isna(), "customers"].sum())
    text = f"{number(unknown)} of {number(total)} customers have no known source."
    if unknown:
        text += " They are left out of the organic baseline."
    return Check(name=name, passed=unknown <= 0.2 * total, text=text)
