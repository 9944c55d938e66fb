"""Step 01: are there any referrals to be had?"""
