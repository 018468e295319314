"""Where shoppers who left an e-mail address are told by mail what the team replies."""
