# Kasse und Bestellungen.

checkout = Kasse
steps = Schritte
address-and-payment = Adresse und Zahlung
done = Fertig
where-to = Wohin soll es gehen?
full-name = Vor- und Nachname
street = Straße und Hausnummer
floor = Etage, Firma
postal-code = Postleitzahl
city = Ort
region = Bundesland, Region
country = Land
keep-address = Diese Adresse in meinem Konto behalten
note = Ein Hinweis fürs Packen
note-hint = Zum Beispiel: Es ist ein Geschenk.
how-to-pay = Wie möchten Sie zahlen?
simulator = Dieser Shop läuft mit dem Zahlungssimulator. Es fließt kein Geld; jede Karte sagt, was sie tut.
test-card = Testkarte
card-ok = Karte, die funktioniert
card-ok-more = Bucht sofort ab
card-declined = Karte, die abgelehnt wird
card-declined-more = Die Bestellung wird angelegt und wartet auf eine andere Karte
card-no-funds = Karte ohne Deckung
card-no-funds-more = Wird abgelehnt: nicht genug Geld auf dem Konto
card-asks = Karte, die zurückfragt
card-asks-more = Die Bank möchte, dass Sie erst bestätigen
card-slow = Langsame Karte
card-slow-more = Funktioniert, braucht aber Zeit für die Antwort
card-late = Karte, die später belastet wird
card-late-more = Der Anbieter meldet es nach einer Weile; die Seite der Bestellung zeigt es dann
card-lost = Karte, deren Antwort verloren geht
card-lost-more = Bucht ab, ohne zu antworten; der Shop findet es selbst heraus
your-order = Ihre Bestellung
settle-first = Klären Sie zuerst dies
settle-in-basket = Im Warenkorb klären
once-only = Zweimal drücken bestellt nicht zweimal.
enter-name = Geben Sie einen Namen ein
enter-street = Geben Sie Straße und Hausnummer ein, etwa Könneritzstraße 14
enter-postal-code = Geben Sie eine Postleitzahl ein
enter-city = Geben Sie einen Ort ein
enter-region = Geben Sie ein Bundesland oder eine Region ein
choose-country = Wählen Sie ein Land
choose-card = Wählen Sie eine Karte
note-not-kept = Ihr Hinweis wurde nicht behalten
typed-not-kept = Ihre Angaben wurden nicht behalten
not-kept-more = Das war zu lang, um behalten zu werden, während Sie woanders waren. Bitte schreiben Sie es noch einmal.
nothing-ordered = Nichts wurde bestellt, und nichts wurde abgebucht.
not-enough = Es ist nicht mehr genug da
not-enough-more = Nichts wurde bestellt, und nichts wurde abgebucht. Nehmen Sie, was da ist, oder klären Sie es im Warenkorb.
unpaid-limit = Diese Menge kann im Moment nicht bestellt werden
unpaid-limit-more = Nichts wurde bestellt, und nichts wurde abgebucht. Bestellungen, die noch nicht bezahlt sind, können nur einen Teil des Bestands reservieren. Verringern Sie die Menge, bezahlen Sie zuerst Ihre offenen Bestellungen, oder versuchen Sie es in einigen Minuten noch einmal.
not-on-sale = Etwas wird nicht mehr verkauft
not-on-sale-more = Nehmen Sie es aus dem Warenkorb. Nichts wurde bestellt, und nichts wurde abgebucht.
price-changed = Ein Preis hat sich geändert
prices-changed = Mehrere Preise haben sich geändert
prices-changed-more = Die Summe ist gleich geblieben. Nichts wurde bestellt. Sehen Sie an, was was kostet, und bestellen Sie, wenn es passt.
basket-changed = Der Warenkorb hat sich geändert
basket-changed-more = Etwas wurde seitdem hineingelegt oder herausgenommen, vielleicht in einem anderen Fenster. Nichts wurde bestellt. Sehen Sie ihn an, und bestellen Sie, wenn er passt.
incomplete = Das Formular war unvollständig
incomplete-more = Darin fehlte, welchen Warenkorb Sie gesehen haben. Nichts wurde bestellt. Sehen Sie Warenkorb und Summe an, und bestellen Sie, wenn sie passen.
too-many-unpaid = Andere Bestellungen warten auf ihre Zahlung
once-more = Das ging nicht durch
once-more-more = Nichts wurde bestellt, und nichts wurde abgebucht. Versuchen Sie es noch einmal.
was-placed = Diese Kasse wurde schon einmal abgesendet, mit anderen Angaben
was-placed-more = Dies ist die Bestellung, die daraus wurde, so wie sie zuerst abgesendet wurde.
not-known = Die Antwort kam nicht rechtzeitig
not-known-more = Ihre Bestellung ist vielleicht angelegt. Drücken Sie den Knopf noch einmal: Es ist dieselbe Bestellung, und sie wird einmal angelegt und einmal bezahlt.
see-orders = sehen Sie Ihre Bestellungen an
order = Bestellung
your-orders = Ihre Bestellungen
live = Live
not-live = Nicht live
last-change = Letzte Änderung{" "}
look-again = Noch einmal nachsehen
progress = Fortschritt
about-this-order = Über diese Bestellung
owed = Ohne das Stornierte
placed = Bestellt
paid = Bezahlt
packed = Gepackt
shipped = Versandt
delivered = Zugestellt
came-back = Zurückgekommen
is-draft = In Vorbereitung
is-cancelling = Wird storniert
is-cancelled = Storniert
is-expired = Abgelaufen: Sie wurde nicht rechtzeitig bezahlt
waits-for-bank = Ihre Bank wartet auf Sie
payment-under-way = Die Zahlung läuft
payment-under-way-more = Es gibt nichts zu tun. Diese Seite sagt es, sobald es bekannt ist.
card-was-declined = Noch nicht bezahlt
waits-for-payment = Wartet auf die Zahlung
is-lapsed = Zahlen Sie noch einmal
is-lapsed-more = Die reservierte Zahlung ist verfallen, und nichts wurde abgebucht.
is-refunded = Vollständig erstattet
is-held = Noch nicht gepackt: Wir kümmern uns darum
looking-into-it = Wir kümmern uns um diese Bestellung
looking-into-it-more = Was noch nicht versandt ist, wartet, bis das geklärt ist. Sie müssen nichts tun.
is-secured = Die Zahlung ist gesichert, wird als Nächstes gepackt
parcel-undelivered = Ein Paket konnte nicht zugestellt werden
parcel-undelivered-more = Es wird noch einmal versandt oder kommt zu uns zurück; auf dieser Seite sehen Sie, welches von beidem.
was-on-its-way-to = Es war unterwegs an: { $address }.
parcel-to = An: { $address }
if-address-is-wrong = Stimmt daran etwas nicht,{" "}
tell-us = sagen Sie uns Bescheid
parcel-is-back =
    { $of ->
        [1] Ihr Paket kam zu uns zurück
       *[other] Ein Paket kam zu uns zurück
    }
