"""Public data sets of captioned and labelled sound, all read into the same records.

`clip` has the records, `registry` the data sets by name. Each data set is one module, which
says what to download, where it goes and under which terms. Nothing is downloaded here. Loaders
open no sound: they read tables and look which of the listed files are there.

`importing` makes a data set a corpus that can be trained on: `splits` says what is trained on,
`describe` finds the words for its clips, `preparing` decodes their sounds.
"""
