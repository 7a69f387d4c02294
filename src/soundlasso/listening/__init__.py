"""The blind listening test: its sounds, who hears what in which order, ratings and the report.

The order of work is `render`, `manifest`, `order`, `results`, `report`; `webmushra` writes the
same test for another program. Only `render` and `webmushra` touch sound.
"""
