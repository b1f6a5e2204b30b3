"""How allauth keeps a second factor here, and what an app on a phone calls it."""

from allauth.mfa.adapter import DefaultMFAAdapter

from booking.models import Company, User
from zoomlink.encryption import encrypted, opened


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets stand encrypted in the database; ``decrypt`` raises NoKeyOpens."""

    def encrypt(self, text: str) -> str:
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return opened(encrypted_text)

    def get_totp_issuer(self) -> str:
        return Company.objects.current().name

    def get_totp_label(self, user: User) -> str:
        """Apps group their accounts by what stands before the colon."""
        return f"{self.get_totp_issuer().replace(':', ' ')}:{user.email}"
