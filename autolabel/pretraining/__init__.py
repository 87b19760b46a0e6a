"""The first weights: a network trained on nothing but simulated drives."""
