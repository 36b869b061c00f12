"""The terminal beneath the app."""
