"""A second look at an object's points: whether it is one at all, and which of its ends is the front."""
