"""The mathematics of suggestions: arrays in, arrays out; the only place of the room that imports numpy."""
