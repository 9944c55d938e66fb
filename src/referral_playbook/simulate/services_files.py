"""How the services firm's files look: own headers, semicolons, decimal commas, dd/mm/yyyy, one workbook."""

from __future__ import annotations

from typing import Any

from referral_playbook.simulate.simulated import FileLayout

_MARKS: dict[str, Any] = {"dates": "%d/%m/%Y", "decimal": ",", "delimiter": ";"}
_FOUND = {"referral": "Client recommendation", "unknown": "n/a"}

LAYOUT = {
    "customers": FileLayout(
        file="clients.csv",
        **_MARKS,
        encoding="cp1252",
        values={"source": {**_FOUND, "reciprocal": "Partner firm"}},
        columns={
            "customer_id": "Client no.",
            "joined_on": "Client since",
            "left_on": "Client until",
            "segment": "Sector",
            "region": "Office",
            "source": "How they found us",
            "referred_by": "Introduced by",
            "monthly_amount": "Monthly fee (EUR)",
            "total_amount": "Fees to date (EUR)",
        },
    ),
    "leads": FileLayout(
        file="lead register.csv",
        **_MARKS,
        encoding="cp1252",
        values={"source": _FOUND, "given_or_received": {"given": "Sent out", "received": "Came in"}},
        columns={
            "lead_id": "Ref.",
            "created_on": "Date",
            "source": "How they found us",
            "won_on": "Signed on",
            "value": "Fee first year (EUR)",
            "given_or_received": "Direction",
        },
    ),
    "referrals": FileLayout(
        file="introductions.xlsx",
        sheet="Introductions",
        dates="%d/%m/%Y",
        values={
            "referrer_type": {
                "customer": "Client",
                "employee": "Staff",
                "intermediary": "Partner firm",
                "connector": "Friend of the firm",
                "agency": "Agency",
            }
        },
        columns={
            "referral_id": "No.",
            "referrer_id": "Introducer",
            "referred_on": "Introduced on",
            "referrer_type": "Kind",
            "channel": "How",
            "friend_id": "Lead or client",
            "qualified_on": "First meeting",
            "converted_on": "Signed on",
            "reward": "Commission (EUR)",
            "rewarded_on": "Commission paid",
        },
    ),
    "touchpoints": FileLayout(
        file="contacts.csv",
        **_MARKS,
        encoding="cp1252",
        values={
            "kind": {
                "review": "Annual review",
                "kind_act": "Card or gift",
                "complaint": "Complaint",
                "ask": "Asked for introduction",
            }
        },
        columns={
            "customer_id": "Client no.",
            "on": "Date",
            "kind": "What",
            "channel": "How",
            "resolved_on": "Settled on",
        },
    ),
    "effort": FileLayout(file="effort.csv"),
    "exchanges": FileLayout(file="exchanges.csv"),
}
