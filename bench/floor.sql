-- The floor of facts: read the client's files and compute the aggregates that facts hold, as one would by hand.
-- Plain DuckDB, nothing of ours, and less than facts do: no cell is checked, nothing is compared across files, money is
-- added as floats, the tree of referrals and the lists of the month are left out. Rows by customer are of the 10,000
-- customers with the lowest MD5 digests, as in facts. {folder} is the client's folder, {out} where the answers go.
create temp table people as
  select *, left_on is not null as gone, date_diff('day', joined_on, coalesce(left_on, date '2026-09-30')) / 30.4375
      as tenure, year(joined_on) * 12 + month(joined_on) as joined_in,
      case when referred_by is not null or source = 'referral' then true when source <> 'unknown' then false end
        as referred
    from '{folder}/customers.parquet';
create temp table panel as select * from people order by md5(customer_id) limit 10000;
create temp table paid as
  select customer_id, paid_on, kind, kind = 'refund' as refund, amount >= 0 and kind <> 'refund' as bought,
      amount, margin
    from '{folder}/payments.parquet' semi join panel using (customer_id);
create temp table answers as from '{folder}/surveys.parquet';
create temp table touched as from '{folder}/touchpoints.parquet';
create temp table referred as from '{folder}/referrals.parquet';

-- customers
copy (select segment, referred, floor(tenure) as months, gone, count(*) as customers from people group by all)
  to '{out}/customer_life.parquet';
copy (select segment, gone, tenure, count(*) as customers from people group by all) to '{out}/lives.parquet';
copy (select joined_in, source, segment, region, referred, count(*) as customers from people group by all)
  to '{out}/acquisition.parquet';
copy (
  with came as (select joined_in as mon, count(*) as joined from people group by 1),
    went as (select year(left_on) * 12 + month(left_on) as mon, count(*) as gone from people where gone group by 1)
  select mon, joined, gone, sum(coalesce(joined, 0) - coalesce(gone, 0)) over (order by mon) as at_end
    from came full join went using (mon)
) to '{out}/period_flow.parquet';
copy (
  select segment, region, mon, sum(came) as joined, sum(went) as gone from (
    select segment, region, joined_in as mon, 1 as came, 0 as went from people
    union all select segment, region, year(left_on) * 12 + month(left_on), 0, 1 from people where gone
  ) group by grouping sets ((mon), (segment, mon), (region, mon))
) to '{out}/customer_flow.parquet';
copy (
  select joined_in, date_diff('month', joined_on, left_on) as stayed, count(*) as customers from people group by all
) to '{out}/cohort_triangle.parquet';

-- payments
copy (
  select year(paid_on) * 12 + month(paid_on) as month, kind, count(distinct customer_id) as customers,
      count(*) as payments, sum(amount) as amount, sum(margin) as margin
    from '{folder}/payments.parquet' group by all
) to '{out}/payment_flow.parquet';
copy (select count(*) filter (kind = 'refund' and amount > 0), count(*) filter (margin is null)
  from '{folder}/payments.parquet') to '{out}/amount_faults.parquet';
copy (
  select customer_id, count(distinct paid_on) filter (bought) as days, min(paid_on) filter (bought) as first,
      max(paid_on) filter (bought) as last, count(*) filter (bought) as payments, sum(amount) as amount, sum(margin) as margin
    from paid group by 1
) to '{out}/purchase_summary.parquet';
copy (
  select customer_id, year(paid_on) * 12 + month(paid_on) as month, sum(amount) as amount, sum(margin) as margin
    from paid where not refund group by all
) to '{out}/customer_months.parquet';
copy (
  select customer_id, year(paid_on) * 12 + month(paid_on) as month, kind, sum(amount) as amount
    from paid where kind in ('upsell', 'cross_sell', 'contraction') group by all
) to '{out}/kind_months.parquet';

-- surveys
create temp table last_answers as
  select respondent_id, question, arg_max(answer, asked_on) as answer from answers group by all;
copy (
  select question, answer, segment, count(*) as answers from last_answers
    left join people on respondent_id = customer_id group by all
) to '{out}/survey_counts.parquet';
copy (
  select respondent_id, answer::double / monthly_amount as multiple from last_answers
    join panel on respondent_id = customer_id where question = 'value'
) to '{out}/value_multiples.parquet';
copy (select a.* from answers as a semi join panel on respondent_id = customer_id where comment is not null)
  to '{out}/survey_comments.parquet';

