"""Step 04: a goal that is near, and progress that is seen."""
