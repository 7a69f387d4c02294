"""Where the corpus's sounds come from: Debian's packages, and what is synthesised."""

from soundlasso.corpus import manifest
from soundlasso.corpus.manifest import Entry, Package
from soundlasso.corpus.synthetic import registry


def all_packages() -> list[Package]:
    """All packages of the corpus, and last what stands for one of synthetic sounds."""
    return [*manifest.packages(), registry.package()]


def all_entries() -> list[Entry]:
    """All recordings of the corpus, synthetic ones last."""
    return [*manifest.entries(), *registry.entries()]
