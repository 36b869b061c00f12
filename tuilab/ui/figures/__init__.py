"""What is drawn and taken away of runs: snapshots in, figures and files out. Pure."""
