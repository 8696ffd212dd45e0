# Was Dienste ablehnen, nach ihren festen Codes: Anfragen, was an ihnen falsch ist, und Zahlungen.

refused-invalid_request = Die Anfrage ist in der Form nicht richtig.
refused-invalid_credentials = Kein Konto hat diesen Namen und dieses Passwort.
refused-invalid_refresh_token = Die Anmeldung gilt nicht oder nicht mehr.
refused-unauthenticated = Niemand ist angemeldet.
refused-capture_failed = Das Geld konnte nicht eingezogen werden.
refused-payment_declined = Die Zahlung wurde abgelehnt.
refused-provider_unavailable = Der Zahlungsanbieter ist nicht zu erreichen.
refused-account_disabled = Das Konto ist abgeschaltet.
refused-forbidden = Dieses Konto darf das nicht.
refused-invalid_reset_token = Der Code gilt nicht oder nicht mehr.
refused-invalid_setup_token = Der Code ist nicht der von diesem Start.
refused-invalid_verification_token = Der Code gilt nicht oder nicht mehr.
refused-scope_not_held = Was der Schlüssel tun soll, dürfen Sie selbst nicht.
refused-wrong_password = Das ist nicht das Passwort des Kontos.
refused-not_found = Hier ist nichts.
refused-method_not_allowed = Das geht an dieser Adresse nicht.
refused-already_paid = Die Bestellung ist schon bezahlt.
refused-basket_closed = Der Warenkorb ist schon eine Bestellung, oder alles daraus ist in einem anderen.
refused-basket_empty = Im Warenkorb ist nichts.
refused-basket_full = Im Warenkorb ist dafür kein Platz.
refused-email_taken = Zu dieser E‑Mail-Adresse gibt es schon ein Konto.
refused-email_verified_already = Die E‑Mail-Adresse ist bestätigt.
refused-illegal_fulfilment_transition = Das geht mit einer Sendung in diesem Zustand nicht.
refused-illegal_payment_transition = Das geht in diesem Zustand nicht.
refused-illegal_refund_transition = Diese Erstattung lässt sich nicht aufgeben: Sie gehört zu einer Stornierung, oder das Geld ist schon hinausgegangen.
refused-illegal_transition = Das geht in diesem Zustand nicht.
refused-insufficient_stock = Nicht alles davon ist vorrätig.
refused-last_admin = Das ist das letzte Konto der Verwaltung.
refused-no_email = Das Konto hat keine E‑Mail-Adresse.
refused-charge_taken_over = Die Zahlung der Bestellung hat diese Abbuchung übernommen.
refused-not_handed_over = Das Geld dieser Erstattung wird nicht von Hand übergeben.
refused-not_on_sale = Einige Produkte werden nicht verkauft.
refused-not_open = So viele Stücke sind nicht offen.
refused-on_hold = Die Bestellung ist angehalten.
refused-payment_in_progress = Ein anderer Zahlungsversuch läuft noch.
refused-price_changed = Die Preise haben sich geändert.
refused-refund_exceeds_captured = So viel lässt sich nicht mehr erstatten.
refused-sku_taken = Ein anderes Produkt hat diese Artikelnummer.
refused-stock_changed = Der Bestand ist inzwischen ein anderer.
refused-already_booked = Das ist schon gebucht.
refused-stock_below_zero = So viel ist nicht am Lager.
refused-stock_reserved = Es ist mehr reserviert, als dann am Lager wäre.
refused-too_many_addresses = Das Konto hat schon so viele Adressen, wie es haben kann.
refused-too_many_api_keys = Sie haben schon so viele API-Schlüssel, wie ein Konto haben kann.
refused-too_many_attempts = Es gab zu viele Versuche, diese Bestellung zu bezahlen.
refused-too_many_notes = Zu dieser Bestellung gibt es schon so viele Notizen, wie es geben kann.
refused-too_many_unpaid_orders = Dieses Konto hat zu viele unbezahlte Bestellungen.
refused-username_taken = Der Benutzername ist vergeben.
refused-version_conflict = Jemand anderes hat es inzwischen geändert.
refused-void_refused = Der Zahlungsanbieter gibt die Autorisierung nicht frei: Sie gilt weiter.
refused-webhook_not_verified = Die Signatur dieses Webhooks fehlt, ist falsch oder zu alt.
refused-worn_out = Das Bestellen wurde zu oft aufgegeben.
refused-events_gone = Einige der Ereignisse danach werden nicht mehr aufbewahrt.
refused-set_up_already = Der Shop ist eingerichtet: Er hat ein Konto der Verwaltung.
refused-precondition_failed = Jemand hat das geändert, seit die Seite geladen wurde. Sehen Sie nach, wie es jetzt ist, und senden Sie es noch einmal.
refused-body_too_large = Das ist mehr, als auf einmal geschickt werden kann.
refused-unsupported_media_type = Diese Form der Anfrage wird nicht verstanden.
refused-common_password = Das Passwort ist zu verbreitet.
refused-key_reused = Dieser Schlüssel wurde schon für etwas anderes verwendet, oder was daraus wurde, gibt es nicht mehr.
refused-unknown_payment_method = Diese Zahlungsart ist nicht bekannt.
refused-unprocessable = Die Anfrage ist in der Form richtig, geht so aber nicht.
refused-precondition_required = Für diese Änderung muss bekannt sein, was sie ändert.
refused-rate_limited = Zu viele Anfragen.
refused-too_many_failures = Zu viele Fehlversuche.
refused-too_many_streams = Dieses Konto hört schon an zu vielen Stellen zu.
refused-internal = Bei uns ist etwas kaputtgegangen.
refused-outcome_unknown = Es ist nicht bekannt, ob das geschehen ist.
refused-unavailable = Das geht im Augenblick nicht.
refused-deadline_exceeded = Für eine Antwort blieb keine Zeit.
refused-insufficient_storage = Es ist kein Platz mehr zum Schreiben.
refused-whole_only = Eine Bestellung, die auf ihre Zahlung wartet, wird als Ganzes storniert.

