"""Tables into small sufficient statistics, written once as Parquet."""
