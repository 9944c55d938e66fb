from datetime import date

from referral_playbook.facts.surveys import opinions, survey_comments, survey_counts, value_multiples


def _said(who, day, question, answer, segment=None):
    return {
        "respondent_id": who,
        "asked_on": date(2026, *day),
        "question": question,
        "answer": answer,
        "segment": segment,
    }


ANSWERS = [
    _said("a", (1, 5), "pmf", "not disappointed"),
    _said("a", (3, 5), "pmf", " Very Disappointed "),
    _said("a", (7, 5), "pmf", "not disappointed"),  # after the as-of date
    _said("a", (3, 5), "nps", "9", "big"),
    _said("a", (3, 5), "nps", "10", "big"),  # twice on one day: the higher, as numbers and not as text
    _said("b", (3, 5), "nps", "7"),
    _said("b", (3, 5), "value", "500"),
    _said("c", (3, 5), "value", "n/a"),
    _said("d", (3, 5), "value", "80.5"),
    _said("e", (3, 5), "value", "80"),
]
CUSTOMERS = [
    {"customer_id": "a", "joined_on": date(2025, 1, 1), "segment": "small", "monthly_amount": 10.0},
    {"customer_id": "b", "joined_on": date(2025, 1, 1), "segment": "small", "monthly_amount": 50.0},
    {"customer_id": "d", "joined_on": date(2025, 1, 1), "segment": None, "monthly_amount": 0.0},
    {"customer_id": "e", "joined_on": date(2025, 1, 1), "segment": None, "monthly_amount": -2.0},
]
KEYS = ["question", "answer", "segment"]


def test_the_last_answer_counts_once(rows):
    found = rows(survey_counts, keys=KEYS, surveys=ANSWERS[:6])
    assert found == [
        ("nps", "10", "big", "(none)", 1),
        ("nps", "7", "(none)", "(none)", 1),
        ("pmf", "very disappointed", "(none)", "(none)", 1),
    ]


def test_the_customers_segment_stands_in_where_the_survey_has_none(rows):
    found = rows(survey_counts, keys=KEYS, columns=["question", "segment"], surveys=ANSWERS[:6], customers=CUSTOMERS)
    assert found == [("nps", "big"), ("nps", "small"), ("pmf", "small")]


def test_multiples_need_a_price_above_nought(rows):
    found = rows(value_multiples, keys=["respondent_id"], surveys=ANSWERS, customers=CUSTOMERS)
    assert found == [
        ("b", "small", 500.0, 50.0, 10.0),
        ("c", "(none)", None, None, None),
        ("d", "(none)", 80.5, 0.0, None),
        ("e", "(none)", 80.0, -2.0, None),
    ]
    alone = rows(value_multiples, keys=["respondent_id"], columns=["worth", "price", "multiple"], surveys=ANSWERS)
    assert alone[0] == (500.0, None, None)


def test_opinions_of_each(rows):
    assert rows(opinions, keys=["customer_id"], surveys=ANSWERS)[:2] == [
        ("a", 10.0, "very disappointed", None),
        ("b", 7.0, None, None),
    ]


def test_comments_are_kept_with_their_score_and_blank_ones_are_not(rows):
    said = [
        _said("a", (3, 5), "nps", "3") | {"comment": " Too slow "},
        _said("b", (3, 5), "pmf", "very disappointed") | {"comment": "Superb"},
        _said("c", (3, 5), "nps", "9") | {"comment": " "},
        _said("d", (7, 5), "nps", "9") | {"comment": "after the as-of date"},
    ]
    found = rows(survey_comments, keys=["respondent_id"], columns=["respondent_id", "score", "comment"], surveys=said)
    assert found == [("a", 3.0, "Too slow"), ("b", None, "Superb")]
