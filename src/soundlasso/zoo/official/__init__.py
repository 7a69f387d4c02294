"""From published checkpoints to this project's: one file a system."""
