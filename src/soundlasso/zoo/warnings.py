"""What users are told about their queries."""

from soundlasso.query.encoder import TokenStates


def query_warnings(encoded: TokenStates, max_tokens: int) -> list[str]:
    """Warnings for one encoded query."""
    if encoded.truncated[0]:
        return [f"the query is too long; only its first {max_tokens} tokens were read"]
    return []
