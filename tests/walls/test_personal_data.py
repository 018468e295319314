"""Each shop's table is in the register of personal data, or is named here with the reason why it holds none."""

from django.apps import apps

from shopconnect.core.security.personal_data import REDIS, Basis, Person, registered
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.tenancy.shop_model import ShopModel

# Table: why it holds nothing about a person outside the shop's own staff.
WITHOUT = {
    "shops.ShopProfile": "the shop as a business",
    "accounts.ApiToken": "a program's access; made by staff, named after its use",
    "shops.AuditEntry": "staff's own deeds, by account id, and from where; kept as evidence",
    "notifications.Notice": "what a member of staff was told, by account id",
    "notifications.NoticePreference": "what a member of staff wants to be told, by account id",
    "billing.ShopPlan": "what the shop pays for",
    "billing.DayUsage": "how much of its plan the shop used",
    "billing.MonthUsage": "how much of its plan the shop used",
    "events.LostEvents": "how many events a day were lost",
    "experiments.AssignmentSecret": "by what visits are assigned to arms",
    "experiments.ShelfTrouble": "how often shelves failed in an hour, under marks of a day that many networks share",
    "experiments.Experiment": "what the shop tries on whom, in shares",
    "experiments.Fallback": "which shelf fails",
    "experiments.ShelfCount": "how often a shelf was asked for on a day",
    "experiments.Report": "sums and intervals over all visits",
    "catalog.Product": "what is sold",
    "catalog.Variant": "what is sold",
    "catalog.Translation": "what is sold",
    "catalog.ProductWord": "what is sold, word by word",
    "catalog.PriceEntry": "what it cost",
    "catalog.StockSnapshot": "how much there was",
    "orders.Line": "what an order held; whose it was stands on the order",
    "sync.Export": "which member of staff asked for the shop's files; the files go after a few days",
    "sync.Upload": "names of files that a member of staff sent; the files go once they are in, or within a day",
    "sync.Watermark": "how far kinds of things are in step",
    "sync.SyncRun": "counts, and places of lines that could not be read",
    "sync.Backfill": "how far a first bringing-in is: counts, and where the platform's list goes on",
    "sync.OutboxChange": "what staff had changed on the platform, by account id",
    "woocommerce.HealthCheck": "what a shop's server said of itself",
    "products.TrainingRun": "figures of a model",
    "products.ShelfSetting": "how much variety the shop wants",
    "products.WeeklyExposure": "what shelves showed of the catalogue",
    "products.RuleVersion": "what staff decided about suggestions, by account id",
    "products.RuleReplay": "figures of rules on past orders; which member of staff asked",
    "prices.PriceProposal": "a price proposed for a product; who decided on it, by account id",
    "prices.PriceSetting": "the merchant's rules for prices",
    "prices.PricePosition": "what a competitor asks for a product, and the family it stands in",
    "prices.PriceTest": "two prices of a product that take turns; who started it, by account id",
    "prices.Promotion": "a reduction that a merchant plans, and what it brought",
    "prices.PromotedProduct": "a product of a promotion, with what it would bring and brought",
    "prices.PriceNight": "what a night of price proposals came to",
    "stock.CalendarEvent": "an event of the year, such as a sale or a fair",
    "stock.Supplier": "who delivers, as a business; no person and no address",
    "stock.SupplyTerm": "how an item is bought",
    "stock.StockSetting": "what the shop assumes of deliveries",
    "stock.ForecastCheck": "how far forecasts were off",
    "quality.CapabilityState": "since when the shop's data has been good enough for what",
    "answers.Entry": "what the shop answers",
    "answers.TestQuestion": "messages written for tests",
    "answers.AnswerVersion": "what staff wrote for shoppers, by account id",
    "answers.AnswerSetting": "how confident the assistant must be, and which member of staff said so, by account id",
    "answers.CompositionSetting": "which language model may be asked, and which member of staff said so, by account id",
    "answers.PhraseRequest": "phrases for an entry that a language model proposed",
    "answers.AnswerTrial": "a question that a member of staff tried on a draft, redacted",
    "console.CannedReply": "what staff write to any shopper",
    "console.InboxPreference": "how a member of staff hears of the inbox, by account id",
    "teaching.AnswerEffect": "what a draft changes; shoppers' messages by id, and nothing of what they say",
    "teaching.AnswerReport": "what staff say of an answer, by account id; the shopper's message by id",
    "chat_quality.ChatDay": "how many conversations of a day ended in what",
    "teaching.QuestionGroup": "which shoppers' messages are alike, by id, and nothing of what they say",
}
IN_REDIS = {f"{REDIS}.bought"}


def shop_models() -> dict[str, type[ShopModel]]:
    return {model._meta.label: model for model in apps.get_models() if issubclass(model, ShopModel)}


def test_every_shop_table_is_registered_or_named_with_a_reason():
    unknown = [label for label in shop_models() if label.lower() not in registered() and label not in WITHOUT]
    assert unknown == []


def test_no_table_is_both():
    assert [label for label in WITHOUT if label.lower() in registered()] == []


def test_what_is_named_exists():
    known = {label.lower() for label in shop_models()}
    assert {label.lower() for label in WITHOUT} - known == set()
    assert set(registered()) - known == IN_REDIS


def test_every_entry_names_fields_that_exist_and_says_why():
    for label, model in shop_models().items():
        entry = registered().get(label.lower())
        if entry is None:
            continue
        columns = {field.name for field in model._meta.get_fields()}
        assert set(entry.fields) <= columns, label
        assert entry.fields, label
        assert entry.purpose.strip(), label
        assert entry.basis in Basis, label
        assert entry.retention_days is None or entry.retention_days > 0, label


def test_every_encrypted_field_of_a_shop_is_registered_or_its_table_named():
    for label, model in shop_models().items():
        encrypted = {f.name for f in model._meta.get_fields() if type(f).__name__ == "EncryptedTextField"}
        entry = registered().get(label.lower())
        assert label in WITHOUT or not encrypted or encrypted <= set(entry.fields), label


def test_whoever_nobody_knows_is_exported_and_erased_without_a_trace(shop):
    nobody = Person(customer_external_id="nobody", person_key="0" * 64, visitors=("nobody",), orders=("nobody",))
    with shop_scope(shop):
        for label, entry in registered().items():
            assert list(entry.export(nobody)) == [], label
            assert entry.erase(nobody) == 0, label
            assert list(entry.export(Person())) == [], label
            assert entry.erase(Person()) == 0, label
