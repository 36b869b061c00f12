"""The widgets of the main screen. None knows its parent: state comes down, messages go up."""
