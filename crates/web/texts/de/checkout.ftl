# Kasse und Bestellungen.

checkout = Kasse
steps = Schritte
address-and-payment = Adresse und Zahlung
done = Fertig
where-to = Wohin dürfen wir liefern?
full-name = Vor- und Nachname
street = Straße und Hausnummer
floor = Etage, Firma
postal-code = Postleitzahl
city = Ort
region = Bundesland, Region
country = Land
keep-address = Diese Adresse in meinem Konto speichern
note = Anmerkung zur Bestellung
note-hint = Zum Beispiel: Es ist ein Geschenk.
how-to-pay = Wie möchten Sie bezahlen?
simulator = Testmodus: Zahlungen werden simuliert, es wird kein Geld abgebucht.
test-card = Testkarte
card-ok = Karte, die funktioniert
card-ok-more = Wird sofort belastet
card-declined = Karte, die abgelehnt wird
card-declined-more = Die Bestellung wird angelegt und wartet auf die Zahlung mit einer anderen Karte
card-no-funds = Karte ohne Deckung
card-no-funds-more = Nicht genug Geld auf dem Konto
card-asks = Karte, die eine Bestätigung verlangt
card-asks-more = Die Bank bittet Sie zuerst um Bestätigung der Zahlung
card-slow = Langsame Karte
card-slow-more = Funktioniert, braucht aber eine Weile
card-late = Karte, die später belastet wird
card-late-more = Der Zahlungsanbieter bestätigt die Zahlung später; die Bestellseite zeigt es an
card-lost = Karte, deren Antwort verloren geht
card-lost-more = Wird belastet, ohne dass eine Antwort ankommt; der Shop erkennt die Zahlung automatisch
your-order = Ihre Bestellung
settle-first = Bitte prüfen Sie einige Artikel
settle-in-basket = Warenkorb bearbeiten
once-only = Es wird nur einmal abgebucht.
enter-name = Geben Sie einen Namen ein
enter-street = Geben Sie Straße und Hausnummer ein, etwa Könneritzstraße 14
enter-postal-code = Geben Sie eine Postleitzahl ein
enter-city = Geben Sie einen Ort ein
enter-region = Geben Sie ein Bundesland oder eine Region ein
choose-country = Wählen Sie ein Land
choose-card = Wählen Sie eine Karte
note-not-kept = Ihre Anmerkung wurde nicht gespeichert
typed-not-kept = Ihre Angaben wurden nicht gespeichert
not-kept-more = Der Text war zu lang, um ihn aufzubewahren, während Sie auf einer anderen Seite waren. Bitte geben Sie ihn erneut ein.
nothing-ordered = Ihre Bestellung wurde nicht aufgegeben, und es wurde nichts abgebucht.
not-enough = Nicht genug auf Lager
not-enough-more = Ihre Bestellung wurde nicht aufgegeben, und es wurde nichts abgebucht. Verringern Sie hier die Menge oder bearbeiten Sie Ihren Warenkorb.
unpaid-limit = Diese Menge ist derzeit nicht bestellbar
unpaid-limit-more = Ihre Bestellung wurde nicht aufgegeben, und es wurde nichts abgebucht. Unbezahlte Bestellungen können nur einen Teil des Bestands reservieren. Verringern Sie die Menge, bezahlen Sie zuerst Ihre offenen Bestellungen oder versuchen Sie es in einigen Minuten erneut.
not-on-sale = Ein Artikel ist nicht mehr verfügbar
not-on-sale-more = Entfernen Sie ihn aus dem Warenkorb. Ihre Bestellung wurde nicht aufgegeben, und es wurde nichts abgebucht.
price-changed = Ein Preis hat sich geändert
prices-changed = Mehrere Preise haben sich geändert
prices-changed-more = Die Summe ist gleich geblieben. Ihre Bestellung wurde nicht aufgegeben. Prüfen Sie die Änderungen, bevor Sie bestellen.
basket-changed = Ihr Warenkorb hat sich geändert
basket-changed-more = Seit Sie diese Seite geöffnet haben, wurden Artikel hinzugefügt oder entfernt. Ihre Bestellung wurde nicht aufgegeben. Prüfen Sie die Änderungen, bevor Sie bestellen.
incomplete = Das Formular war unvollständig
incomplete-more = Es war nicht erkennbar, welchen Warenkorb Sie gesehen haben. Ihre Bestellung wurde nicht aufgegeben. Prüfen Sie Warenkorb und Summe, bevor Sie bestellen.
too-many-unpaid = Sie haben andere unbezahlte Bestellungen
once-more = Ihre Bestellung wurde nicht aufgegeben
once-more-more = Es wurde nichts abgebucht. Versuchen Sie es erneut.
was-placed = Bereits mit anderen Angaben bestellt
was-placed-more = Das ist die Bestellung, die wir angelegt haben.
not-known = Ihre Bestellung konnte nicht bestätigt werden
not-known-more = Ihre Bestellung wurde möglicherweise aufgegeben. Versuchen Sie es erneut; es wird nicht doppelt abgebucht.
see-orders = sehen Sie Ihre Bestellungen an
order = Bestellung
your-orders = Ihre Bestellungen
live = Live
not-live = Nicht aktuell
last-change = Zuletzt aktualisiert{" "}
look-again = Aktualisieren
progress = Fortschritt
about-this-order = Bestelldetails
owed = Gesamt nach Stornierung
placed = Bestellt
paid = Bezahlt
packed = Gepackt
shipped = Versandt
delivered = Zugestellt
came-back = Zurückgesandt
is-draft = Bestellentwurf
is-cancelling = Wird storniert
is-cancelled = Storniert
is-expired = Abgelaufen: nicht rechtzeitig bezahlt
waits-for-bank = Bitte bei Ihrer Bank bestätigen
payment-under-way = Zahlung wird verarbeitet
payment-under-way-more = Sie müssen nichts tun. Diese Seite aktualisiert sich automatisch.
card-was-declined = Noch nicht bezahlt
waits-for-payment = Zahlung ausstehend
is-lapsed = Bitte bezahlen Sie erneut
is-lapsed-more = Ihre Autorisierung ist abgelaufen, und es wurde nichts abgebucht.
is-refunded = Vollständig erstattet
is-held = Noch nicht gepackt: Wir kümmern uns darum
looking-into-it = Wir kümmern uns um diese Bestellung
looking-into-it-more = Noch nicht versandte Artikel sind angehalten, bis das geklärt ist. Sie müssen nichts tun.
is-secured = Zahlung autorisiert, Bestellung in Vorbereitung
parcel-undelivered = Ein Paket konnte nicht zugestellt werden
parcel-undelivered-more = Wir senden es erneut, oder es geht an uns zurück. Den aktuellen Stand sehen Sie auf dieser Seite.
was-on-its-way-to = Es war adressiert an: { $address }.
parcel-to = An: { $address }
if-address-is-wrong = Wenn diese Adresse falsch ist,{" "}
tell-us = geben Sie uns Bescheid
parcel-is-back =
    { $of ->
        [1] Ihr Paket wurde an uns zurückgesandt
       *[other] Ein Paket wurde an uns zurückgesandt
    }
