"""The machine proposes: few-shot training, detection, tracking, refinement, what to label next."""
