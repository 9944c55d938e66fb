"""The evidence on the uplift as lines and as a forest plot: studies, pooled range, weight of the client's own data."""

from __future__ import annotations

from referral_playbook.benchmarks.registry import Benchmark
from referral_playbook.benchmarks.uplift import PORTFOLIO, UpliftEvidence, update_with_own
from referral_playbook.contract.estimate import Basis, Estimate, undefined
from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.writing.formatting import interval, share

NO_OWN = "no control has been kept and no experiment was run"


def own_uplift_of(review: StepResult | None) -> Estimate:
    """The uplift that a client's own programme review measured; undefined where it measured none."""
    measured = None if review is None else review.estimates.get("uplift_against_control")
    if measured is None or not measured.defined or measured.basis is not Basis.MEASURED or not measured.low:
        reason = NO_OWN if measured is None or measured.defined else measured.reason
        return undefined(reason, unit="times", per="referral without the programme")
    return measured


def evidence_lines(evidence: UpliftEvidence, own: Estimate) -> list[str]:
    """What a consultant reads in a terminal: a line for each study, the pooled range, and what own data make of it.

    Examples
    --------
    >>> from referral_playbook.benchmarks.uplift import uplift_evidence
    >>> nothing = undefined(NO_OWN, unit="times", per="referral")
    >>> print(evidence_lines(uplift_evidence("consumer"), nothing)[-1])
    Own data carry 0% of the weight, because no control has been kept and no experiment was run.
    """
    lines = ["Uplift: referrals with the programme over referrals without it.", "", "Published studies"]
    for one in evidence.studies:
        year = "" if one.study.year is None else f"{one.study.year}; "
        source = f"{one.study.source} ({year}{one.study.firmness}; {one.study.setting})"
        lines.append(f"  {one.ratio:.2f} times ({one.low:.2f} to {one.high:.2f}), weight {share(one.weight)}: {source}")
        lines.append(f"    Against it: {one.study.counter_evidence}")
    lines += ["", f"Average of the studies: {interval(evidence.average.as_(unit='times'))}"]
    lines += [f"Range for the next client: {interval(evidence.next_client.as_(unit='times'))}"]
    lines += [f"  {evidence.next_client.source}.", ""]
    if not own.defined:
        return [*lines, f"Own data carry 0% of the weight, because {own.reason}."]
    updated = update_with_own(evidence.next_client, own)
    lines += [f"Own data: {interval(own.as_(unit='times'))}, {share(updated.own_weight)} of the weight"]
    return [*lines, f"Together: {interval(updated.estimate.as_(unit='times'))}"]


def _name(study: Benchmark) -> str:
    """What a study is called in the forest plot; clients of the portfolio have a number and no name."""
    if study.group == PORTFOLIO:
        return study.name.replace("_", " ").capitalize()
    return f"{study.group.split('_')[0].title()} {study.year}"


def forest_rows(evidence: UpliftEvidence, own: Estimate) -> dict[str, Estimate]:
    """Studies, their average, the range for the next client and the client's own data, ready to draw as a forest plot.

    Examples
    --------
    >>> from referral_playbook.benchmarks.uplift import uplift_evidence
    >>> list(forest_rows(uplift_evidence(), undefined(NO_OWN, unit="times", per="referral")))
    ['Gershon 2024', 'average of the studies', 'next client']
    """
    rows = {}
    for one in evidence.studies:
        name = _name(one.study)
        rows[name] = evidence.average.as_(value=one.ratio, low=one.low, high=one.high, unit="times")
    rows["average of the studies"] = evidence.average.as_(unit="times")
    rows["next client"] = evidence.next_client.as_(unit="times")
    if own.defined and own.low:  # a range down to 0 has no place on the logarithm
        updated = update_with_own(evidence.next_client, own)
        rows["own data"] = own
        rows["together"] = updated.estimate.as_(unit="times")
    return rows
