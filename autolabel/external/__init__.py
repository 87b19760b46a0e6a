"""Other people's detectors propose through the same door as ours: over HTTP, or from an ONNX file."""
