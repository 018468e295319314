"""Where staff teach the assistant: the effect of what they write, questions without an answer, wrong answers."""
