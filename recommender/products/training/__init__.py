"""Fitting the models of a shop, adding what comes later, and saving what is served."""
