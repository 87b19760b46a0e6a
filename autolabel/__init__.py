"""The machine proposes: tracks carried on, boxes from rectangles, and whole scenes labelled after a few frames."""
