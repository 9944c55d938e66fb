"""Step 09: does the programme that runs do what it should?"""
