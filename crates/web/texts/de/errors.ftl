# Was Dienste ablehnen, nach ihren festen Codes: Anfragen, was an ihnen falsch ist, und Zahlungen.

refused-invalid_request = Die Anfrage ist ungültig.
refused-invalid_credentials = Benutzername oder Passwort ist falsch.
refused-invalid_refresh_token = Ihre Sitzung ist abgelaufen. Melden Sie sich erneut an.
refused-unauthenticated = Melden Sie sich an, um fortzufahren.
refused-capture_failed = Die Zahlung konnte nicht eingezogen werden.
refused-payment_declined = Die Zahlung wurde abgelehnt.
refused-provider_unavailable = Der Zahlungsanbieter ist nicht zu erreichen.
refused-account_disabled = Dieses Konto ist gesperrt.
refused-forbidden = Sie sind dazu nicht berechtigt.
refused-invalid_reset_token = Der Code zum Zurücksetzen des Passworts ist ungültig oder abgelaufen.
refused-invalid_setup_token = Der Einrichtungscode ist ungültig oder veraltet.
refused-invalid_verification_token = Der Bestätigungscode ist ungültig oder abgelaufen.
refused-scope_not_held = Eine der gewünschten Berechtigungen haben Sie selbst nicht.
refused-wrong_password = Das aktuelle Passwort ist falsch.
refused-not_found = Nicht gefunden.
refused-method_not_allowed = Methode nicht erlaubt.
refused-already_paid = Die Bestellung ist bereits bezahlt.
refused-basket_closed = Dieser Warenkorb wurde bereits bestellt.
refused-basket_empty = Der Warenkorb ist leer.
refused-basket_full = Der Warenkorb ist voll.
refused-email_taken = Die E‑Mail-Adresse wird bereits verwendet.
refused-email_verified_already = Die E‑Mail-Adresse ist bereits bestätigt.
refused-illegal_fulfilment_transition = Diese Aktion ist im aktuellen Status der Sendung nicht möglich.
refused-illegal_payment_transition = Diese Aktion ist im aktuellen Status der Zahlung nicht möglich.
refused-illegal_refund_transition = Die Erstattung kann nicht mehr abgebrochen werden: Sie gehört zu einer Stornierung oder wurde bereits ausgeführt.
refused-illegal_transition = Diese Aktion ist im aktuellen Status der Bestellung nicht möglich.
refused-insufficient_stock = Für mindestens einen Artikel reicht der Bestand nicht aus.
refused-last_admin = Das letzte Administratorkonto kann nicht entfernt werden.
refused-no_email = Das Konto hat keine E‑Mail-Adresse.
refused-charge_taken_over = Die Belastung gehört bereits zur Zahlung der Bestellung.
refused-not_handed_over = Diese Erstattung wird nicht manuell ausgezahlt.
refused-not_on_sale = Mindestens ein Produkt ist nicht verfügbar.
refused-not_open = Die Menge übersteigt die offene Stückzahl.
refused-on_hold = Die Bestellung ist angehalten.
refused-payment_in_progress = Es läuft bereits ein Zahlungsversuch.
refused-price_changed = Die Preise haben sich geändert.
refused-refund_exceeds_captured = Der Betrag übersteigt den erstattungsfähigen Restbetrag.
refused-sku_taken = Die Artikelnummer wird bereits verwendet.
refused-stock_changed = Der Bestand hat sich geändert.
refused-already_booked = Eine Buchung mit dieser Referenz gibt es bereits.
refused-stock_below_zero = Die Korrektur übersteigt den Lagerbestand.
refused-stock_reserved = Der Lagerbestand würde unter die reservierte Menge fallen.
refused-too_many_addresses = Die Höchstzahl an Adressen ist erreicht.
refused-too_many_api_keys = Die Höchstzahl an API-Schlüsseln ist erreicht.
refused-too_many_attempts = Die Höchstzahl an Zahlungsversuchen ist erreicht.
refused-too_many_notes = Die Höchstzahl an Notizen ist erreicht.
refused-too_many_unpaid_orders = Die Höchstzahl an unbezahlten Bestellungen ist erreicht.
refused-username_taken = Der Benutzername wird bereits verwendet.
refused-version_conflict = Dies wurde in einer anderen Sitzung geändert.
refused-void_refused = Der Zahlungsanbieter hat die Freigabe abgelehnt. Die Autorisierung bleibt bestehen.
refused-webhook_not_verified = Die Signatur des Webhooks fehlt, ist ungültig oder abgelaufen.
refused-worn_out = Die Bestellung konnte nach mehreren Versuchen nicht aufgegeben werden.
refused-events_gone = Der Cursor ist abgelaufen.
refused-set_up_already = Die Einrichtung ist bereits abgeschlossen.
refused-precondition_failed = Dies wurde geändert, seit Sie die Seite geöffnet haben. Prüfen Sie es und versuchen Sie es erneut.
refused-body_too_large = Die Anfrage ist zu groß.
refused-unsupported_media_type = Dieser Medientyp wird nicht unterstützt.
refused-common_password = Dieses Passwort ist zu verbreitet.
refused-key_reused = Diese Anfrage wurde bereits für etwas anderes verwendet.
refused-unknown_payment_method = Unbekannte Zahlungsart.
refused-unprocessable = Die Anfrage kann nicht verarbeitet werden.
refused-precondition_required = Eine Vorbedingung fehlt.
refused-rate_limited = Zu viele Anfragen. Versuchen Sie es in Kürze erneut.
refused-too_many_failures = Zu viele Fehlversuche.
refused-too_many_streams = Die Höchstzahl an Event-Streams ist erreicht.
refused-internal = Auf unserer Seite ist ein Fehler aufgetreten.
refused-outcome_unknown = Ob dies ausgeführt wurde, ist noch nicht bekannt.
refused-unavailable = Vorübergehend nicht verfügbar.
refused-deadline_exceeded = Die Anfrage hat zu lange gedauert.
refused-insufficient_storage = Der Speicherplatz ist voll.
refused-whole_only = Eine unbezahlte Bestellung kann nur vollständig storniert werden.

