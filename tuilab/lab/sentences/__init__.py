"""What is said of runs, claims and gradients, the same in the app and on the command line. Pure."""
