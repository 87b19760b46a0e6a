"""What recordings of ROS 1 and ROS 2 share, whatever file they lie in: messages, transforms, and the way to a scene."""

from formats.format import Format

FORMATS: tuple[Format, ...] = ()
