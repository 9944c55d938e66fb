"""Where customers come from, and how referrals move through the funnel."""
