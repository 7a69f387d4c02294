"""Separation networks, one file a family: its config, its layers, its sizes."""
