"""Models by name: what there is, where the weights lie, and how each becomes a separator."""
