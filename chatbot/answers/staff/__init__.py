"""Where a person of the shop answers in the assistant’s place."""
