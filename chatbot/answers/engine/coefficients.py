"""Fitted by tests/chatbot/fit_confidence.py on texts invented for this project; not written by hand."""

COEFFICIENTS: dict[str, dict[str, float]] = {
    "fr": {
        "one": -3.9360,
        "ridge": 1.1686,
        "margin": 4.0463,
        "share": -1.1720,
        "best": 0.0000,
        "ideas": 5.2356,
        "covered": 1.7675,
        "understood": 1.9376,
        "known_ideas": -1.4155,
        "length": -0.2390,
        "agreed": 0.1079,
    },
    "en": {
        "one": -3.6559,
        "ridge": 2.3581,
        "margin": 8.0024,
        "share": -2.1655,
        "best": 0.0000,
        "ideas": 2.1884,
        "covered": 3.7079,
        "understood": 0.0598,
        "known_ideas": 0.0526,
        "length": 0.0338,
        "agreed": 0.0000,
    },
}
