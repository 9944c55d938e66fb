"""What customers do for the firm in public: reviews, references, case studies, referrals. Proof of delight, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion


@dataclass(frozen=True, kw_only=True)
class AdvocacyWords:
    """Channels of touchpoints that are advocacy; a review *meeting* is none."""

    reviews: Sequence[str] = ("review site", "public review")
    references: Sequence[str] = ("reference",)
    case_studies: Sequence[str] = ("case study",)


USUAL = AdvocacyWords()
KINDS = ("referrals", *vars(USUAL))


@dataclass(frozen=True, kw_only=True)
class Advocacy:
    """Today's customers with what each did."""

    # customer_id, segment, nps, referrals, reviews, references, case_studies (counts; missing for all where nothing of
    # the kind is written down for anybody), actions (their sum)
    people: pd.DataFrame
    confidence: float = 0.95
    scale: float = 1.0  # customers for whom each row stands

    @property
    def known(self) -> list[str]:
        """Kinds that are written down."""
        return [kind for kind in KINDS if self.people[kind].notna().any()]

    def advocates(self) -> pd.DataFrame:
        """Those with at least one action, most actions first."""
        chosen = self.people[self.people["actions"] > 0]
        return chosen.sort_values(["actions", "customer_id"], ascending=[False, True]).reset_index(drop=True)

    def rows(self) -> list[dict[str, Any]]:
        """By kind: action, customers who did it, actions, actions per 100 customers; missing where not written down."""
        return [self._row(kind, self.people[kind]) for kind in KINDS]

    def _row(self, kind: str, counts: pd.Series) -> dict[str, Any]:
        known = kind in self.known
        return {
            "action": kind.replace("_", " "),
            "customers": round(self.scale * int((counts > 0).sum())) if known else None,
            "actions": round(self.scale * int(counts.sum())) if known else None,
            "per_100_customers": float(100 * counts.sum() / len(counts)) if known else None,
        }

    def share(self) -> Estimate:
        """Share of today's customers with at least one action that is written down, Wilson."""
        labels: dict[str, Any] = {"per": "customer today", "source": f"{', '.join(self.known)}, as written down"}
        if not self.known:
            return undefined("nobody records advocacy", unit="share", **labels)
        acted = int((self.people["actions"] > 0).sum())
        return proportion(acted, len(self.people), confidence=self.confidence, **labels)

    def written_down(self) -> Check:
        """Whether every kind of advocacy is written down."""
        absent = [kind.replace("_", " ") for kind in KINDS if kind not in self.known]
        how = "Record them as touchpoints whose channel says so (review site, reference, case study)."
        text = f"Nobody records {', '.join(absent)}. {how}" if absent else "Every kind of advocacy is recorded."
        return Check(name="advocacy_is_written_down", passed=not absent, text=text)


def advocacy(engagement: Engagement, *, words: AdvocacyWords = USUAL, confidence: float = 0.95) -> Advocacy:
    """Advocacy actions of today's customers, from referrals and from the channels of touchpoints."""
    profile = engagement.fact("customer_profile")
    if profile is None:
        return Advocacy(people=pd.DataFrame(columns=["customer_id", "segment", "nps", *KINDS, "actions"]))
    people = profile.loc[~profile["left"].astype(bool), ["customer_id", "segment", "nps"]]
    people["referrals"] = profile["referrals_made"]
    touches = engagement.fact("touchpoints")
    for kind, channels in vars(words).items():
        people[kind] = _counted(people["customer_id"], touches, channels)
    people["actions"] = people[list(KINDS)].sum(axis=1, min_count=1)
    return Advocacy(people=people.reset_index(drop=True), confidence=confidence, scale=engagement.scale)


def _counted(customers: pd.Series, touches: pd.DataFrame | None, channels: Sequence[str]) -> pd.Series:
    """Touchpoints of each customer in these channels; missing for all where there is none of anybody."""
    if touches is None:
        return pd.Series(float("nan"), index=customers.index)
    said = touches["channel"].fillna("").str.strip().str.casefold()
    counts = touches[said.isin([c.casefold() for c in channels])]["customer_id"].value_counts()
    return customers.map(counts).fillna(0.0 if len(counts) else float("nan"))
