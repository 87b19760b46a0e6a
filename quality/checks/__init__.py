"""The checks, one a file: a module here with a ``CHECK`` is found by itself."""
