"""What a customer is worth: contracts (sBG), repeat purchases (BG/NBD, Gamma-Gamma), and simple multiples."""
