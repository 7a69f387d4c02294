"""What processes that work for another one have in common."""

import signal


def leave_signals_to_parent() -> None:
    """Ctrl-C reaches the whole group; what a worker has begun is for its parent to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
