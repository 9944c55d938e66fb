"""Where facts are computed: DuckDB in this process, PostgreSQL or Spark."""
