# E-Mails: was zwischen Anrede und Unterschrift steht, nach den Namen der Vorlagen. { $order } steht im ersten oder vierten Fall,
# und was auf die Anrede folgt, beginnt klein; der erste Buchstabe eines Betreffs wird groß.

greeting = Guten Tag { $name },
greeting-nameless = Guten Tag,
order-numbered = Bestellung { $number }
order-unnumbered = Ihre Bestellung
page-of-order = Bestellung ansehen: { $link }
page-of-guests-order = Bestellung ohne Konto ansehen: { $link }
to-pay = Bitte zahlen Sie { $amount } bis zum { $until }. Danach läuft die Bestellung ab, und die Artikel werden wieder freigegeben.
pay-order = Bestellung bezahlen: { $link }
pay-guests-order = Bestellung ohne Konto bezahlen: { $link }
moment = { $day }. { $month ->
        [m1] Januar
        [m2] Februar
        [m3] März
        [m4] April
        [m5] Mai
        [m6] Juni
        [m7] Juli
        [m8] August
        [m9] September
        [m10] Oktober
        [m11] November
       *[m12] Dezember
    } { $year }, { $time } { $zone }
reason = Grund: { $reason }
carrier = Versanddienst: { $carrier }
tracking-number = Sendungsnummer: { $number }

welcome-subject = willkommen bei { $shop }
welcome = Ihr Konto ist eingerichtet. Sie können sich jetzt anmelden und bestellen.

verify-email-subject = bestätigen Sie Ihre E‑Mail-Adresse für { $shop }
verify-email =
    mit dieser E‑Mail-Adresse wurde ein Konto angelegt.

    Bestätigen Sie Ihre E‑Mail-Adresse innerhalb von 24 Stunden: { $link }

    Bestellungen, die Sie mit dieser Adresse als Gast aufgegeben haben, erscheinen dann in Ihrem Konto.

    Wenn Sie das nicht waren, ignorieren Sie diese E‑Mail.

password-reset-subject = Passwort für { $shop } zurücksetzen
password-reset =
    wir haben eine Anfrage zum Zurücksetzen Ihres Passworts erhalten.

    Wählen Sie innerhalb einer Stunde ein neues Passwort. Der Link kann einmal verwendet werden: { $link }

    Oder geben Sie auf dieser Seite den folgenden Code ein: { $code }

    Wenn Sie das nicht angefordert haben, ignorieren Sie diese E‑Mail. Ihr Passwort bleibt unverändert.

password-changed-subject = Ihr Passwort für { $shop } wurde geändert
password-changed =
    Ihr Passwort wurde geändert, und alle anderen Sitzungen wurden abgemeldet. API-Schlüssel gelten weiter.

    Wenn Sie das nicht waren, setzen Sie Ihr Passwort sofort zurück.

order-placed-subject = wir haben { $order } erhalten
order-placed =
    vielen Dank für Ihren Einkauf. Wir haben { $order } über { $amount } erhalten und die Artikel für Sie reserviert.

    Sie erhalten eine E‑Mail, sobald die Zahlung eingegangen ist.

order-confirmed-subject = { $order } ist bestätigt
order-confirmed =
    { $order } über { $amount } ist bestätigt.

    Sie erhalten eine E‑Mail, sobald die Artikel versandt sind.

payment-failed-subject = Zahlung für { $order } fehlgeschlagen
payment-failed =
    Ihre Zahlung von { $amount } für { $order } ist fehlgeschlagen. Es wurde nichts abgebucht.

    Versuchen Sie es erneut oder verwenden Sie eine andere Karte.

payment-not-sent =
    Ihre Zahlung von { $amount } für { $order } ist fehlgeschlagen, weil der Zahlungsanbieter nicht erreichbar war. Ihre Karte wurde nicht abgelehnt, und es wurde nichts abgebucht.

    Bitte versuchen Sie es in einigen Minuten erneut.

payment-lapsed-subject = Zahlung für { $order } erneut erforderlich
payment-lapsed =
    Ihre Autorisierung über { $amount } für { $order } ist abgelaufen. Es wurde nichts abgebucht.

    Bitte bezahlen Sie die Bestellung erneut.

order-items-cancelled-subject = { $order } wurde teilweise storniert
order-items-cancelled =
    { $order } wurde teilweise storniert. Der neue Gesamtbetrag ist { $amount }. Die stornierten Artikel finden Sie auf der Seite der Bestellung.

    Falls Sie bereits mehr bezahlt haben, erstatten wir die Differenz.

order-cancelled-subject = { $order } wurde storniert
order-cancelled = { $order } wurde storniert. Falls Sie bereits bezahlt haben, erstatten wir den Betrag.

order-expired-subject = { $order } ist abgelaufen
order-expired = { $order } wurde nicht rechtzeitig bezahlt und ist abgelaufen. Für Sie entstehen keine Kosten.

order-shipped-subject = ein Paket für { $order } wurde versandt
order-shipped = ein Paket für { $order } ist unterwegs.

order-delivered-subject = ein Paket für { $order } wurde zugestellt
order-delivered = ein Paket für { $order } wurde zugestellt. Viel Freude damit.

order-completed-subject = { $order } ist abgeschlossen
order-completed = { $order } wurde vollständig zugestellt. Vielen Dank für Ihren Einkauf.

order-reopened-subject = { $order } wurde wieder geöffnet
order-reopened = { $order } wurde wegen einer Rücksendung wieder geöffnet.

order-refunded-subject = wir haben { $amount } für { $order } erstattet
order-refunded =
    wir haben { $amount } für { $order } erstattet. Der Betrag geht auf Ihre ursprüngliche Zahlungsart zurück.

    Die Gutschrift kann einige Tage dauern.
order-handed-back = wir haben Ihnen { $amount } für { $order } bar oder per Überweisung erstattet.
