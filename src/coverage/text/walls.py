"""What stands in an article's place: consent pages, bot walls, paywalls, pages not found."""

from __future__ import annotations

import re

from coverage.text.metadata import Metadata

SHORT_CHARACTERS, MOST_CHARACTERS = 250, 6000
NOT_ARTICLES = ("consent page", "bot wall", "soft 404", "login page")
CONSENT = re.compile(r"cookie|consent|einwillig|zustimm|datenschutz|privacy|partners?\b|personal(?:i[sz]ed|ised)? (?:data|ads|content)|personenbezogen|legitimate interest|vendors|погодж|згод[аиу]\b|соглас|файл[ыиів]+ cookie|zgod[ayę]|prywatnoś|consentement|confidentialité|privacidad|consenso")  # fmt: skip
CONSENT_ACT = re.compile(r"before you continue|accept all|alle akzeptieren|zustimmen und weiter|we (?:use|value) (?:cookies|your privacy)|werbefrei|tout accepter|aceptar todo|accetta tutt|zaakceptuj|прийняти (?:все|всі)|принять все", re.IGNORECASE)  # fmt: skip
BOT = re.compile(r"checking your browser|verif(?:y|ying) (?:that )?you are (?:a )?human|enable javascript and cookies|attention required|captcha|access denied|ddos-guard|are you a robot|unusual traffic|request unsuccessful|перевірка браузера|проверка браузера|please turn javascript on|just a moment", re.IGNORECASE)  # fmt: skip
PAY = re.compile(r"subscribe (?:now )?to (?:continue|read|unlock)|to continue reading|already a subscriber|nur für abonnenten|weiterlesen mit|jetzt weiterlesen|mit .{2,12}\+ weiterlesen|réservé aux abonnés|solo para suscriptores|contenuto riservato|tylko dla (?:subskrybentów|prenumeratorów)|лише для передплатників|доступ(?:но)? (?:лише|тільки) .{0,20}передплат|только (?:для|по) подпис", re.IGNORECASE)  # fmt: skip
MISSING = re.compile(r"page (?:not|cannot be|could not be|can’t be|can't be) found|\b404\b|seite (?:wurde )?nicht gefunden|сторінк[уаи] не (?:знайдено|існує)|страниц[аы] не (?:найдена|существует)|page introuvable|página no encontrada|pagina non trovata|nie znaleziono strony|страницата не е намерена|página não encontrada|no longer available|doesn[’']t exist", re.IGNORECASE)  # fmt: skip
LOGIN = re.compile(r"^(?:log ?in|sign ?in|anmelden|увійти|вхід|войти|вход|connexion|iniciar sesión|accedi|zaloguj)\b", re.IGNORECASE)  # fmt: skip


def wall_of(text: str, title: str, page: Metadata) -> str | None:
    """What stands in the article's place or round it; None where nothing does. Long texts are articles."""
    if len(text) > MOST_CHARACTERS:
        return None
    words = max(1, len(text.split()))
    consents = len(CONSENT.findall(text.lower()))
    if (consents >= 4 and consents / words > 0.035) or (words < 150 and CONSENT_ACT.search(text) and consents >= 2):
        return "consent page"
    if words < 150:
        whole = f"{title}\n{text}"
        if BOT.search(whole):
            return "bot wall"
        if MISSING.search(title) or (words < 60 and MISSING.search(text)):
            return "soft 404"
        if words < 60 and LOGIN.search(title):
            return "login page"
    is_paid = page.main.get("isAccessibleForFree") in (False, "False", "false", "no")
    if words < 400 and (PAY.search(text[-1500:]) or (is_paid and words < 150)):
        return "paywall"
    return None
