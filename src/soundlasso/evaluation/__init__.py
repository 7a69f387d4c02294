"""Judging models on mixtures whose sources are known."""
