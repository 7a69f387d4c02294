"""What processes that work for another one have in common."""

import multiprocessing
import os
import signal
import threading


def leave_signals_to_parent() -> None:
    """Ctrl-C reaches the whole group; what a worker has begun is for its parent to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def end_with_parent() -> None:
    """Ends this process, made by `multiprocessing`, at once when its parent is gone."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()
