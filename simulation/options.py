"""What a simulated drive is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulation.camera import SimulatedCamera
from simulation.disturbance import MountingDisturbance, PoseDisturbance
from simulation.lidar import SimulatedLidar
from simulation.plans import PLANS, Surroundings
from simulation.population import Population
from simulation.rig import LENSES, Lens, rig_cameras, spinning_lidar

STEEPEST = 0.15


@dataclass(frozen=True)
class DriveOptions:
    """What the sensors record, and of what.

    Attributes:
        image_size_px: Width and height of the pictures; the field of view stays.
        azimuths: Pulses of each of the 64 beams in one turn, where ``lidars`` names no other lidar.
        pictures: Whether the cameras take pictures at all.
        lens: How the three default cameras see.
        cameras: Other cameras than these.
        lidars: Other lidars than the one with 64 beams on the roof; the first is the frame's main one.
        rolling: Whether a sweep takes as long as a frame, so that the ego's and others' motion distorts it and each
            point has its own time; else it is instantaneous.
        surroundings: Houses wall to wall, houses in gardens, or hardly any houses.
        slope: Steepest gradient of the hills the street runs over, 0 … 0.15; 0 for land that is almost level.
        clutter: Density of bins, boxes, racks, posts, containers and the like; 1 is a common street, 0 none.
        lookalikes: Density of trunks, poles, narrow bushes, meters and other things of people's sizes and, farther out,
            fences and walls; 1 is one every 9 m on each side.
        population: How the traffic differs from a common street's.
        occlusion: Whether objects are told how far they are hidden; else all count as visible, which saves a tenth of
            the time.
        sight_m: How far around the ego the world is there, 40 … 250; near things alone cost less.
        lively: Whether drivers brake, stop, go on and change lanes, cyclists swerve and people on foot stop now and
            then; else all move smoothly.
        pose_disturbance: How far the reported trajectory is from the true one.
        mounting_disturbance: How far the reported places of the sensors are from the true ones.
    """

    image_size_px: tuple[int, int] = (1242, 375)
    azimuths: int = 1800
    pictures: bool = True
    lens: Lens = "pinhole"
    cameras: tuple[SimulatedCamera, ...] = ()
    lidars: tuple[SimulatedLidar, ...] = ()
    rolling: bool = False
    surroundings: Surroundings = "town"
    slope: float = 0.0
    clutter: float = 1.0
    lookalikes: float = 0.0
    population: Population = field(default_factory=Population)
    occlusion: bool = True
    sight_m: float = 125.0
    lively: bool = False
    pose_disturbance: PoseDisturbance = field(default_factory=PoseDisturbance)
    mounting_disturbance: MountingDisturbance = field(default_factory=MountingDisturbance)

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on what no sensor or street has."""
        if min(self.image_size_px) < 16:
            raise ValueError(f"image_size_px must be at least 16 × 16, got {self.image_size_px}")
        if not 36 <= self.azimuths <= 7200:
            raise ValueError(f"azimuths must be 36 … 7200, got {self.azimuths}")
        if self.lens not in LENSES:
            raise ValueError(f"lens must be one of {', '.join(LENSES)}, got {self.lens}")
        if self.surroundings not in PLANS:
            raise ValueError(f"surroundings must be one of {', '.join(PLANS)}, got {self.surroundings}")
        if not 0 <= self.slope <= STEEPEST:
            raise ValueError(f"slope must be 0 … {STEEPEST}, got {self.slope}")
        if not 0 <= self.clutter <= 5:
            raise ValueError(f"clutter must be 0 … 5, got {self.clutter}")
        if not 0 <= self.lookalikes <= 5:
            raise ValueError(f"lookalikes must be 0 … 5, got {self.lookalikes}")
        if not 40 <= self.sight_m <= 250:
            raise ValueError(f"sight_m must be 40 … 250, got {self.sight_m}")
        names = [*(lidar.name for lidar in self.lidars), *(camera.name for camera in self.cameras)]
        if len(set(names)) < len(names):
            raise ValueError(f"cameras and lidars must have names of their own, got {', '.join(names)}")

    def all_cameras(self) -> tuple[SimulatedCamera, ...]:
        """Those named, or the default ones."""
        return self.cameras or rig_cameras(self.image_size_px, self.lens)

    def all_lidars(self) -> tuple[SimulatedLidar, ...]:
        """Those named, or the default one."""
        return self.lidars or (spinning_lidar(64, azimuths=self.azimuths),)
