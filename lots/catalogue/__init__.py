"""Ready-made services with their zones and hours, and the bank of quality questions."""

from lots.catalogue.questions import BANK, BankQuestion, suggested_weight
from lots.catalogue.services import SERVICES, ServiceTemplate

__all__ = ["BANK", "SERVICES", "BankQuestion", "ServiceTemplate", "suggested_weight"]