fault-below_zero = Die Nachlässe einer Bestellung sind mehr als alles andere zusammen.
fault-blank = Hier stehen nur Leerzeichen, wo etwas zu lesen sein soll.
fault-body = Die Anfrage brach ab oder kam nicht rechtzeitig.
fault-currency = Der Betrag ist in einer anderen Währung.
fault-duplicate = Das ist zweimal angegeben.
fault-empty_range = Das liegt vor dem Anfang: dazwischen ist nichts.
fault-for_staff = Das darf nur das Personal mit der Berechtigung setzen.
fault-insufficient_stock = Davon sind nicht genug da.
fault-invalid = Das hat nicht die erwartete Form.
fault-invalid_json = Die Anfrage ist kein JSON.
fault-length = Das ist zu kurz oder zu lang.
fault-no_product = Eine Bestellung hat mindestens ein Produkt.
fault-no_such_country = Dieses Land gibt es nicht.
fault-no_such_line = Die Bestellung hat diese Zeile nicht.
fault-no_such_user = Dieses Konto gibt es nicht.
fault-not_allowed = Das darf neben einer anderen Angabe nicht stehen.
fault-not_on_sale = Das Produkt wird nicht verkauft.
fault-not_open = So viele Stücke sind nicht offen.
fault-one_of = Von mehreren Angaben wird genau eine gebraucht.
fault-range = Die Zahl liegt außerhalb dessen, was möglich ist.
fault-required = Das fehlt.
fault-too_large = Die Summe ist größer, als sie sein kann.
fault-too_many_units = So viele Stück kann eine Bestellung nicht enthalten.
fault-unexpected_body = Hier wird nichts mitgeschickt.
fault-unknown_member = Diese Angabe ist hier nicht bekannt.
fault-unknown_parameter = Dieser Parameter ist hier nicht bekannt.
fault-unknown_payment_method = Diese Zahlungsart kennt der Zahlungsanbieter nicht.

declined-card_declined = Die Karte wurde abgelehnt.
declined-insufficient_funds = Auf dem Konto ist nicht genug Geld.
declined-authentication_failed = Die Zahlung wurde nicht von ihrem Inhaber bestätigt.
declined-abandoned = Die Zahlung wurde aufgegeben.
declined-ended = Die Zahlung wurde beim Zahlungsanbieter beendet.
declined-wrong_amount = Der Zahlungsanbieter hat einen anderen Betrag abgebucht.
declined-provider_unavailable = Der Zahlungsanbieter war nicht zu erreichen.
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
