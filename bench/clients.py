"""A large subscription client in Parquet, made by DuckDB from hashes: the same client at every size, and fast.

Per customer there are about eight monthly payments (new, renewal, some upsells, contractions and refunds); a fifth
answered a survey, a third were contacted, and there is a referral for about one in five.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

AS_OF = "2026-09-30"
MACROS = """
create macro u(i, salt) as (hash(i * 61 + salt) % 1000003) / 1000003.0;
create macro cid(i) as 'c' || lpad(i::varchar, 9, '0');
create macro pick(words, share) as words[1 + floor(share * len(words))::int];
"""
PEOPLE = """
create temp table people as
select i, cid(i) as customer_id, joined_on, case when life < open_days then joined_on + life end as left_on,
    pick(['agencies', 'clinics', 'shops', 'schools'], u(i, 1)) as segment,
    pick(['North', 'South', 'East', 'West', 'Midlands'], u(i, 2)) as region,
    case when u(i, 3) < 0.15 and i > 10 then 'referral'
      else pick(['search', 'event', 'advert', 'unknown'], u(i, 4)) end as source,
    case when u(i, 3) < 0.12 and i > 10 then cid((hash(i * 7) % i)::bigint) end as referred_by,
    pick([29, 49, 99, 149, 249], u(i, 5)) + round(u(i, 6) * (u(i, 7) < 0.2)::int * 20, 2) as monthly_amount
  from (select i, date '2025-02-01' + (u(i, 8) * 590)::int as joined_on,
      (-ln(1 - u(i, 9)) * 600)::int as life,
      date '{as_of}' - (date '2025-02-01' + (u(i, 8) * 590)::int) as open_days
    from range({customers}) as t(i));
"""
TABLES = {
    "customers": """
select customer_id, joined_on, left_on, segment, region, source, referred_by, monthly_amount::double as monthly_amount
  from people order by customer_id""",
    "payments": """
select customer_id, paid_on,
    round(case kind when 'refund' then -1 when 'upsell' then 0.4 when 'contraction' then -0.3 else 1 end
      * monthly_amount, 2)::double as amount,
    round(0.7 * case kind when 'refund' then -1 when 'upsell' then 0.4 when 'contraction' then -0.3 else 1 end
      * monthly_amount, 2)::double as margin, kind
  from (select customer_id, monthly_amount, (joined_on + to_months(m::int))::date as paid_on,
      case when m = 0 then 'new' when u(i * 40 + m, 10) < 0.010 then 'upsell' when u(i * 40 + m, 10) < 0.015
        then 'contraction' when u(i * 40 + m, 10) < 0.018 then 'refund' else 'renewal' end as kind
    from people, range(20) as t(m)
    where joined_on + to_months(m::int) <= coalesce(left_on, date '{as_of}'))""",
    "surveys": """
select customer_id as respondent_id, least(joined_on + 60, date '{as_of}') as asked_on, q as question,
    case q when 'nps' then pick(['10', '9', '9', '8', '8', '7', '6', '3'], u(i, 20))
      when 'pmf' then pick(['very disappointed', 'very disappointed', 'somewhat disappointed', 'not disappointed'],
        u(i, 21))
      when 'csat' then pick(['5', '5', '4', '4', '3', '2'], u(i, 22))
      else (round(monthly_amount * (0.5 + 2 * u(i, 23))))::varchar end as answer,
    case when q = 'nps' and u(i, 24) < 0.1 then pick(['easy to use', 'too expensive', 'slow support', 'love it'],
      u(i, 25)) end as comment
  from people, (select unnest(['nps', 'pmf', 'csat', 'value']) as q) where u(i, 26) < 0.2""",
    "touchpoints": """
select customer_id, least(joined_on + (u(i, 30) * 200)::int, date '{as_of}') as "on", kind,
    pick(['email', 'phone'], u(i, 32)) as channel,
    case when kind in ('support', 'complaint') and u(i, 33) < 0.9
      then least(joined_on + (u(i, 30) * 200)::int + 3, date '{as_of}') end as resolved_on,
    case when kind = 'support' then 1 + floor(u(i, 34) * 5) end as score
  from (select *, pick(['support', 'delight', 'kind_act', 'review', 'ask', 'complaint', 'upsell', 'ask'], u(i, 31))
      as kind from people where u(i, 35) < 0.33)""",
    "referrals": """
select 'r' || lpad(i::varchar, 9, '0') as referral_id, customer_id as referrer_id, on_day as referred_on,
    'customer' as referrer_type, pick(['email', 'link', 'in person'], u(i, 41)) as channel, 'f' || i as friend_id,
    on_day as invited_on, case when u(i, 42) < 0.5 then least(on_day + 9, date '{as_of}') end as qualified_on,
    case when u(i, 42) < 0.2 then least(on_day + 30, date '{as_of}') end as converted_on,
    case when u(i, 42) < 0.2 then 25.0 end as reward,
    case when u(i, 42) < 0.2 and u(i, 43) < 0.8 then least(on_day + 45, date '{as_of}') end as rewarded_on
  from (select *, joined_on + floor(u(i, 40) * (coalesce(left_on, date '{as_of}') - joined_on))::int as on_day
    from people where u(i, 44) < 0.1)
union all
select 'q' || lpad(i::varchar, 9, '0'), referred_by, greatest(joined_on - 30, date '2025-02-01'), 'customer',
    pick(['email', 'link', 'in person'], u(i, 46)), customer_id, joined_on - 20, joined_on - 10, joined_on, 25.0,
    case when u(i, 47) < 0.9 then least(joined_on + 15, date '{as_of}') end
  from people where referred_by is not null""",
    "leads": """
select 'l' || lpad(i::varchar, 9, '0') as lead_id, joined_on as created_on, source,
    case when u(i, 50) < 0.3 then joined_on end as won_on,
    case when u(i, 50) < 0.3 then monthly_amount * 12 end::double as value from people where u(i, 51) < 0.5""",
    "costs": """
select strftime(date '2025-10-01' + to_months(m::int), '%Y-%m') as month, 'programme' as item, 40.0 as hours,
    2000.0 as amount from range(12) as t(m)""",
    "rewards": """
select 'credit' as name, 'credit' as kind, 'advocate' as side, 'conversion' as trigger, 25.0 as cost, 25.0 as value""",
}


def write_client(folder: str | Path, customers: int) -> Path:
    """Write client.toml and its tables in Parquet; the folder."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"memory_limit": "2GB", "threads": 2}) as connection:
        connection.execute(MACROS + PEOPLE.format(as_of=AS_OF, customers=customers))
        for name, query in TABLES.items():
            connection.execute(f"copy ({query.format(as_of=AS_OF)}) to '{folder / name}.parquet'")
    (folder / "client.toml").write_text(_toml(), encoding="utf-8")
    return folder


def _toml() -> str:
    head = f'name = "Large client"\ncurrency = "EUR"\nas_of = {AS_OF}\ntime_unit = "month"\n'
    return head + "".join(f'\n[tables.{name}]\nfile = "{name}.parquet"\n' for name in TABLES)
