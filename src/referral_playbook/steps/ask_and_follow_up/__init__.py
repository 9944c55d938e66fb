"""Step 06: whom do we ask, when, and how often?"""
