"""What the server remembers: projects, scenes, the label log and its tables, jobs."""
