"""Personal data of the shops room: what opens its platform, and why it left."""

from shopconnect.core.security.personal_data import Basis, PersonalData, register
from shopconnect.shops.types import FEEDBACK_DAYS

register(
    PersonalData(
        model="shops.Install",
        fields=("tokens",),
        purpose="Reaching the shop's platform",
        basis=Basis.CONTRACT,
        retention_days=None,  # they go at once when the shop leaves
        export=lambda person: (),  # a secret of the shop's, about nobody
        erase=lambda person: 0,
    )
)
register(
    PersonalData(
        model="shops.UninstallFeedback",
        fields=("saying",),
        purpose="Learning why the shop left, where its people wish to say so",
        basis=Basis.CONSENT,
        retention_days=FEEDBACK_DAYS,  # it goes with the shop, or when the shop comes back
        export=lambda person: (),  # under nobody's name: only whoever has the mail's link can read or change it
        erase=lambda person: 0,
    )
)