-- touchpoints
copy (
  select kind, channel, count(*) as contacts, count(resolved_on) as resolved,
      quantile_cont(date_diff('day', "on", resolved_on), [0.5, 0.9]) as days, count(score) as scored,
      count(*) filter (score >= 4) as top2
    from touched group by all
) to '{out}/service.parquet';
copy (select year("on") * 12 + month("on") as month, kind, channel, count(*) as contacts from touched group by all)
  to '{out}/touchpoint_months.parquet';
copy (from touched semi join panel using (customer_id)) to '{out}/touchpoints.parquet';

-- referrals
create temp table made as
  select r.*, p.segment, p.region, p.gone from referred as r join people as p on referrer_id = p.customer_id;
copy (
  select channel, year(referred_on) * 12 + month(referred_on) as month, count(*) as referrals,
      count(invited_on) as invited, count(qualified_on) as qualified, count(converted_on) as converted,
      sum(reward) as reward
    from referred group by all
) to '{out}/referral_funnel.parquet';
copy (
  select year(day) * 12 + month(day) as month, event, count(*) as referrals from referred
    unpivot (day for event in (invited_on, referred_on, qualified_on, converted_on, rewarded_on)) group by all
) to '{out}/referral_months.parquet';
copy (
  select segment, region, year(referred_on) * 12 + month(referred_on) as month, count(*) as referrals from made
    group by grouping sets ((month), (segment, month), (region, month))
) to '{out}/referral_groups.parquet';
copy (
  select converted_on is not null as converted, rewarded_on is not null as rewarded, count(*) as referrals,
      sum(reward) as reward
    from referred group by all
) to '{out}/reward_states.parquet';
copy (
  with each as (select referrer_id, count(*) as referrals, any_value(gone) as gone from made group by 1)
  select referrals, gone, count(*) as customers from each group by all
) to '{out}/advocate_counts.parquet';
copy (
  with first as (select referrer_id, min(referred_on) as first_on from made group by 1)
  select floor(date_diff('day', joined_on, coalesce(first_on, left_on, date '2026-09-30')) / 30.4375) as months,
      first_on is not null as referred, count(*) as customers
    from people left join first on customer_id = referrer_id group by all
) to '{out}/first_referral.parquet';
copy (
  select referrer_id, year(referred_on) * 12 + month(referred_on) as month, count(*) as referrals
    from made semi join panel on referrer_id = customer_id group by all
) to '{out}/advocate_months.parquet';
copy (
  with named as (select *, row_number() over (partition by friend_id order by referred_on) > 1 as before from referred)
  select n.*, f.joined_on, f.left_on from named as n semi join panel as p on n.referrer_id = p.customer_id
    left join people as f on n.friend_id = f.customer_id
) to '{out}/referrals.parquet';

-- leads
copy (
  select year(created_on) * 12 + month(created_on) as month, source, count(*) as leads, count(won_on) as won,
      sum(value) filter (won_on is not null) as value
    from '{folder}/leads.parquet' group by all
) to '{out}/lead_sources.parquet';
copy (select source, value, count(*) as deals from '{folder}/leads.parquet' where won_on is not null group by all)
  to '{out}/won_deals.parquet';

-- whole customers, of the panel
copy (
  with spent as (select customer_id, count(*) as payments, sum(amount) as amount_paid, sum(margin) as margin_paid,
      max(paid_on) as last_paid_on, sum(amount) filter (paid_on > date '2025-09-30') as amount_last_12m,
      sum(margin) filter (paid_on > date '2025-09-30') as margin_last_12m from paid group by 1),
    did as (select referrer_id as customer_id, count(*) as referrals_made, count(qualified_on) as qualified,
      count(converted_on) as converted from made semi join panel on referrer_id = panel.customer_id group by 1),
    said as (select respondent_id as customer_id, max(answer) filter (question = 'nps') as nps,
      max(answer) filter (question = 'pmf') as pmf, max(answer) filter (question = 'csat') as csat
      from last_answers semi join panel on respondent_id = panel.customer_id group by 1),
    got as (select customer_id, bool_or(kind = 'complaint' and resolved_on is null) as open_complaint,
      max("on") filter (kind = 'ask') as last_ask_on, count(*) filter (kind = 'ask') as asks,
      max("on") as last_touch_on from touched semi join panel using (customer_id) group by 1)
  from panel left join did using (customer_id) left join said using (customer_id) left join got using (customer_id)
    left join spent using (customer_id)
) to '{out}/customer_profile.parquet';
