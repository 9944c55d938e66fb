"""What customers write, by theme: how many, how many of them unhappy, and the margin that these bring a year.

Themes are declared words, not a model: a reader can check each, and change it. A comment may belong to several.
"""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.value.customer_money import margin_of
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion

THEMES = (
    "price: price, expensive, cost, cheaper, invoice",
    "speed: slow, lag, loading, crash, mobile",
    "support: support, answer, help, reply, called, team",
    "getting started: set-up, setup, onboarding, training, install",
    "reports: report, dashboard, export",
    "product: feature, inbox, app, missing",
    "time saved: saves, saved, hours every, faster",
)
OTHER = "(no theme)"
UNHAPPY_TO = {"nps": 6, "csat": 3}
"""Highest score that is unhappy; for ces the scale runs the other way, from 5."""
UNHAPPY_CES_FROM = 5
UNHAPPY_WORDS = ("not disappointed", "no longer use")


def parsed(themes: Sequence[str]) -> dict[str, list[str]]:
    """Themes from text: ``name: word, word``; a word also stands for its longer forms (answer, answers).

    A theme without a name or without words, or one that is named twice, raises a ValueError.

    Examples
    --------
    >>> parsed(["price: price, expensive"])
    {'price': ['price', 'expensive']}
    """
    themes_: dict[str, list[str]] = {}
    for theme in themes:
        name, _, rest = theme.partition(":")
        keywords = [w.strip().casefold() for w in rest.split(",") if w.strip()]
        if not name.strip() or not keywords or name.strip() in themes_:
            raise ValueError(f"theme {theme!r}: write it once, as 'name: word, word'")
        themes_[name.strip()] = keywords
    return themes_


def comments(engagement: Engagement, *, themes: Sequence[str] = THEMES) -> pd.DataFrame:
    """Every comment with its themes: respondent_id, question, comment, unhappy (bool), themes (list of str)."""
    facts = engagement.fact("survey_comments")
    columns = ["respondent_id", "question", "comment", "unhappy", "themes"]
    if facts is None or facts.empty:
        return pd.DataFrame(columns=columns)
    patterns = {
        name: re.compile(r"\b(?:" + "|".join(map(re.escape, keywords)) + ")")
        for name, keywords in parsed(themes).items()
    }
    said = facts["comment"].str.casefold()
    belongs = [[name for name, p in patterns.items() if p.search(text)] or [OTHER] for text in said]
    return facts.assign(unhappy=_unhappy(facts), themes=belongs)[columns]


def _unhappy(facts: pd.DataFrame) -> pd.Series:
    limit = facts["question"].map(UNHAPPY_TO)
    hard = (facts["question"] == "ces") & (facts["score"] >= UNHAPPY_CES_FROM)
    return (facts["score"] <= limit) | hard | facts["answer"].str.casefold().isin(UNHAPPY_WORDS)


def triage(
    engagement: Engagement,
    people: pd.DataFrame,
    *,
    themes: Sequence[str] = THEMES,
    margin_share: Estimate,
    confidence: float = 0.95,
) -> list[dict[str, Any]]:
    """Themes as rows: theme, comments, customers, unhappy_share, unhappy_today, value_at_risk; most at risk first.

    Value at risk is the margin a year of today's customers who wrote of the theme when unhappy; a customer counts once
    in a theme, and in each of several.
    """
    said = comments(engagement, themes=themes)
    if said.empty:
        return []
    each = said.explode("themes")
    rows = [
        _row(str(theme), g, people, margin_share, engagement.currency, confidence)
        for theme, g in each.groupby("themes", sort=True)
    ]
    rows = [_of_everyone(row, engagement.scale) for row in rows] if engagement.scale > 1 else rows
    return sorted(rows, key=lambda row: (-(row["value_at_risk"].value or 0.0), -row["comments"], row["theme"]))


def _of_everyone(row: dict[str, Any], scale: float) -> dict[str, Any]:
    """A row of the panel for all customers: counts and value times the customers that each row stands for."""
    counts = {name: round(scale * row[name]) for name in ("comments", "customers", "unhappy_today")}
    risk = row["value_at_risk"]
    ends = {name: scale * x for name in ("value", "low", "high") if (x := getattr(risk, name)) is not None}
    return {**row, **counts, "value_at_risk": risk.as_(**ends) if risk.defined else risk}


def _row(
    theme: str, g: pd.DataFrame, people: pd.DataFrame, margin_share: Estimate, currency: str, confidence: float
) -> dict[str, Any]:
    unhappy = people[people["customer_id"].isin(g.loc[g["unhappy"], "respondent_id"])]
    share = proportion(
        int(g["unhappy"].sum()), len(g), per="comment", source="surveys: comment, and its score", confidence=confidence
    )
    risk = margin_of(unhappy, margin_share=margin_share, currency=currency, per="year of those unhappy")
    return {
        "theme": theme,
        "comments": len(g),
        "customers": g["respondent_id"].nunique(),
        "unhappy_share": share,
        "unhappy_today": len(unhappy),
        "value_at_risk": risk,
    }


def themes_found(rows: Sequence[dict[str, Any]], total: int) -> Check:
    """Whether the declared words catch most comments."""
    if not total:
        return Check(name="themes_catch_most", passed=None, text="There are no survey comments.")
    missed = next((row["comments"] for row in rows if row["theme"] == OTHER), 0)
    text = f"{number(missed)} of {number(total)} comments fit no theme. Read those, and add their words to a theme."
    return Check(name="themes_catch_most", passed=missed <= 0.2 * total, text=text)
