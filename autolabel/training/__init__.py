"""How the network learns from labelled frames."""
