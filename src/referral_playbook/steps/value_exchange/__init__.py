"""Step 02: what do we give, what do we get, and how far can we go?"""
