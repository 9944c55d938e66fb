-- Three aggregates, by customer, by cohort and by month, of two of the files: what a first look at a client takes.
-- Plain DuckDB, nothing of ours. {folder} is the client's folder, {out} where the answers go.
copy (
  select customer_id, count(*) as payments, sum(amount) as amount, sum(margin) as margin,
      min(paid_on) as first, max(paid_on) as last
    from '{folder}/payments.parquet' group by customer_id
) to '{out}/by_customer.parquet';

copy (
  select date_trunc('month', joined_on) as cohort, segment, count(*) as customers, count(left_on) as gone
    from '{folder}/customers.parquet' group by all
) to '{out}/by_cohort.parquet';

copy (
  select date_trunc('month', paid_on) as month, kind, count(*) as payments, count(distinct customer_id) as customers,
      sum(amount) as amount
    from '{folder}/payments.parquet' group by all
) to '{out}/by_month.parquet';
