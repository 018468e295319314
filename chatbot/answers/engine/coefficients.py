"""Fitted by tests/chatbot/fit_confidence.py on texts invented for this project; not written by hand."""

COEFFICIENTS: dict[str, dict[str, float]] = {
    "fr": {
        "one": -4.4333,
        "ridge": 0.0000,
        "margin": 2.2495,
        "share": 0.6581,
        "best": 0.0000,
        "concepts": 4.3298,
        "covered": 1.3660,
        "understood": 1.2223,
        "known_concepts": -1.2570,
        "length": 0.4872,
        "agreed": 0.0000,
    },
    "en": {
        "one": -4.6888,
        "ridge": 0.0000,
        "margin": 6.1795,
        "share": -1.0713,
        "best": 0.0000,
        "concepts": 2.8661,
        "covered": 1.6515,
        "understood": 1.1800,
        "known_concepts": -0.6930,
        "length": 0.9738,
        "agreed": 0.0000,
    },
}
