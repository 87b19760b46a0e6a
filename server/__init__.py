"""The web: HTTP, label store, jobs, and the ``truebox`` command."""
