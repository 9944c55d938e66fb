"""Step 03: is sharing easy, and does it do the advocate credit?

`ease` walks through the steps, `share_funnel` counts who gets how far, `word_of_mouth` says what K is and where it
ends, `who_advocates` whom to recruit, `reciprocity` who was asked for more than was given, `make_or_buy` what software
saves.
"""

from __future__ import annotations

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.domain import funnel
from referral_playbook.domain.baseline import baseline
from referral_playbook.domain.progress import WHY_NOT_K
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.social_currency.advocates import groups, made, recruits, top_decile_share
from referral_playbook.steps.social_currency.ease import EASY_SECONDS, audit, channels, ease, easy
from referral_playbook.steps.social_currency.make_or_buy import MakeOrBuy
from referral_playbook.steps.social_currency.make_or_buy import make_or_buy as _make_or_buy
from referral_playbook.steps.social_currency.reciprocity import asked_more_than_given, in_balance, ledger, ways
from referral_playbook.steps.social_currency.sharing import Funnel, share_funnel
from referral_playbook.steps.social_currency.word_of_mouth import SEEDS, WordOfMouth, cycle_days, so_far, word_of_mouth

__all__ = [
    "asked_more_than_given", "audit", "channels", "conclude", "cycle_days", "ease", "easy", "groups", "k_goal_words",
    "ledger", "made", "make_or_buy", "naive_k", "recruits", "sensitivity", "share_funnel", "top_decile_share", "ways",
    "word_of_mouth",
]  # fmt: skip
STEP = "social_currency"
LEAST_SHARING = 0.05


def make_or_buy(engagement: Engagement, **stated: float | None) -> MakeOrBuy:
    """Software against hours, at today's referrals a month; options as `steps.make_or_buy.make_or_buy` takes them."""
    return _make_or_buy(engagement, referrals=baseline(engagement), **stated)  # type: ignore[arg-type]


def naive_k(engagement: Engagement, found: Funnel) -> str:
    """K as it is often told: two rates with different denominators multiplied; shown in order to be broken."""
    each, won = found.rates.get("invites"), funnel.conversion_rate(engagement)
    if each is None or not each.defined or not won.defined:
        return "none, for nobody counts what a sharing customer sends."
    return (
        f"a customer who shares sends {each.value:.2f} invites, and {won.value:.0%} become customers: "
        f"K is {each.value * won.value:.2f}."  # type: ignore[operator]
    )


def k_goal_words(k: Estimate, goal: float | None) -> str:
    """A goal on K is refused, with the reason."""
    known = (
        ""
        if k.value is None
        else f" K is {k.value:.3f} today ({k.low:.3f} to {k.high:.3f}), and that is a reading, not a lever."
    )
    if goal is None:
        return f"No goal is set on K, and none would be accepted: {WHY_NOT_K}.{known}"
    return f"The goal K = {goal:g} is refused: {WHY_NOT_K}.{known}"


def end_words(found: WordOfMouth, *, seeds: int = SEEDS) -> str:
    """Where K ends, in words."""
    end, band = found.end(seeds), found.outcomes(seeds)
    if end.value is None:
        return f"Where it ends cannot be told: {end.reason}."
    return (
        f"{seeds:,} customers end at {end.value:,.0f} with everyone they bring. By chance alone it will be "
        f"{band.low:,.0f} to {band.high:,.0f} in four cases out of five. Not thousands: K is below 1, so it stops."
    )


def sensitivity(
    found: WordOfMouth, *, times: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0), seeds: int = SEEDS
) -> list[dict[str, object]]:
    """Where it ends if customers sent more invites: rows invites (times today's), k, customers (of so many seeds)."""
    rows = []
    for factor in times:
        limits = {end: getattr(found.invites, end) for end in ("value", "low", "high")}
        more = (
            found.invites
            if found.invites.value is None
            else found.invites.as_(**{k: v * factor for k, v in limits.items()})
        )
        moved = WordOfMouth(invites=more, conversion=found.conversion, dispersion=found.dispersion)
        rows.append({"invites": f"{factor:g} times", "k": moved.k, "customers": moved.end(seeds)})
    return rows


def verdict(is_easy: Check, shown: Funnel, found: WordOfMouth, *, least: float = LEAST_SHARING) -> Verdict:
    """Go when sharing is easy and enough of all customers share; stop when too few of those who know of it do.

    Both sides are the careful one: not all who know of it are on file, so the share of those who do is an upper bound.
    """
    sharing, of_all = shown.rates.get("sharing"), shown.sharing_of_all
    if is_easy.passed is None and not found.k.defined:
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason="Neither how easy sharing is nor who shares is known.")
    said = f"{is_easy.text[0].upper()}{is_easy.text[1:]}."
    if sharing is None or of_all is None or not sharing.defined:
        return Verdict(status=Status.TEST_SMALL, reason=f"{said} Who shares is not known: count it in a small test.")
    told = (
        f"{of_all.value:.0%} of all customers and {sharing.value:.0%} per {sharing.per} share; the mark is {least:.0%}."
    )
    if sharing.high < least:  # type: ignore[operator]
        return Verdict(
            status=Status.STOP, reason=f"{told} Those who know of it do not share: ask them why before building more."
        )
    good = is_easy.passed is True and of_all.low >= least  # type: ignore[operator]
    status = Status.GO if good else Status.TEST_SMALL
    return Verdict(status=status, reason=f"{said} {told}").capped(sharing, found.conversion)


