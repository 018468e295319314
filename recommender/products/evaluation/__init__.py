"""How good suggestions are: splits, cases, metrics, model comparison, replays of rules, exposure."""
