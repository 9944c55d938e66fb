"""Step 03: is sharing easy, and does it do the advocate credit?"""
