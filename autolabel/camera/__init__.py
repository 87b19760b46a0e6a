"""A second opinion from the images: whether a cuboid's picture shows such an object, and its front or its rear."""
