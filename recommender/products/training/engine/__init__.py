"""The mathematics of fitting: the only place of the room that imports LightFM."""
