"""The verdict of step 03, its checks and actions, and what it says about K."""

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, Verdict
from referral_playbook.contract.writing.formatting import interval, number, quantity, whole
from referral_playbook.contract.writing.formatting import share as percent
from referral_playbook.domain.lists.progress import WHY_NOT_K
from referral_playbook.steps.social_currency.finding import SocialCurrencyFinding
from referral_playbook.steps.social_currency.sharing import Funnel
from referral_playbook.steps.social_currency.word_of_mouth import SEEDS, WordOfMouth

LEAST_SHARING = 0.05
TIMES = (0.5, 1.0, 2.0, 4.0)


def verdict(is_easy: Check, shown: Funnel, found: WordOfMouth, *, least: float = LEAST_SHARING) -> Verdict:
    """Go when sharing is easy and enough of all customers share; stop when too few of those who know of it do.

    Both sides are careful: not everybody who knows of the programme is on record, so the share of those who do share
    is an upper bound.
    """
    sharing, of_all = shown.rates.get("sharing"), shown.sharing_of_all
    if is_easy.passed is None and not found.k.defined:
        reason = "We know neither how easy sharing is nor who shares."
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=reason)
    if sharing is None or of_all is None or sharing.high is None or of_all.low is None:
        reason = f"{is_easy.text} Who shares is not recorded: count it in a small test."
        return Verdict(status=Status.TEST_SMALL, reason=reason)
    sentence = (
        f"{percent(of_all.value)} of all customers share, and {percent(sharing.value)} per {sharing.per}; "
        f"the threshold is {percent(least)}."
    )
    if sharing.high < least:
        reason = f"{sentence} Customers who know of it do not share. Ask them why before you build more."
        return Verdict(status=Status.STOP, reason=reason)
    good = is_easy.passed is True and of_all.low >= least
    status = Status.GO if good else Status.TEST_SMALL
    return Verdict(status=status, reason=f"{is_easy.text} {sentence}").capped(sharing, found.conversion)


def headline(f: SocialCurrencyFinding) -> str:
    """The steepest drop, and where word of mouth ends."""
    k, end = f.word_of_mouth.k, f.word_of_mouth.end()
    if k.value is None or end.value is None:
        return f.funnel.words
    return (
        f"{f.funnel.words} K is {quantity(k)}: {SEEDS} customers become {whole(end.value)} in "
        "the end, so friends of "
        "customers are a bonus and not an engine of growth."
    )


def checks(f: SocialCurrencyFinding) -> tuple[Check, ...]:
    """Ease, the refused goal on K, how long customers were watched, give and take, make or buy."""
    refused = Check(name="no_goal_on_k", passed=f.k_goal is None, text=describe_k_goal(f))
    bought = Check(name="make_or_buy", passed=True if f.choice.net.defined else None, text=f.choice.words)
    return (f.is_easy, refused, f.so_far, f.in_balance, bought)


def actions(f: SocialCurrencyFinding, found: Verdict) -> tuple[Action, ...]:
    """What to do: make sharing easier, work on the steepest drop, give before asking again."""
    if found.status is Status.STOP:
        what = "Ask ten customers who know of the programme why they do not share"
        return (Action(what=what, why=found.reason, owner="marketing manager", due=30),)
    todo = [] if f.is_easy.passed else [_easier(f.is_easy)]
    if f.funnel.steepest is not None:
        what = f"Find out why so few get from one stage to the next at '{f.funnel.steepest}'"
        todo.append(Action(what=what, why=f.funnel.words, owner="marketing manager", due=30))
    if len(f.do_not_ask):
        what = "Give something to customers on the do-not-ask list before you ask them again"
        todo.append(Action(what=what, why=f.in_balance.text, owner="account manager", due=60))
    return tuple(todo)


def _easier(is_easy: Check) -> Action:
    if is_easy.passed is None:
        what = "Refer somebody as a customer would, and note every step, every field and how long it takes"
        return Action(what=what, why=is_easy.text, owner="marketing manager", due=14)
    what = "Remove the hardest step of sharing, and measure again"
    return Action(what=what, why=is_easy.text, owner="marketing manager", due=30)


def describe_naive_k(f: SocialCurrencyFinding) -> str:
    """K as it is often computed: two rates with different denominators multiplied, shown in order to be corrected."""
    each, won = f.funnel.rates.get("invites"), f.conversion_per_qualified
    if each is None or each.value is None or won.value is None:
        return "none, because nobody counts what a sharing customer sends."
    return (
        f"a customer who shares sends {quantity(each)}, and {quantity(won)} become customers: "
        f"K is {number(each.value * won.value)}."
    )


def describe_k_goal(f: SocialCurrencyFinding) -> str:
    """Refuse a goal on K, with the reason."""
    k = f.word_of_mouth.k
    known = f" K is {interval(k.as_(unit=''))} today. It is a reading, not a lever." if k.defined else ""
    if f.k_goal is None:
        return f"No goal is set on K, and none would be accepted: {WHY_NOT_K}.{known}"
    return f"The goal K = {number(f.k_goal)} is refused: {WHY_NOT_K}.{known}"


def describe_end(found: WordOfMouth, *, seeds: int = SEEDS) -> str:
    """Where word of mouth ends."""
    end, band = found.end(seeds), found.outcomes(seeds)
    if end.value is None or band.low is None or band.high is None:
        return f"We cannot say where it ends: {end.reason}."
    return (
        f"{number(seeds)} customers become {whole(end.value)} in the end, with everyone they "
        "bring. By chance alone the total "
        f"will be {whole(band.low)} to {whole(band.high)} in four cases out of five. "
        "It stops because K is below 1."
    )


def where_it_ends(found: WordOfMouth, *, seeds: int = SEEDS) -> list[dict[str, object]]:
    """Where it would end if customers sent more invites: rows invites (times today's), k, customers."""
    out: list[dict[str, object]] = []
    for factor in TIMES:
        moved = WordOfMouth(
            invites=_times(found.invites, factor), conversion=found.conversion, dispersion=found.dispersion
        )
        out.append(
            {
                "invites": "as many as today" if factor == 1 else f"{number(factor)} times as many",
                "k": moved.k,
                "customers": moved.end(seeds),
            }
        )
    return out


def _times(e: Estimate, factor: float) -> Estimate:
    if e.value is None or e.low is None or e.high is None:
        return e
    return e.as_(value=e.value * factor, low=e.low * factor, high=e.high * factor)