in-touch-about-money = Wegen Ihres Geldes melden wir uns bei Ihnen.
in-touch-about-rest = Wegen des Restbetrags melden wir uns bei Ihnen.
is-undelivered = Konnte nicht zugestellt werden
is-back = Zu uns zurückgekommen
is-partly-back = Zum Teil zu uns zurückgekommen
is-paid = Bezahlt, wird als Nächstes gepackt
is-packed = Gepackt
is-partly-on-its-way = Teilweise unterwegs
is-on-its-way = Unterwegs
is-delivered = Zugestellt
draft = Entwurf
cancelling = Wird storniert
cancelled = Storniert
expired = Abgelaufen
unpaid = Unbezahlt
payment-pending = Zahlung läuft
authorized = Zahlung reserviert
partly-refunded = Teilweise erstattet
refunded = Erstattet
to-come-back = Kommt noch zurück
voided = Zahlung freigegeben
partly-shipped = Teilweise versandt
partly-delivered = Teilweise zugestellt
to-pack = Zu packen
delivery-failed = Zustellung gescheitert
returned = Zurückgekommen
partly-returned = Teils zurückgekommen
pay-this-order = Diese Bestellung bezahlen
payment-not-started = Ihre Zahlung ist noch nicht bestätigt
payment-not-started-more = Ihre Bestellung ist aufgegeben, und die Zahlung wird noch versucht. Sie können auch hier eine Karte wählen und die Bestellung bezahlen; es wird nichts doppelt abgebucht.
nothing-charged = Nichts wurde abgebucht.
declined = Abgelehnt
not-completed = Nicht abgeschlossen
choose-another = Wählen Sie eine andere Karte
try-again-or-another = Versuchen Sie es noch einmal, oder wählen Sie eine andere Karte
held-until = Für Sie zurückgelegt bis{" "}
bank-asks = Ihre Bank bittet um Bestätigung
bank-asks-more = Danach geht die Zahlung weiter. Bisher wurde nichts abgebucht.
bank-waits-until = Die Bestellung wartet darauf bis{" "}
bank-waits-no-longer = . Danach läuft sie ab, und nichts wird abgebucht.
another-card = Mit einer anderen Karte bezahlen …
another-card-more = Die Frage Ihrer Bank wird dann zurückgezogen: Abgebucht wird nur von der Karte, die Sie hier wählen.
bank-cancelled = Die Bestellung wurde storniert
bank-expired = Die Bestellung ist abgelaufen
bank-charges-nothing = Es gibt nichts mehr zu bestätigen, und nichts wird abgebucht.
to-bank = Zur Seite der Bank
bank = Die Bank des Simulators
bank-more = Ein echter Anbieter würde hier seine eigene Seite zeigen.
bank-confirm = Zahlung bestätigen
bank-back = Zurück zur Bestellung
what-is-in-it = Was darin ist
parcels = Pakete
what-happened = Was geschehen ist
goes-to = Lieferadresse
your-note = Ihr Hinweis
why-cancelled = Warum sie storniert wurde
cancel-order = Bestellung stornieren …
why = Warum?
keep-order = Bestellung behalten
not-cancelled = Diese Bestellung wurde nicht storniert
not-cancelled-more = Sie ist inzwischen weiter: Hier ist ihr Stand.
order-changed = Die Bestellung hat sich inzwischen geändert
order-changed-more = Nichts wurde storniert. Das geschähe jetzt bei einer Stornierung.
cancel-it = Bestellung stornieren
cancel-rest = Den Rest stornieren
cancel-the-rest = Was versandt ist, bleibt Ihres. Der Rest wird storniert, und sein Geld geht zurück. Das lässt sich nicht rückgängig machen.
nothing-charged-yet = Bisher wurde nichts abgebucht. Falls inzwischen doch abgebucht wird, geht das Geld auf demselben Weg zurück. Das lässt sich nicht rückgängig machen.
nothing-to-give-back = Nichts wurde abgebucht, also muss nichts zurückgehen. Das lässt sich nicht rückgängig machen.
all-is-going-back = Was abgebucht wurde, ist schon auf dem Weg zurück. Das lässt sich nicht rückgängig machen.
all-has-gone-back = Was abgebucht wurde, ist schon zurückgegangen. Das lässt sich nicht rückgängig machen.
goes-the-way-it-came = Auf dem Weg, auf dem Sie bezahlt haben. Bis Ihre Bank es zeigt, können einige Tage vergehen.
goes-by-hand = Persönlich oder per Überweisung.
goes-both-ways = Was Sie mit Karte bezahlt haben, geht auf demselben Weg zurück; bis Ihre Bank es zeigt, können einige Tage vergehen. Den Rest gibt Ihnen der Shop persönlich oder per Überweisung zurück.
you-placed = Sie haben bestellt
payment-received = Ihre Zahlung ist eingegangen
payment-secured = Die Zahlung ist gesichert
a-card-was-declined = Eine Karte wurde abgelehnt
a-payment-was-not-completed = Eine Zahlung wurde nicht abgeschlossen
authorization-lapsed = Die reservierte Zahlung ist verfallen
cancel-requested = Die Stornierung hat begonnen
was-cancelled = Die Bestellung wurde storniert
was-expired = Die Bestellung wurde nicht rechtzeitig bezahlt
items-cancelled = Einige Stücke wurden storniert
was-refunded = Geld ging an Sie zurück
went-back = { $amount } wurden Ihnen erstattet
was-completed = Die Bestellung ist abgeschlossen
was-reopened = Etwas kam zurück, und die Bestellung wurde wieder geöffnet
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
        [1] Ihr Paket ist angekommen
       *[other] Paket { $n } ist angekommen
    }
