"""A made drive with known truth: for the demo, the big tests and the benchmarks."""

from simulation.camera import SimulatedCamera
from simulation.drive import (
    DEFAULT_SEED,
    DriveOptions,
    SimulatedDrive,
    SimulatedFrame,
    SimulatedObject,
    simulate_drive,
)

__all__ = [
    "DEFAULT_SEED",
    "DriveOptions",
    "SimulatedCamera",
    "SimulatedDrive",
    "SimulatedFrame",
    "SimulatedObject",
    "simulate_drive",
]
