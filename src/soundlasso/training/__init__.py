"""Training: recipes, one loop for all networks, and what each network's task is in it.

Inference never imports this package.
"""
