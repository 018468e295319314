"""The export of a whole shop: asked for on a page, made by a worker, fetched by an owner, removed after a week."""