parcel-failed =
    { $of ->
        [1] Ihr Paket konnte nicht zugestellt werden
       *[other] Paket { $n } konnte nicht zugestellt werden
    }
parcel-returned =
    { $of ->
        [1] Ihr Paket kam zurück
       *[other] Paket { $n } kam zurück
    }

price-changed-more = Die Summe ging von { $was } auf { $is }. Nichts wurde bestellt. Sehen Sie sie an, und bestellen Sie, wenn sie passt.
postal-code-like = Geben Sie eine Postleitzahl ein wie { $example } ({ $country })
too-many-unpaid-more =
    { $limit ->
        [one] Ein Konto hat höchstens { $limit } unbezahlte Bestellung. Bezahlen oder stornieren Sie sie erst. Nichts wurde bestellt.
       *[other] Ein Konto hat höchstens { $limit } unbezahlte Bestellungen. Bezahlen oder stornieren Sie erst eine davon. Nichts wurde bestellt.
    }
thank-you = Vielen Dank für Ihre Bestellung Nr. { $number }
next-by-email = Sobald sie versandt ist, schreiben wir an { $email }.
next-on-this-page = Auf dieser Seite sehen Sie, wie es weitergeht.
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
parcel-undone = Paket { $n } wurde aufgelöst, bevor es abging.
sent-of = { $sent } von { $pieces }
cancel-question = Bestellung #{ $number } stornieren?
money-goes-back = Noch ist nichts versandt. { $amount } gehen auf demselben Weg zurück. Das lässt sich nicht rückgängig machen.
money-handed-back = Noch ist nichts versandt. Der Shop gibt Ihnen { $amount } persönlich oder per Überweisung zurück. Das lässt sich nicht rückgängig machen.
money-goes-both-ways = Noch ist nichts versandt. { $amount } gehen zurück: mit Karte Bezahltes auf demselben Weg, der Rest persönlich oder per Überweisung. Das lässt sich nicht rückgängig machen.
handing-back = Der Shop gibt Ihnen { $amount } zurück
going-back = { $amount } sind auf dem Weg zurück zu Ihnen
has-gone-back = { $amount } sind an Sie zurückgegangen
cancel-and-refund = Stornieren, { $amount } zurück
bank-question = { $shop } möchte Ihre Karte mit { $amount } belasten.
your-email = Ihre E‑Mail-Adresse
guest-email-hint = Dorthin gehen E‑Mails zur Bestellung, mit einem Link zu ihrer Seite.
have-an-account = Es geht ohne Konto. Sie haben eines?{" "}
ordered-as-guest = Ohne Konto bestellt
verify-to-have-it = Bestätigen Sie Ihre E‑Mail-Adresse, dann erscheint diese Bestellung in Ihrem Konto.
ordered-as-guest-more = Eine E‑Mail an { $email } hat einen Link zu dieser Seite. Legen Sie ein Konto mit dieser E‑Mail-Adresse an, und bestätigen Sie sie: Dann sind alle Ihre Bestellungen an einem Ort.
placed-for-you = Der Shop hat die Bestellung für Sie aufgegeben
no-address-yet = Noch keine Adresse. Sagen Sie dem Shop, wohin es gehen soll, außer Sie holen es ab.
