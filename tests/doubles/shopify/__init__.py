"""A Shopify that obeys the rules: the published schema over a store in memory, costs, tokens, bulk, webhooks, admin.

In a test:

    with Double(live_server.url) as shopify:
        shop = shopify.add_shop("first")              # first.myshopify.com, under shopify.origin
        pot = shop.store.add_product("Pot", "12.00")  # says products/create
        shop.store.change_price(pot["variants"][0], "9.00")
        assert shop.webhooks.wait()                      # every webhook was taken or given up
        shop.webhooks.late_seconds, shop.webhooks.storm = 2.0, 5  # late, and five for each change
        shopify.fail("502", times=2)                  # the next two answers of the Admin API
    shop.theme.change(frozenset({"embed", "product"}), shows_chat=True)  # what shop.front shows of the app's blocks

or the fixture `shopify` of tests/conftest.py, which also points the product at it. It knows nothing of the product but
shopconnect/connectors/shopify/app/shopify.app.toml, which an app hands to Shopify, and signs by its own code.
`python -m tests.doubles.shopify --help` runs it as a process, with the shop of an interchange folder in it.
"""
