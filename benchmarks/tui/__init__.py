"""What a person at a terminal feels: tuilab beside W&B LEET, each in a pty of its own, tailing its own run."""
