"""The model to begin with, made from simulated drives alone; ``MODEL_CARD.md`` says how."""

from pathlib import Path

INITIAL = Path(__file__).with_name("initial.safetensors")
