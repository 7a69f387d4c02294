"""``soundlasso models``."""

import json
from typing import Annotated

import typer


def models(
    as_json: Annotated[bool, typer.Option("--json", help="Print the cards as JSON.")] = False,
    published: Annotated[
        bool, typer.Option("--published", help="List what can be imported instead.")
    ] = False,
) -> None:
    """List the models that separate can use."""
    if published:
        _list_published(as_json)
        return
    from soundlasso import available_models
    from soundlasso.zoo.registry import ALIASES

    cards = available_models()
    if as_json:
        rows = [
            {**vars(card), "aliases": [name for name, of in ALIASES.items() if of == card.name]}
            for card in cards
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("name", "parameters", "rate", "licence", "SI-SDRi", "what it is"):
        table.add_column(heading, no_wrap=heading != "what it is")
    for card in cards:
        names = [card.name, *(name for name, of in ALIASES.items() if of == card.name)]
        score = card.metrics.get("two-source", {}).get("si_sdri")
        table.add_row(
            ", ".join(names),
            f"{card.parameters / 1e6:.1f} M",
            f"{card.sample_rate} Hz",
            card.licence,
            "" if score is None else f"{score:.1f} dB",
            card.summary,
        )
    Console(soft_wrap=True).print(table)


def _list_published(as_json: bool) -> None:
    from soundlasso.zoo.official.systems import SYSTEMS
    from soundlasso.zoo.registry import known_cards

    known = known_cards()
    if as_json:
        rows = [
            {
                "name": system.name,
                "title": system.title,
                "family": system.family,
                "sample_rate": system.sample_rate,
                "licence": system.licence,
                "terms": system.terms,
                "imported": system.name in known,
                "files": [{"name": file.name, "page": file.page} for file in system.files],
            }
            for system in SYSTEMS.values()
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for system in SYSTEMS.values():
        state = ", imported" if system.name in known else ""
        typer.echo(f"{system.name}{state}")
        typer.echo(f"  {system.title}; {system.sample_rate} Hz; licence: {system.licence}")
        for file in system.files:
            typer.echo(f"  {file.name} from {file.page}")
