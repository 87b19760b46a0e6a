"""What recordings of ROS leave open."""

from __future__ import annotations

from formats.format import Question

QUESTIONS = (
    Question("lidars", "Which topics are lidars (commas between them)?"),
    Question("cameras", "Which topics are cameras (commas between them)?"),
    Question("frames_from", "Which topic's messages make the frames?"),
    Question("tolerance_ms", "How far from a frame, in milliseconds, may another sensor's message lie?"),
    Question(
        "time", "Which time holds: the one in a message's header, or the one it was recorded at?", ("header", "log")
    ),
    Question("ego", "Which frame of TF is the vehicle's own?"),
    Question("world", "Which frame of TF, or topic of poses, says where the vehicle is (none: nothing does)?"),
    Question("images", "Are the pictures raw or rectified?", ("raw", "rectified")),
    Question(
        "camera_frames",
        "Do the cameras' frames look along z (optical) or along x (body)?",
        ("optical", "body"),
    ),
    Question(
        "camera_shift",
        "Does TF place every camera, or does the projection's fourth column move it?",
        ("tf", "projection"),
    ),
    Question("intensity", "What is full intensity?", ("1", "255", "65535")),
)
