"""The list of time zones is read in the reader's language, whatever the zone is called."""

from django.utils import translation

from shopconnect.sync.forms import NewShopForm


def shown(language):
    with translation.override(language):
        return dict(NewShopForm().fields["timezone"].choices)


def test_regions_and_cities_stand_in_the_readers_language_and_order():
    english, french = shown("en"), shown("fr")
    assert [name for name in french if name in ("Afrique", "Amérique", "Europe", "États-Unis", "Océan Indien")] == [
        *("Afrique", "Amérique", "États-Unis", "Europe", "Océan Indien")
    ]
    assert dict(french["Europe"])["Europe/London"] == "Londres"
    assert dict(french["Océan Indien"])["Indian/Reunion"] == "La Réunion"
    assert dict(english["Europe"])["Europe/London"] == "London"
    assert english[""] == french[""] == "–"


def test_every_zone_can_be_chosen_in_any_language():
    names = {zone for zones in list(shown("fr").values())[1:] for zone, _city in zones}
    assert names == {zone for zones in list(shown("en").values())[1:] for zone, _city in zones}
    assert {"Europe/Paris", "Asia/Calcutta", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/UTC"} <= names