in-touch-about-money = Wegen Ihrer Erstattung melden wir uns bei Ihnen.
in-touch-about-rest = Wegen des Restbetrags melden wir uns bei Ihnen.
is-undelivered = Konnte nicht zugestellt werden
is-back = An Absender zurückgesandt
is-partly-back = Teilweise an Absender zurückgesandt
is-paid = Bezahlt, Bestellung in Vorbereitung
is-packed = Gepackt
is-partly-on-its-way = Teilweise versandt
is-on-its-way = Unterwegs
is-delivered = Zugestellt
draft = Entwurf
cancelling = Wird storniert
cancelled = Storniert
expired = Abgelaufen
unpaid = Unbezahlt
payment-pending = Zahlung läuft
authorized = Zahlung autorisiert
partly-refunded = Teilweise erstattet
refunded = Erstattet
to-come-back = Erstattung ausstehend
voided = Autorisierung aufgehoben
partly-shipped = Teilweise versandt
partly-delivered = Teilweise zugestellt
to-pack = In Vorbereitung
delivery-failed = Zustellung fehlgeschlagen
returned = Zurückgesandt
partly-returned = Teilweise zurückgesandt
pay-this-order = Diese Bestellung bezahlen
payment-not-started = Ihre Zahlung ist noch nicht bestätigt
payment-not-started-more = Ihre Bestellung ist aufgegeben, und die Zahlung wird noch verarbeitet. Sie können auch hier eine Karte wählen und die Bestellung bezahlen; es wird nicht doppelt abgebucht.
nothing-charged = Es wurde nichts abgebucht.
declined = Abgelehnt
not-completed = Nicht abgeschlossen
choose-another = Wählen Sie eine andere Karte
try-again-or-another = Versuchen Sie es erneut oder wählen Sie eine andere Karte
held-until = Artikel reserviert bis{" "}
bank-asks = Bestätigen Sie die Zahlung bei Ihrer Bank
bank-asks-more = Nach Ihrer Bestätigung wird die Zahlung fortgesetzt. Bisher wurde nichts abgebucht.
bank-waits-until = Bestätigen Sie bis{" "}
bank-waits-no-longer = . Danach läuft die Bestellung ab, und es wird nichts abgebucht.
another-card = Mit einer anderen Karte bezahlen …
another-card-more = Die Anfrage Ihrer Bank wird abgebrochen. Belastet wird nur die Karte, die Sie hier wählen.
bank-cancelled = Die Bestellung wurde storniert
bank-expired = Die Bestellung ist abgelaufen
bank-charges-nothing = Es gibt nichts mehr zu bestätigen, und es wird nichts abgebucht.
to-bank = Zur Bank
bank = Simulierte Bank
bank-more = Ein echter Zahlungsanbieter würde hier seine eigene Seite zeigen.
bank-confirm = Zahlung bestätigen
bank-back = Zurück zur Bestellung
what-is-in-it = Artikel
parcels = Pakete
what-happened = Verlauf
goes-to = Lieferadresse
your-note = Ihre Anmerkung
why-cancelled = Stornierungsgrund
cancel-order = Bestellung stornieren …
why = Grund
keep-order = Bestellung behalten
not-cancelled = Die Bestellung wurde nicht storniert
not-cancelled-more = Die Bestellung wurde aktualisiert. Hier sehen Sie den aktuellen Stand.
order-changed = Die Bestellung hat sich geändert
order-changed-more = Es wurde nichts storniert. Prüfen Sie, was eine Stornierung jetzt bewirkt, und versuchen Sie es erneut.
cancel-it = Bestellung stornieren
cancel-rest = Restliche Artikel stornieren
cancel-the-rest = Versandte Artikel sind nicht betroffen. Der Rest wird storniert und erstattet. Das kann nicht rückgängig gemacht werden.
nothing-charged-yet = Bisher wurde nichts abgebucht. Falls die Zahlung noch durchgeht, wird sie auf die ursprüngliche Zahlungsart erstattet. Das kann nicht rückgängig gemacht werden.
nothing-to-give-back = Es wurde nichts abgebucht, daher gibt es nichts zu erstatten. Das kann nicht rückgängig gemacht werden.
all-is-going-back = Die Erstattung läuft bereits. Das kann nicht rückgängig gemacht werden.
all-has-gone-back = Der abgebuchte Betrag wurde bereits erstattet. Das kann nicht rückgängig gemacht werden.
goes-the-way-it-came = Auf Ihre ursprüngliche Zahlungsart. Die Gutschrift kann einige Tage dauern.
goes-by-hand = Bar oder per Überweisung.
goes-both-ways = Kartenzahlungen werden auf Ihre Karte erstattet; die Gutschrift kann einige Tage dauern. Der Rest wird bar oder per Überweisung erstattet.
you-placed = Sie haben die Bestellung aufgegeben
payment-received = Zahlung eingegangen
payment-secured = Zahlung autorisiert
a-card-was-declined = Karte abgelehnt
a-payment-was-not-completed = Zahlung nicht abgeschlossen
authorization-lapsed = Autorisierung der Zahlung abgelaufen
cancel-requested = Stornierung eingeleitet
was-cancelled = Bestellung storniert
was-expired = Bestellung abgelaufen: nicht rechtzeitig bezahlt
items-cancelled = Einige Artikel wurden storniert
was-refunded = Erstattung veranlasst
went-back = { $amount } erstattet
was-completed = Bestellung abgeschlossen
was-reopened = Bestellung nach einer Rücksendung wieder geöffnet
parcel-packed =
    { $of ->
        [1] Ihr Paket wurde gepackt
       *[other] Paket { $n } wurde gepackt
    }
