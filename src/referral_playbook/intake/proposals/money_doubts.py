"""What a column of amounts may hide: refunds in another column, rows that were never paid, cents for whole money."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.contract.writing.wording import counted
from referral_playbook.intake.declared.periods import WORDS, is_period
from referral_playbook.intake.declared.vocabulary import plain, says
from referral_playbook.intake.files.formats import bare
from referral_playbook.intake.proposals.guesses import MOST, Doubt, shown
from referral_playbook.intake.proposals.propose import Proposal

CENTS = re.compile(r"cents?\b|minor|pence|pennies|rappen")


def money_doubts(proposal: Proposal) -> Iterator[Doubt]:
    """Questions on the amounts of payments; nothing where the file leaves none."""
    amount = proposal.columns.get("amount")
    if proposal.table != "payments" or amount is None:
        return
    refund = _refund_column(proposal)
    if refund:
        yield _less(refund, proposal)
    yield from _not_paid(proposal, refunds_apart=refund is not None)
    yield from _cents(amount.header, proposal)
    yield from _period(proposal)


def _refund_column(proposal: Proposal) -> str | None:
    """An unused column that says how much of each amount was paid back, if it does so anywhere."""
    for header in proposal.unused:
        if says(header, "refunds") and any(re.search("[1-9]", value) for value in proposal.found.values(header)):
            return header
    return None


def _less(refund: str, proposal: Proposal) -> Doubt:
    back = sum(bool(re.search("[1-9]", value)) for value in proposal.found.values(refund))
    text = (
        f"Is {shown(refund)} to be subtracted from the amounts (it is above zero in {counted(back, 'row')})? "
        'If the amounts are net of refunds already, only remove the line with "?".'
    )
    return Doubt("less", text, ((f"amount = {literal(refund)}", "yes, subtract it"),), 'amount = "?"')


def _not_paid(proposal: Proposal, *, refunds_apart: bool) -> Iterator[Doubt]:
    """Rows whose state says that no money came in, or that it went back."""
    for header in proposal.unused:
        words = Counter(proposal.found.values(header))
        if not says(header, "states") or len(words) > MOST:
            continue
        out = [word for word in words if says(word, "not paid") or (not refunds_apart and says(word, "paid back"))]
        if not out or len(out) == len(words):
            continue
        rows = ", ".join(f"{shown(word)} {counted(number, 'row')}" for word, number in words.most_common())
        text = (
            f'Did money come in on every row? {shown(header)} says: {rows}. If it did, only remove the line with "?".'
        )
        choice = (f"{literal(header)} = {{ not = {literal(out)} }}", "no, leave these rows out")
        yield Doubt("where", text, (choice,), '"?" = "?"')
        return


def _cents(header: str, proposal: Proposal) -> Iterator[Doubt]:
    """Whole numbers from a program's interface are most often cents."""
    values = [bare(value) for value in proposal.found.values(header)]
    whole = [int(value) for value in values if re.fullmatch("-?[0-9]+", value)]
    if not values or len(whole) < len(values) or not _from_an_interface(header, proposal):
        return
    largest = max(map(abs, whole))
    if largest < 100:
        return
    text = (
        f"Are the amounts in cents? {shown(header)} has whole numbers only, the largest is {largest}. "
        'If they are whole units of money, only remove the line with "?".'
    )
    yield Doubt("top", text, (("divide = 100", f"yes, {largest} means {largest / 100:.2f}"),), 'divide = "?"')


def _period(proposal: Proposal) -> Iterator[Doubt]:
    """A column that says for how many months a payment is, where some are for more than one."""
    for header in proposal.unused:
        words = Counter(proposal.found.values(header))
        if (
            words
            and len(words) <= MOST
            and all(map(is_period, words))
            and not all(word.lower() in WORDS[1] for word in words)
        ):
            rows = ", ".join(f"{shown(word)} {counted(number, 'row')}" for word, number in words.most_common())
            text = (
                f"Does {shown(header)} say for how long each payment is ({rows})? A yearly payment then counts for "
                'twelve months. If not, only remove the line with "?".'
            )
            yield Doubt("top", text, ((f"period = {literal(header)}", "yes"),), 'period = "?"')
            return


def _from_an_interface(header: str, proposal: Proposal) -> bool:
    """Whether the file looks like a program's answer: cents in the header, seconds for dates, currencies in small."""
    codes = proposal.found.values(proposal.currency) if proposal.currency else ()
    epoch = any(guess.value in ("epoch", "epoch_ms") for guess in proposal.dates.values())
    return bool(CENTS.search(plain(header))) or epoch or (bool(codes) and all(code.islower() for code in codes))
