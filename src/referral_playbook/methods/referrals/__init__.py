"""How referrals spread: K, cascades, clusters, counts and follow-up."""
