"""How far proposals may be trusted: calibrated probabilities, and bands by a wished share of errors."""
