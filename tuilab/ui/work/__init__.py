"""Work off the UI thread, and what becomes of a fault that nobody expected."""
