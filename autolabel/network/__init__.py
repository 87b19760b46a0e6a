"""The network that finds objects in a frame: what it sees, what it is, and what its answer means."""
