"""A corpus of freely licensed recordings, built from the audio inside Debian's packages.

`manifest` says which recordings there are and where they lie, `fetch` and `archives` bring
them, `prepare` makes each fit for training, `build` does all of it and writes a `catalogue`.
`labels` and `captions` hold what is known of the sounds in words.
"""
