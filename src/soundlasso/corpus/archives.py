"""Reading the containers that recordings come in: Debian packages, zip files and two more.

Everything is read in pure Python and as a stream, so that a corpus can be built without root
and on systems that have no ``dpkg``. A reader yields ``(name, bytes)`` for the members that a
predicate asks for, in the order of the archive.

* ``.deb``: an ``ar`` file holding ``data.tar.{xz,gz}`` (Debian policy, deb(5)).
* ``.zip``, ``.pk3``, ``.love``: zip files under other endings.
* ``.rcc``: Qt's compiled resources (format versions 1-3, Qt documentation "rcc").
* ``.ocg``, ``.ocd``: OpenClonk group files, gzip data behind two changed magic bytes, whose
  entries may be groups again.
"""

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Literal

from soundlasso.errors import CorpusError

Wanted = Callable[[str], bool]

_AR_MAGIC = b"!<arch>\n"
_AR_HEADER_BYTES = 60
_STREAMED: dict[str, Literal["r|", "r|gz", "r|xz"]] = {"": "r|", "gz": "r|gz", "xz": "r|xz"}


def read_deb(path: Path, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    """Yields the wanted regular files of a Debian package.

    Names are relative to the file system's root, without a leading ``./``.

    Raises:
        CorpusError: the file is not a Debian package, or its data cannot be read.
    """
    try:
        with path.open("rb") as file, _open_deb_data(file) as tar:
            for member in tar:
                name = member.name.removeprefix("./")
                if not member.isfile() or not wanted(name):
                    continue
                stream = tar.extractfile(member)
                if stream is not None:
                    yield name, stream.read()
    except (tarfile.TarError, lzma.LZMAError, OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"{path.name}: cannot be read as a Debian package: {error}") from error


def _open_deb_data(file: IO[bytes]) -> tarfile.TarFile:
    if file.read(len(_AR_MAGIC)) != _AR_MAGIC:
        raise tarfile.ReadError("it does not start like an ar archive")
    while header := file.read(_AR_HEADER_BYTES):
        if len(header) < _AR_HEADER_BYTES:
            break
        name = header[:16].decode("ascii").strip().rstrip("/")
        size = int(header[48:58])
        if name.startswith("data.tar"):
            compression = name.removeprefix("data.tar").removeprefix(".")
            if compression not in _STREAMED:
                raise tarfile.ReadError(f"its data is packed as {compression}")
            # The data member is the package's last, so the stream may run to the end of the file.
            return tarfile.open(fileobj=file, mode=_STREAMED[compression])
        file.seek(size + size % 2, io.SEEK_CUR)
    raise tarfile.ReadError("it holds no data.tar")


def read_archive(name: str, content: bytes, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    """Yields the wanted files inside an archive that lies in a package.

    Args:
        name: The archive's file name; its ending says how to read it.
        content: The archive itself.
        wanted: Says of each member's path whether it is to be read.

    Raises:
        CorpusError: the ending is not known, or the content is damaged.
    """
    ending = name.rsplit(".", 1)[-1].lower()
    try:
        if ending in {"zip", "pk3", "love"}:
            yield from _read_zip(content, wanted)
        elif ending == "rcc":
            yield from _read_rcc(content, wanted)
        elif ending in {"ocg", "ocd"}:
            yield from _read_clonk_group(_unpack_clonk(content), "", wanted)
        else:
            raise CorpusError(f"{name}: no reader for .{ending} archives")
    except (zipfile.BadZipFile, struct.error, zlib.error, OSError, EOFError) as error:
        raise CorpusError(f"{name}: damaged archive: {error}") from error


def _read_zip(content: bytes, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            if not info.is_dir() and wanted(info.filename):
                yield info.filename, archive.read(info)


_RCC_COMPRESSED = 1
_RCC_DIRECTORY = 2


def _read_rcc(content: bytes, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    magic, version, tree, data, names = struct.unpack_from(">4s4I", content)
    if magic != b"qres" or version not in {1, 2, 3}:
        raise CorpusError("not a Qt resource file of a known version")
    # Version 2 added eight bytes of modification time to every node of the tree.
    node_bytes = 14 if version == 1 else 22

    def node(index: int) -> tuple[str, int, int, int]:
        offset = tree + index * node_bytes
        name_at, flags = struct.unpack_from(">IH", content, offset)
        first, second = struct.unpack_from(">II", content, offset + 6)
        (length,) = struct.unpack_from(">H", content, names + name_at)
        start = names + name_at + 6
        name = content[start : start + 2 * length].decode("utf-16-be")
        return name, flags, first, second

    def walk(index: int, prefix: str) -> Iterator[tuple[str, bytes]]:
        _, _, count, first_child = node(index)
        for child in range(first_child, first_child + count):
            name, flags, _, data_at = node(child)
            path = prefix + name
            if flags & _RCC_DIRECTORY:
                yield from walk(child, path + "/")
            elif wanted(path):
                (size,) = struct.unpack_from(">I", content, data + data_at)
                raw = content[data + data_at + 4 : data + data_at + 4 + size]
                # Compressed data starts with its unpacked length, as qCompress writes it.
                yield path, zlib.decompress(raw[4:]) if flags & _RCC_COMPRESSED else raw

    yield from walk(0, "")


_CLONK_MAGIC = b"\x1e\x8c"
_GZIP_MAGIC = b"\x1f\x8b"
_CLONK_HEADER_BYTES = 204
_CLONK_ENTRY_BYTES = 316


def _unpack_clonk(content: bytes) -> bytes:
    if content[:2] == _CLONK_MAGIC:
        content = _GZIP_MAGIC + content[2:]
    return gzip.decompress(content)


def _read_clonk_group(group: bytes, prefix: str, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    # The header is hidden twice: bytes XORed with 237, then every third pair swapped.
    header = bytearray(byte ^ 237 for byte in group[:_CLONK_HEADER_BYTES])
    for at in range(0, _CLONK_HEADER_BYTES - 2, 3):
        header[at], header[at + 2] = header[at + 2], header[at]
    if not header.startswith(b"RedWolf Design GrpFolder"):
        raise CorpusError("not an OpenClonk group file")
    (entries,) = struct.unpack_from("<i", header, 36)
    body = _CLONK_HEADER_BYTES + entries * _CLONK_ENTRY_BYTES
    for index in range(entries):
        at = _CLONK_HEADER_BYTES + index * _CLONK_ENTRY_BYTES
        name = group[at : at + 260].split(b"\0", 1)[0].decode("utf-8", "replace")
        _, is_group, size, _, offset = struct.unpack_from("<5i", group, at + 260)
        content = group[body + offset : body + offset + size]
        if is_group:
            yield from _read_clonk_group(content, f"{prefix}{name}/", wanted)
        elif wanted(prefix + name):
            yield prefix + name, content
