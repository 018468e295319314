"""Fitted by tests/chatbot/fit_confidence.py on texts invented for this project; not written by hand."""

COEFFICIENTS: dict[str, dict[str, float]] = {
    "fr": {
        "one": -4.3915,
        "margin": 0.3355,
        "share": -0.2965,
        "concepts": 4.3662,
        "covered": 1.4206,
        "understood": 1.2826,
        "known_concepts": -1.2480,
        "length": 0.4866,
    },
    "fr:use": {"one": -1.9796, "share": 10.4157, "near": 0.4572},
    "en": {
        "one": -4.8241,
        "logit": 0.0412,
        "margin": 0.6569,
        "share": -2.3742,
        "concepts": 2.8161,
        "covered": 1.5661,
        "understood": 1.3557,
        "known_concepts": -0.6229,
        "length": 0.9947,
    },
    "en:minilm+use": {"one": -2.4284, "share": 7.9135, "near": 2.2768},
}
