"""The calendar that forecasts know: national days, sales, Mother's Day, and what the merchant enters."""
