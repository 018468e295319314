"""The frame of the merchant's pages: templates, navigation, styles."""
