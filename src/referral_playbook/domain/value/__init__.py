"""What a customer pays, stays and is worth."""
