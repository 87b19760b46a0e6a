"""How fast each part is, as ratios on one machine in one run; one file a benchmark."""
