"""Painted surfaces: what a wall, a road or the side of a car looks like close up."""

from simulation.textures.atlas import TextureAtlas, texture_atlas, texture_id

__all__ = ["TextureAtlas", "texture_atlas", "texture_id"]
