"""Step 00: what do we have, and what can we say with it?"""
