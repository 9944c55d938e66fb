"""Step 05: how many referrals must there be, and does the programme pay against doing nothing?"""
