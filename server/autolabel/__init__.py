"""The server's part of labeling by a model: which frames teach, what becomes of proposals, versions, the queue."""
