"""The written playbook as a book: the pages that are made from the code, and the settings of its site.

``python -m book`` (``make docs``) writes the pages again; ``make book`` builds the site.
"""
