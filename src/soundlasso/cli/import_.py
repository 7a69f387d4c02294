"""``soundlasso import``, and what happens where a model is named that is not imported yet."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soundlasso.errors import OptionError

if TYPE_CHECKING:
    from soundlasso.zoo.official.systems import OfficialSystem


def import_(
    system: Annotated[
        str,
        typer.Option(
            "--as",
            help="Which system it is (see: soundlasso models --published), or the query encoders "
            "clap and clap_music.",
        ),
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Its published files; fetched from the hub if none is given."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="What -m is to call it. Default: as --as does.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the model. Default: where -m finds it."),
    ] = None,
    query_encoder: Annotated[
        str | None,
        typer.Option(
            metavar="ID_OR_FOLDER", help="The query encoder, where it is not to be the usual one."
        ),
    ] = None,
    tokenizer: Annotated[
        Path | None,
        typer.Option(help="Of a query encoder: the folder with its tokenizer.json."),
    ] = None,
) -> None:
    """Make a published separator usable: convert its checkpoint into safetensors and a card.

    Nothing in the checkpoint is run. Afterwards: soundlasso separate FILE -q QUERY -m NAME
    """
    if system in {"clap", "clap_music"}:
        for option, value in (("--query-encoder", query_encoder), ("--name", name)):
            if value is not None:
                raise OptionError(f"{option} is for separators")
        typer.echo(_import_encoder(system, files or [], out, tokenizer))
        return
    if tokenizer is not None:
        raise OptionError("--tokenizer is for query encoders")
    typer.echo(_import_system(system, files, out, name, query_encoder))


def _import_system(
    system_name: str,
    files: list[Path] | None,
    out: Path | None,
    name: str | None,
    query_encoder: str | None,
) -> Path:
    from soundlasso.zoo.card import read_card
    from soundlasso.zoo.folder import models_folder
    from soundlasso.zoo.official.fetching import fetch_official
    from soundlasso.zoo.official.importing import import_official
    from soundlasso.zoo.official.naming import check_own_name
    from soundlasso.zoo.official.systems import find_system

    system = find_system(system_name)
    if name is not None:
        check_own_name(name, system)
    _show_terms(system)
    paths = files or fetch_official(system)
    folder = models_folder() if out is None else out
    path = import_official(
        system, paths, folder, name=name, query_encoder=_from_anywhere(query_encoder)
    )
    card = read_card(path)
    if ignored := sum(card.training["ignored"].values()):
        typer.echo(
            f"soundlasso: {ignored} tensors of it are not needed; the card says which", err=True
        )
    rate = card.sample_rate
    if rate != system.sample_rate:
        typer.echo(
            f"soundlasso: warning: {system.name} was published at {system.sample_rate} Hz, "
            f"this one works at {rate} Hz",
            err=True,
        )
    return path


def _from_anywhere(query_encoder: str | None) -> str | None:
    """A folder's full name, also where brackets stand behind it, as in ``folder[:50]``."""
    from soundlasso.zoo.query_encoders import split_brackets

    if query_encoder is None:
        return None
    if Path(query_encoder).is_dir():
        return str(Path(query_encoder).resolve())
    own, brackets = split_brackets(query_encoder)
    return f"{Path(own).resolve()}{brackets}" if Path(own).is_dir() else query_encoder


def _import_encoder(name: str, files: list[Path], out: Path | None, tokenizer: Path | None) -> Path:
    from soundlasso.zoo.official.encoders import ENCODERS, import_encoder
    from soundlasso.zoo.query_encoders import encoder_folder

    encoder = ENCODERS[name]
    if len(files) != 1:
        raise OptionError(
            f"{name} is made of one file, {encoder.file.name} from {encoder.file.page}; where a "
            "hub can be reached it need not be imported"
        )
    folder = encoder_folder(encoder.hub_id) if out is None else out
    return import_encoder(encoder, files[0], folder, tokenizer=tokenizer)


def ensure_model(name: str) -> None:
    """Fetches and imports a published separator that is asked for by name for the first time.

    Raises:
        SoundLassoError: it cannot be; says how it can.
    """
    from soundlasso.zoo.folder import models_folder
    from soundlasso.zoo.official.fetching import fetch_official
    from soundlasso.zoo.official.systems import SYSTEMS
    from soundlasso.zoo.registry import known_cards

    if name not in SYSTEMS or name in known_cards():
        return
    system = SYSTEMS[name]
    _show_terms(system)
    paths = fetch_official(system)
    from soundlasso.zoo.official.importing import import_official

    import_official(system, paths, models_folder())


def _show_terms(system: "OfficialSystem") -> None:
    typer.echo(f"soundlasso: {system.title}; licence: {system.licence}. {system.terms}", err=True)
