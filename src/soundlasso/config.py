"""Config dataclasses from plain tables, as TOML and JSON have them."""

import dataclasses
import typing
from typing import Any, TypeVar

Config = TypeVar("Config")


def build_config(kind: type[Config], values: object, where: str = "config") -> Config:
    """Makes a config dataclass of a table; tables in it become its dataclasses.

    Args:
        kind: The dataclass.
        values: A mapping; lists stand for tuples.
        where: What the table is called in messages.

    Raises:
        ValueError: a name is not known there, or a value is not of its kind or range. The
            message says where.
    """
    if not isinstance(values, dict):
        raise ValueError(f"{where}: must be a table")
    known = [item.name for item in dataclasses.fields(kind) if item.init]  # type: ignore[arg-type]
    types = typing.get_type_hints(kind)
    arguments: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"{where}: {name!r} is not known; there are {', '.join(known)}")
        arguments[name] = _value(value, types[name], f"{where}.{name}")
    try:
        return kind(**arguments)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{where}: {error}") from error


def _value(value: object, wanted: Any, where: str) -> Any:
    if dataclasses.is_dataclass(wanted):
        return build_config(typing.cast(type, wanted), value, where)
    if typing.get_origin(wanted) is tuple:
        return _tuple(value, typing.get_args(wanted), where)
    if typing.get_origin(wanted) is typing.Literal:
        choices = typing.get_args(wanted)
        if value not in choices:
            raise ValueError(f"{where}: must be one of {', '.join(choices)}, not {value!r}")
        return value
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise ValueError(f"{where}: must be {wanted.__name__}, not {value!r}")
    return value


def _tuple(value: object, wanted: tuple[Any, ...], where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{where}: must be a list")
    if wanted[-1] is Ellipsis:
        wanted = (wanted[0],) * len(value)
    if len(value) != len(wanted):
        raise ValueError(f"{where}: must have {len(wanted)} values, not {len(value)}")
    return tuple(_value(item, kind, where) for item, kind in zip(value, wanted, strict=True))


def as_table(config: object) -> dict[str, Any]:
    """A config dataclass as a plain table, without what it derives itself; undoes `build_config`.

    Args:
        config: A dataclass; those in it become tables of the table, tuples lists.
    """
    return {
        item.name: _plain(getattr(config, item.name))
        for item in dataclasses.fields(config)  # type: ignore[arg-type]
        if item.init
    }


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value):
        return as_table(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def check_ranges(config: object, **least: float) -> None:
    """Refuses fields of a config that are smaller than they may be.

    Args:
        config: A dataclass.
        least: The smallest value that each named field may have.

    Raises:
        ValueError: names the field and its smallest value.
    """
    for name, smallest in least.items():
        if not getattr(config, name) >= smallest:
            raise ValueError(f"{name} must be at least {smallest:g}, not {getattr(config, name)}")


def check_shares(config: object, *names: str) -> None:
    """Refuses fields of a config, probabilities and shares, that are not between 0 and 1.

    Args:
        config: A dataclass.
        names: Of fields with a number, or a tuple of them.

    Raises:
        ValueError: names the field.
    """
    for name in names:
        field = getattr(config, name)
        for value in field if isinstance(field, tuple) else (field,):
            if not 0 <= value <= 1:
                raise ValueError(f"{name} must be between 0 and 1, not {value}")


def check_spans(config: object, *names: str) -> None:
    """Refuses fields of a config, each a lowest and a highest value, that are the other way round.

    Raises:
        ValueError: names the field.
    """
    for name in names:
        low, high = getattr(config, name)
        if not low <= high:
            raise ValueError(f"{name} must be a lowest and a highest value, not [{low}, {high}]")
