"""Words on which a figure rests and that nothing maps are counted, listed and proposed only where it is safe."""

from __future__ import annotations

CUSTOMERS = '[tables.customers]\nfile = "c.csv"\n'
TEXT = (
    "customer_id,joined_on,source\na,2026-01-01,Empfehlung\nb,2026-01-01,web\nc,2026-01-01,Empfehlung\nd,2026-01-01,\n"
)


def test_a_source_that_nothing_maps(read) -> None:
    intake = read(CUSTOMERS, {"c.csv": TEXT})
    (fault,) = intake.faults
    assert fault.problem == "words that may mean a referral are not mapped: 'Empfehlung' (2)"
    assert fault.fix.endswith('[tables.customers.values] source = { referral = ["Empfehlung"] }')
    assert intake.quality["customers"]["unmapped"] == {"source": {"Empfehlung": 2, "web": 1}}
    mapped = read(CUSTOMERS + 'values = { source = { referral = "Empfehlung" } }\n', {"c.csv": TEXT})
    assert mapped.faults == ()
    assert mapped.quality["customers"]["unmapped"] == {"source": {"web": 1}}


def test_no_word_is_proposed_where_none_is_likely(read) -> None:
    (fault,) = read(CUSTOMERS, {"c.csv": TEXT.replace("Empfehlung", "shop")}).faults
    assert "no row has the source 'referral'. Words there: 'shop' (2), 'web' (1)" in fault.problem
    assert 'referral = ["..."]' in fault.fix


def test_words_of_a_choice_are_proposed_where_they_are_the_same_but_for_case(errors) -> None:
    text = "respondent_id,asked_on,question,answer\n1,2026-01-01,NPS,9\n2,2026-01-01,NPS,8\n3,2026-01-01,Q7,1\n"
    found = errors('[tables.surveys]\nfile = "s.csv"\n', {"s.csv": text})
    assert "question = { nps = [\"NPS\"] }; still to be mapped: 'Q7' (1)" in found[0].fix


def test_yes_and_no_in_any_case(read) -> None:
    text = "customer_id,joined_on,status,tenure_months\na,,TRUE,3\nb,,false,4\n"
    toml = CUSTOMERS + 'columns = { joined_on = "" }\nvalues = { status = { active = "true", left = "false" } }\n'
    assert read(toml, {"c.csv": text}).tables["customers"]["status"].tolist() == ["active", "left"]


def test_a_mapping_whose_words_stand_nowhere(read) -> None:
    intake = read(CUSTOMERS + 'values = { source = { referral = ["empfehlung"] } }\n', {"c.csv": TEXT})
    absent = [f for f in intake.faults if "no row has 'empfehlung'" in f.problem]
    assert len(absent) == 1
    assert "'Empfehlung' (2)" in absent[0].fix
    assert intake.quality["customers"]["absent_words"]["values.source"]["there"] == {"Empfehlung": 2, "web": 1}


def test_a_word_for_nobody_in_the_place_of_an_id(read) -> None:
    toml = '[tables.referrals]\nfile = "r.csv"\n'
    text = "referral_id,referrer_id,referred_on,friend_id\n"
    text += "1,Unknown,2026-01-01,n/a\n2,unknown,2026-01-02,F\n3,C,2026-01-02,-\n"
    by, friend = (
        [f for f in read(toml, {"r.csv": text}).faults if f.column == column] for column in ("referrer_id", "friend_id")
    )
    assert [f.line for f in by] == [2, 3]
    assert by[0].fix.endswith('where = { referrer_id = { not = ["Unknown", "unknown"] } }')
    assert friend[0].fix.endswith('[tables.referrals.values] friend_id = { "" = ["-", "n/a"] }')
