"""Programs for developers; nothing of the package needs them."""
