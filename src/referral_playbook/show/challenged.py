"""A challenge in words and as a table: which verdicts survive, and when they change."""

from __future__ import annotations

from html import escape

from referral_playbook.contract.challenged import DECISION, JUDGED, Challenge, Trial
from referral_playbook.contract.evidence import Status
from referral_playbook.contract.writing.wording import listed
from referral_playbook.show.words import STATUS, clean

TITLE = {
    "pmf_check": "Product-market fit",
    "goal_setting": "Goal",
    "break_even": "Programme",
    "ask_and_follow_up": "Ask list",
    "programme_review": "Review",
}
IN_THE_MEMO = 4


def verdict_words(trial: Trial, step: str) -> str:
    """The verdict of a step in words.

    Examples
    --------
    >>> verdict_words(Trial(name="calm", asks="?", verdicts={"break_even": "test_small"}), "break_even")
    'Test small'
    """
    status = trial.verdicts.get(step)
    return STATUS[Status(status)] if status else "No verdict"


def challenge_lines(challenge: Challenge) -> list[str]:
    """Describe the whole challenge in a terminal: how many apply, then a line for each decision."""
    applied = len(challenge.applied)
    first = f"{clean(challenge.client)} as of {challenge.as_of}: {applied} challenges were applied"
    left_out = len(challenge.trials) - applied
    first += f", and {left_out} could not be applied to this client." if left_out else "."
    return [first, *(describe_survival(challenge, step) for step in JUDGED)]


def describe_survival(challenge: Challenge, step: str) -> str:
    """How often the verdict of a step survives, and when it falls."""
    text = f"{TITLE[step]}: '{verdict_words(challenge.base, step)}' {_survives(challenge, step)}"
    changed = challenge.changed(step)
    if not changed:
        return f"{text}."
    return f"{text}; it falls when {listed([_case(trial, step) for trial in changed], 'or')}."


def _survives(challenge: Challenge, step: str) -> str:
    return f"holds in {len(challenge.survived(step))} of {len(challenge.applied)}"


def _case(trial: Trial, step: str) -> str:
    return f"{trial.when or trial.name} ({verdict_words(trial, step).lower()})"


def memo_lines(challenge: Challenge) -> tuple[str, str]:
    """Two sentences for the memo: how often the decision survives, and when it changes."""
    verdict = verdict_words(challenge.base, DECISION)
    first = (
        f"We put the decision to the test with {len(challenge.applied)} changes to the data and the assumptions: "
        f"'{verdict}' {_survives(challenge, DECISION)}."
    )
    changed = challenge.changed(DECISION)
    if not changed:
        return first, "None of these changes turns it."
    cases = [_case(trial, DECISION) for trial in changed[:IN_THE_MEMO]]
    more = len(changed) - len(cases)
    cases += [f"in {more} other {'case' if more == 1 else 'cases'} that the working papers list"] if more else []
    return first, f"It changes when {listed(cases, 'or')}."


def challenge_table(challenge: Challenge) -> str:
    """Every challenge as an HTML table; verdicts that differ from the base are bold."""
    head = "".join(f"<th>{escape(TITLE[step])}</th>" for step in JUDGED)
    rows = "".join(_row(trial, challenge) for trial in (challenge.base, *challenge.trials))
    return f"<table><thead><tr><th>Challenge</th><th>Question</th>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(trial: Trial, challenge: Challenge) -> str:
    first = f"<td>{escape(trial.name)}</td><td>{escape(trial.asks)}</td>"
    if trial.why_not:
        return f'<tr>{first}<td colspan="{len(JUDGED)}">Not applied: {escape(clean(trial.why_not))}.</td></tr>'
    return f"<tr>{first}{''.join(_cell(trial, challenge, step) for step in JUDGED)}</tr>"


def _cell(trial: Trial, challenge: Challenge, step: str) -> str:
    words = escape(verdict_words(trial, step))
    same = trial.verdicts.get(step) == challenge.base.verdicts.get(step)
    return f"<td>{words}</td>" if same else f"<td><strong>{words}</strong></td>"


def challenge_section(challenge: Challenge) -> str:
    """The part of the working papers on a challenge, as HTML."""
    lines = challenge_lines(challenge)
    items = "".join(f"<li>{escape(line)}</li>" for line in lines[1:])
    return (
        "<h2>Decisions put to the test</h2>\n"
        f"<p>{escape(lines[0])} Each one changes the client's data or one assumption and judges again. "
        "Verdicts in bold differ from those on the data as they are.</p>\n"
        f"<ul>{items}</ul>\n{challenge_table(challenge)}"
    )
