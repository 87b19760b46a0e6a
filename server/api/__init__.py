"""The routes: thin, each one call into a room or the store."""