parcel-shipped =
    { $of ->
        [1] Ihr Paket ist unterwegs
       *[other] Paket { $n } ist unterwegs
    }
parcel-delivered =
    { $of ->
        [1] Ihr Paket wurde zugestellt
       *[other] Paket { $n } wurde zugestellt
    }
parcel-failed =
    { $of ->
        [1] Ihr Paket konnte nicht zugestellt werden
       *[other] Paket { $n } konnte nicht zugestellt werden
    }
parcel-returned =
    { $of ->
        [1] Ihr Paket wurde an uns zurückgesandt
       *[other] Paket { $n } wurde an uns zurückgesandt
    }

price-changed-more = Die Summe hat sich von { $was } auf { $is } geändert. Ihre Bestellung wurde nicht aufgegeben. Prüfen Sie die Änderungen, bevor Sie bestellen.
postal-code-like = Geben Sie eine Postleitzahl wie { $example } ein ({ $country })
too-many-unpaid-more =
    { $limit ->
        [one] Sie können höchstens { $limit } unbezahlte Bestellung haben. Bezahlen oder stornieren Sie sie zuerst. Ihre Bestellung wurde nicht aufgegeben.
       *[other] Sie können höchstens { $limit } unbezahlte Bestellungen haben. Bezahlen oder stornieren Sie zuerst eine davon. Ihre Bestellung wurde nicht aufgegeben.
    }
