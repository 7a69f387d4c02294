"""Public data sets of captioned and labelled sound, all read into the same records.

`clip` has the records, `registry` the data sets by name. Each data set is one module, which
says what to download, where it goes and under which terms. Nothing is downloaded here, and no
sound is opened: loaders read tables and look which of the listed files are there.
"""
