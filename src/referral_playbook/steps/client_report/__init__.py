"""Step 10: one decision, at most nine actions, and what the decision rests on."""
