"""What follows from step 06: the verdict, the headline, who does what, and what was checked."""

from referral_playbook.contract.evidence import Action, Check, Status, Verdict
from referral_playbook.contract.writing.formatting import interval, number, share, whole, written
from referral_playbook.domain.lists.ask_lists import Lists
from referral_playbook.domain.lists.cut import on_list
from referral_playbook.steps.ask_and_follow_up.finding import AskFinding
from referral_playbook.steps.ask_and_follow_up.months import describe_window


def verdict(lists: Lists, *, least_asks: int) -> Verdict:
    """Go when enough customers can be asked this month, test small below that, stop where nobody can be."""
    size, close = lists.size(), lists.to_close()
    if size.value is None:
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=f"We do not know whom to ask: {size.reason}.")
    asked, customers = int(size.value), written(lists.sizes.today, "customers")
    if asked == 0:
        waiting = lists.sizes.give
        later = (
            f"{number(waiting)} can be asked once something was given to them"
            if waiting
            else "and nobody is close to it"
        )
        return Verdict(status=Status.STOP, reason=f"You can ask none of {customers} this month; {later}.")
    first = f" Call {whole(close.value)} others first about their problem." if close.value else ""
    reason = f"You can ask {number(asked)} of {customers} this month.{first}"
    if asked < least_asks:
        reason += f" A steady programme needs {number(least_asks)} or more."
    return Verdict(status=Status.GO if asked >= least_asks else Status.TEST_SMALL, reason=reason)


HEADLINES = {
    Status.GO: "There is a list of customers to ask this month, and a list of customers to call first.",
    Status.TEST_SMALL: "You can ask a few customers this month: do it by hand, and give something to the next ones.",
    Status.STOP: "Ask nobody this month. Give first.",
    Status.NOT_ENOUGH_DATA: "We do not know yet whom to ask: find out how customers feel and what you gave them.",
}


def checks(f: AskFinding) -> tuple[Check, ...]:
    """Lists that do not overlap, referrals recorded from the start, an ask window, a control that can tell."""
    overlap = set(f.lists.ask["customer_id"]) & set(f.lists.close_the_loop["customer_id"])
    late = f"{number(f.joined.left_out)} customers joined before referrals were recorded, so their waits are left out."
    return (
        f.upstream,
        Check(
            name="nobody_on_both_lists",
            passed=not overlap,
            text=f"{len(overlap)} customers are on both the ask list and the close-the-loop list.",
        ),
        Check(
            name="referrals_recorded_from_the_start",
            passed=None if f.joined.reason else f.joined.left_out == 0,
            text=f.joined.reason or late,
        ),
        Check(
            name="ask_window_stands_out",
            passed=None if f.window is None else f.window.stands_out,
            text="".join(
                x if isinstance(x, str) else interval(x.as_(unit="")) for x in describe_window(f.window)
            ).strip(),
        ),
        _control(f),
    )


def _control(f: AskFinding) -> Check:
    control, size = f.lists.rules.control, f.lists.control_size()
    if not control.share:
        text = "No control group is left unasked, so we will not know what asking adds."
        return Check(name="control_kept", passed=False, text=text)
    if size.value is None:
        text = f"There is no ask list to keep a control from: {size.reason}."
        return Check(name="control_kept", passed=None, text=text)
    count = written(size.value, "customers")
    text = f"{count} who qualify are left unasked ({share(control.share)}, by a hash of their id)."
    if control.since is None:
        text += " Record the month of this first list in client.toml, so that the next review can measure what it did."
    return Check(name="control_kept", passed=True, text=text)


def actions(f: AskFinding, found: Verdict) -> tuple[Action, ...]:
    """Who works on which list."""
    lists, asked, waiting = f.lists, f.lists.sizes.ask, f.lists.sizes.give
    if found.status is Status.NOT_ENOUGH_DATA:
        record = "ecord what you give, what you ask and who complains"
        what = f"R{record}" if lists.people["nps"].notna().any() else f"Ask the NPS question, and r{record}"
        return (*_close(lists), Action(what=what, why=found.reason, owner="client", due=30))
    asks = Action(
        what=f"Ask each of {on_list(len(lists.to_ask), asked, 'customers', 'ask-list.csv')} for one introduction",
        why="They recommend you, and you gave them something recently.",
        due=30,
    )
    gifts = Action(
        what="Give something useful to the customers on give-first.csv",
        why="They become next month's ask list.",
        due=30,
    )
    return (*_close(lists), *((asks,) if asked else ()), *((gifts,) if waiting else ()))


def _close(lists: Lists) -> tuple[Action, ...]:
    if not lists.sizes.close:
        return ()
    unhappy = on_list(len(lists.close_the_loop), lists.sizes.close, "unhappy customers", "close-the-loop.csv")
    what = f"Call {unhappy}, complaints first"
    return (Action(what=what, why="Listen to unhappy customers before you ask for anything.", owner="client", due=14),)
