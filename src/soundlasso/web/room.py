"""Running out of disk, however it is told."""

import errno
import sqlite3

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def is_full(error: BaseException) -> bool:
    """Whether an error says that there is no room left, on the disk or in the quota."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    # Errors that the module itself makes have no code.
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.Error) and code == sqlite3.SQLITE_FULL
