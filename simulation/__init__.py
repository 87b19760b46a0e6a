"""A made drive with known truth: for the demo, the big tests, the machine's training and the benchmarks."""

from simulation.camera import SimulatedCamera
from simulation.disturbance import MountingDisturbance, PoseDisturbance
from simulation.drive import DEFAULT_SEED, SimulatedDrive, simulate_drive
from simulation.frame import SimulatedFrame, SimulatedObject
from simulation.lidar import SimulatedLidar, SimulatedSweep
from simulation.options import DriveOptions
from simulation.population import HEAVY_KINDS, Population
from simulation.pulses import Raster, Rosette, Spinning
from simulation.rig import LENSES, LIDAR_KINDS, Lens, rig_cameras, rig_lidars, solid_state_lidar, spinning_lidar

__all__ = [
    "DEFAULT_SEED",
    "HEAVY_KINDS",
    "LENSES",
    "LIDAR_KINDS",
    "DriveOptions",
    "Lens",
    "MountingDisturbance",
    "Population",
    "PoseDisturbance",
    "Raster",
    "Rosette",
    "SimulatedCamera",
    "SimulatedDrive",
    "SimulatedFrame",
    "SimulatedLidar",
    "SimulatedObject",
    "SimulatedSweep",
    "Spinning",
    "rig_cameras",
    "rig_lidars",
    "simulate_drive",
    "solid_state_lidar",
    "spinning_lidar",
]
