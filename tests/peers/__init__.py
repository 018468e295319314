"""Other people's software that ours is checked against: Shopify's own libraries, its schema, its theme linter.

Node comes from a wheel of the test extra, so that it is the same everywhere; the packages come by package-lock.json
into node_modules, once for each lock (`python -m tests.peers.node`; `make test` calls it), nothing is fetched after.

- `node.PACKAGES / "@shopify/dev-mcp/dist/data/admin_2026-10.json.gz"`: the published schema, as
  `{"data": {"__schema"}, "offline_scopes"}`, with `requiredAccess` beside each field. Only the data of this package is
  used, so what it depends on is left out (`overrides` in package.json).
- `node.PACKAGES / "@shopify/theme-check-node"`: the linter of theme app extensions, for a script run by `node.node()`.
- `shopify_api.ShopifyApi(client_id, secret)`: @shopify/shopify-api, asked through one process; `close()` it.
- `shopify_app.ShopifyApp(client_id, client_secret, old_client_secret)`: Shopify's Python library, of the test extra.
"""