thank-you = Vielen Dank für Ihre Bestellung Nr. { $number }
next-by-email = Sobald die Artikel versandt sind, schreiben wir an { $email }.
next-on-this-page = Auf dieser Seite sehen Sie den aktuellen Stand.
# The words are prescribed by law, without any others: the amount stands beside the button.
place-order =
    { $amount ->
       *[other] Zahlungspflichtig bestellen
    }
pay = { $amount } bezahlen
times = { $count } ×
times-of = { $count } × { $what }
order-title = Bestellung #{ $number }
order-of = Bestellung #{ $number } vom{" "}
pieces-are = { $pieces } { $state }
parcel =
    { $of ->
        [0] Paket { $n }
        [1] Paket
       *[other] Paket { $n } von { $of }
    }
before = vorher:
more-articles =
    { $count ->
        [one] und { $count } weiterer Artikel
       *[other] und { $count } weitere Artikel
    }
parcel-undone = Paket { $n } wurde vor dem Versand storniert.
sent-of = { $sent } von { $pieces }
cancel-question = Bestellung #{ $number } stornieren?
money-goes-back = Es wurde noch nichts versandt. { $amount } werden auf Ihre ursprüngliche Zahlungsart erstattet. Das kann nicht rückgängig gemacht werden.
money-handed-back = Es wurde noch nichts versandt. { $amount } werden bar oder per Überweisung erstattet. Das kann nicht rückgängig gemacht werden.
money-goes-both-ways = Es wurde noch nichts versandt. { $amount } werden erstattet: Kartenzahlungen auf Ihre Karte, der Rest bar oder per Überweisung. Das kann nicht rückgängig gemacht werden.
handing-back = Der Shop erstattet Ihnen { $amount } direkt
going-back = Erstattung von { $amount } läuft
has-gone-back = { $amount } erstattet
cancel-and-refund = Stornieren und { $amount } erstatten
bank-question = { $shop } möchte Ihre Karte mit { $amount } belasten.
your-email = Ihre E‑Mail-Adresse
guest-email-hint = Dorthin senden wir Neuigkeiten zur Bestellung und einen Link zu Ihrer Bestellung.
have-an-account = Sie brauchen kein Konto. Haben Sie bereits eines?{" "}
ordered-as-guest = Als Gast bestellt
verify-to-have-it = Bestätigen Sie Ihre E‑Mail-Adresse, um diese Bestellung in Ihr Konto aufzunehmen.
ordered-as-guest-more = In einer E‑Mail an { $email } finden Sie einen Link zu dieser Seite. Um alle Bestellungen an einem Ort zu sehen, legen Sie mit dieser E‑Mail-Adresse ein Konto an und bestätigen Sie sie.
placed-for-you = Der Shop hat die Bestellung für Sie aufgegeben
no-address-yet = Noch keine Adresse. Teilen Sie uns Ihre Adresse mit, sofern Sie die Bestellung nicht abholen.
