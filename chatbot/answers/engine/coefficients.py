"""Fitted by tests/chatbot/fit_confidence.py on texts invented for this project; not written by hand."""

COEFFICIENTS: dict[str, dict[str, float]] = {
    "fr": {
        "one": -4.3282,
        "ridge": 0.0000,
        "margin": 0.8784,
        "share": 0.7128,
        "best": 0.0000,
        "ideas": 5.4859,
        "covered": 0.8261,
        "understood": 2.1559,
        "known_ideas": -1.7633,
        "length": 0.2315,
        "agreed": 0.0000,
    },
    "en": {
        "one": -4.4883,
        "ridge": 0.0000,
        "margin": 4.5344,
        "share": -0.4915,
        "best": 0.0000,
        "ideas": 2.6096,
        "covered": 2.5018,
        "understood": 0.3884,
        "known_ideas": -0.2163,
        "length": 0.8222,
        "agreed": 0.0000,
    },
}
