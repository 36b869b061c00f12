"""What lies on the desk, without a widget: the draft with its undo, the start, control and watching of a run."""
