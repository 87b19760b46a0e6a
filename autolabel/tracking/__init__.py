"""Objects followed through a scene: detections of single frames become tracks with one size and a smooth way."""

from autolabel.tracking.build_tracks import build_tracks
from autolabel.tracking.options import TrackingOptions
from autolabel.tracking.track import ProposedTrack

__all__ = ["ProposedTrack", "TrackingOptions", "build_tracks"]
