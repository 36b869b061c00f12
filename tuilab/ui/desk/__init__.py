"""What lies on the desk, without a widget: the draft with its undo, the control of a run, the watching of it."""
