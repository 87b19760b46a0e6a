"""What plain folders leave open."""

from __future__ import annotations

from formats.format import Question

UNITS_NS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9}

QUESTIONS = (
    Question("scenes", "Is the folder one scene, or is each folder in it one?", ("one", "folders")),
    Question("pattern.*", "Which files are a sensor's (a glob from the scene's folder, * matching / as well)?"),
    Question("pairing", "Do files belong together by number, by time, or by their order?", ("number", "time", "order")),
    Question("time_unit", "In which unit are the times in file names?", tuple(UNITS_NS)),
    Question("rate_hz", "How many frames a second, where names are numbers?"),
    Question("tolerance_ms", "How far from a frame, in milliseconds, may another sensor's file lie?"),
    Question("point_fields", "How many float32 numbers has a point of a .bin file?", ("4", "5", "6")),
    Question("intensity", "What is full intensity?", ("1", "255", "65535")),
    Question("points_in", "Are the points in their sensor's frame or in map coordinates?", ("sensor", "map")),
    Question("matrix_order", "Do 16 numbers of a matrix go row by row or column by column?", ("row", "column")),
    Question("extrinsics", "Which way do extrinsics lead?", ("ego_from_sensor", "sensor_from_ego")),
    Question("angles", "Are roll, pitch and yaw in degrees or radians?", ("degrees", "radians")),
    Question("uncalibrated", "What of cameras without a calibration?", ("leave_out", "nominal")),
)
