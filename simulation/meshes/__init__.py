"""The shapes of things: vehicles, people, houses, trees, ground."""

from simulation.meshes.mesh import Mesh

__all__ = ["Mesh"]