fault-below_zero = Die Rabatte übersteigen die Bestellsumme.
fault-blank = Dieses Feld darf nicht leer sein.
fault-body = Die Anfrage war unvollständig oder kam zu spät.
fault-currency = Der Betrag ist in einer anderen Währung.
fault-duplicate = Dieser Wert kommt doppelt vor.
fault-empty_range = Das Ende liegt vor dem Anfang.
fault-for_staff = Dafür ist eine Mitarbeiterberechtigung nötig.
fault-insufficient_stock = Der Bestand reicht nicht aus.
fault-invalid = Ungültiges Format.
fault-invalid_json = Der Inhalt ist kein JSON.
fault-length = Ungültige Länge.
fault-no_product = Mindestens ein Produkt ist erforderlich.
fault-no_such_country = Unbekanntes Land.
fault-no_such_line = Unbekannte Position.
fault-no_such_user = Unbekanntes Konto.
fault-not_allowed = Nicht zusammen mit einem anderen Feld erlaubt.
fault-not_on_sale = Das Produkt ist nicht verfügbar.
fault-not_open = Übersteigt die offene Stückzahl.
fault-one_of = Genau eines dieser Felder ist erforderlich.
fault-range = Außerhalb des zulässigen Bereichs.
fault-required = Pflichtfeld.
fault-too_large = Die Summe ist zu groß.
fault-too_many_units = So viele Stück kann eine Bestellung nicht enthalten.
fault-unexpected_body = Diese Operation erwartet keinen Inhalt.
fault-unknown_member = Unbekanntes Feld.
fault-unknown_parameter = Unbekannter Parameter.
fault-unknown_payment_method = Unbekannte Zahlungsart.

declined-card_declined = Die Karte wurde abgelehnt.
declined-insufficient_funds = Das Konto ist nicht ausreichend gedeckt.
declined-authentication_failed = Die Zahlung wurde nicht bestätigt.
declined-abandoned = Die Zahlung wurde abgebrochen.
declined-ended = Der Zahlungsanbieter hat die Zahlung beendet.
declined-wrong_amount = Der Zahlungsanbieter hat einen anderen Betrag belastet.
declined-provider_unavailable = Der Zahlungsanbieter war nicht erreichbar.
declined-other = Die Zahlung wurde abgelehnt.

fill-in = Füllen Sie dies aus
at-least-characters =
    { $least ->
        [one] mindestens ein Zeichen
       *[other] mindestens { $least } Zeichen
    }
at-most-characters =
    { $most ->
        [one] höchstens ein Zeichen
       *[other] höchstens { $most } Zeichen
    }
at-least = { $least } oder mehr
at-most = { $most } oder weniger
password-from-to = ein Passwort hat { $least } bis { $most } Zeichen
password-at-most = ein Passwort hat höchstens { $most } Zeichen
one-line-of-text = Steuerzeichen, Zeilenumbrüche und Zeichen, die die Schreibrichtung umkehren, sind hier nicht erlaubt
no-control-characters = Steuerzeichen sind hier nicht erlaubt
letters-and-digits = erlaubt sind Buchstaben ohne Umlaute, Ziffern, Punkte, Binde- und Unterstriche
email-expected = eine E‑Mail-Adresse wie ada@example.com wird erwartet
digits-expected = Ziffern werden erwartet
