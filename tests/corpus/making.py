"""Making the containers that recordings come in, in miniature."""

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

import numpy as np
import soundfile


def sound(seconds: float = 0.5, rate: int = 22_050, seed: int = 0, kind: str = "WAV") -> bytes:
    """A sound file of noise."""
    rng = np.random.default_rng(seed)
    out = io.BytesIO()
    soundfile.write(out, rng.standard_normal(round(seconds * rate)) * 0.1, rate, format=kind)
    return out.getvalue()


def deb(files: dict[str, bytes], compression: str = "xz") -> bytes:
    """A Debian package that holds files."""
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    packed = inner.getvalue()
    if compression == "xz":
        packed = lzma.compress(packed)
    elif compression == "gz":
        packed = gzip.compress(packed, mtime=0)
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": b"odd",
        f"data.tar.{compression}": packed,
    }
    out = b"!<arch>\n"
    for name, content in members.items():
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode()
        out += header + content + b"\n" * (len(content) % 2)
    return out


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def rcc(name: str, content: bytes, *, version: int = 2, compress: bool = True) -> bytes:
    """A Qt resource file with one file in one folder, ``sounds/NAME``."""
    names, offsets = b"", []
    for text in ("sounds", name):
        offsets.append(len(names))
        encoded = text.encode("utf-16-be")
        names += struct.pack(">HI", len(text), 0) + encoded
    if compress:
        packed = zlib.compress(content)
        data = struct.pack(">II", len(packed) + 4, len(content)) + packed
    else:
        data = struct.pack(">I", len(content)) + content
    stamp = b"" if version == 1 else struct.pack(">Q", 0)

    def node(name_at: int, flags: int, first: int, second: int) -> bytes:
        return struct.pack(">IHII", name_at, flags, first, second) + stamp

    tree = node(0, 2, 1, 1) + node(offsets[0], 2, 1, 2)
    # A file has country and language where a folder has its count of children.
    tree += node(offsets[1], int(compress), 0, 0)
    head = 20
    return (
        struct.pack(
            ">4s4I", b"qres", version, head + len(data) + len(names), head, head + len(data)
        )
        + data
        + names
        + tree
    )


def clonk(files: dict[str, bytes | dict[str, bytes]]) -> bytes:
    """An OpenClonk group file; folders are groups in the group."""
    raw = _clonk_raw(files)
    packed = gzip.compress(raw, mtime=0)
    return b"\x1e\x8c" + packed[2:]


def _clonk_raw(files: dict[str, bytes | dict[str, bytes]]) -> bytes:
    header = bytearray(204)
    header[:24] = b"RedWolf Design GrpFolder"
    header[36:40] = struct.pack("<i", len(files))
    for at in range(0, 202, 3):
        header[at], header[at + 2] = header[at + 2], header[at]
    hidden = bytes(byte ^ 237 for byte in header)
    entries, body = b"", b""
    for name, content in files.items():
        is_group = isinstance(content, dict)
        data = _clonk_raw(dict(content)) if isinstance(content, dict) else content
        entry = name.encode().ljust(260, b"\0")
        entry += struct.pack("<5i", 1, is_group, len(data), 0, len(body))
        entries += entry.ljust(316, b"\0")
        body += data
    return hidden + entries + body
