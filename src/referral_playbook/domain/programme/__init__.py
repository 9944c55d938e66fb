"""The referral programme: what comes without it, what it adds, costs and pays."""