def conclude(
    engagement: Engagement,
    *,
    shown: Funnel,
    found: WordOfMouth,
    choice: MakeOrBuy,
    easy_seconds: float = EASY_SECONDS,
    least_sharing: float = LEAST_SHARING,
    k_goal: float | None = None,
    confidence: float = 0.95,
) -> StepResult:
    """Everything step 03 hands over.

    Parameters
    ----------
    shown, found, choice : Funnel, WordOfMouth, MakeOrBuy
        From `share_funnel`, `word_of_mouth`, `make_or_buy`.
    easy_seconds : float
        Seconds that a share may take at most.
    least_sharing : float
        Share of those who know of it who should share.
    k_goal : float or None
        A goal that somebody wants on K; refused.
    """
    is_easy = easy(engagement, seconds=easy_seconds)
    status = verdict(is_easy, shown, found, least=least_sharing)
    tables = {
        "friction": audit(engagement), "funnel": shown.rows(), "channels": channels(engagement),
        "advocates": groups(engagement, confidence=confidence), "recruits": recruits(engagement),
        "reciprocity": ways(engagement), "do_not_ask": _owed(engagement), "where_it_ends": sensitivity(found),
    }  # fmt: skip
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=status,
        headline=_headline(shown, found),
        estimates=_estimates(engagement, shown, found, choice, confidence),
        checks=(is_easy, _refused(found, k_goal), so_far(engagement), in_balance(engagement), _bought(choice)),
        actions=_actions(status, is_easy, shown, engagement),
        tables=tables,
    )


def _estimates(
    engagement: Engagement, shown: Funnel, found: WordOfMouth, choice: MakeOrBuy, confidence: float
) -> dict[str, Estimate]:
    sharing = {"sharing_share": shown.rates["sharing"]} if "sharing" in shown.rates else {}
    return {
        "invites_per_customer": found.invites,
        "conversion_per_invite": found.conversion,
        "k_factor": found.k,
        "cascade_size": found.cascade,
        "top_decile_share": top_decile_share(engagement, confidence=confidence),
        **sharing,
        "cycle_days": cycle_days(engagement, confidence=confidence),
        **ease(engagement),
        "asked_more_than_given": asked_more_than_given(engagement, confidence=confidence),
        "software_saving": choice.net,
        "software_pays_from": choice.volume,
    }


def _owed(engagement: Engagement) -> list[dict[str, object]]:
    rows = ledger(engagement)
    return list(rows[rows["balance"] < 0].to_dict("records"))


def _headline(shown: Funnel, found: WordOfMouth) -> str:
    if found.k.value is None or found.cascade.value is None:
        return shown.words
    end = f"{SEEDS} customers end at {found.end().value:,.0f}"
    return f"{shown.words} K is {found.k.value:.2f}: {end}, so friends are a bonus, not an engine."


def _refused(found: WordOfMouth, goal: float | None) -> Check:
    return Check(name="no_goal_on_k", passed=goal is None, text=k_goal_words(found.k, goal))


def _bought(choice: MakeOrBuy) -> Check:
    return Check(name="make_or_buy", passed=None if not choice.net.defined else True, text=choice.words)


def _actions(found: Verdict, is_easy: Check, shown: Funnel, engagement: Engagement) -> tuple[Action, ...]:
    if found.status is Status.STOP:
        what = "Ask ten customers who know of the programme why they do not share"
        return (Action(what=what, why=found.reason, owner="client", due=30),)
    todo = [] if is_easy.passed else [_easier(is_easy)]
    if shown.steepest is not None:
        what = f"Work on the drop into {shown.steepest}"
        todo.append(Action(what=what, why=shown.words, owner="consultant", due=30))
    if _owed(engagement):
        what = "Give something to those on the do-not-ask list before they are asked again"
        todo.append(Action(what=what, why=in_balance(engagement).text, owner="client", due=60))
    return tuple(todo)


def _easier(is_easy: Check) -> Action:
    if is_easy.passed is None:
        what = "Walk through sharing with a stop-watch, and write down steps, fields and seconds"
        return Action(what=what, why=is_easy.text, owner="client", due=14)
    return Action(
        what="Take the hardest step out of sharing, and measure again", why=is_easy.text, owner="client", due=30
    )
