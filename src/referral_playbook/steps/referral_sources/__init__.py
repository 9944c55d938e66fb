"""Step 07: where does business come from?"""
