"""The merchant's pages of answers: the list, the editor, the starter, and bringing answers in."""
