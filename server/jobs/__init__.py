"""Long work: run in worker processes, seen through rows of the database."""
