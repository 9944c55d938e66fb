"""Outside figures with denominator, source, firmness and counter-evidence."""
