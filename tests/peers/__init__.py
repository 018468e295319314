"""Other people's software that ours is checked against: Shopify's own libraries, its schema, its theme linter.

Node comes from a wheel, packages by the lock into node_modules (`python -m tests.peers.node` brings them, once; `make
test` calls it). `shopifyapp` is a Python package of the test extra, imported as `shopify_app`.
"""
