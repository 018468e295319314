"""The merchant's rules: their types, drafts and versions, words, cautions, and how they apply."""
