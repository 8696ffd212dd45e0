# Mails: was zwischen Anrede und Unterschrift steht, nach den Namen der Vorlagen. { $order } steht im ersten oder vierten Fall,
# und was auf die Anrede folgt, beginnt klein; der erste Buchstabe eines Betreffs wird groß.

greeting = Guten Tag { $name },
greeting-nameless = Guten Tag,
order-numbered = Bestellung { $number }
order-unnumbered = Ihre Bestellung
page-of-order = Sie finden sie auf dieser Seite unseres Shops: { $link }
page-of-guests-order = Sie finden sie auch ohne Konto, auf dieser Seite unseres Shops: { $link }
to-pay = Bitte zahlen Sie { $amount } bis zum { $until }: Danach läuft die Bestellung ab, und wir halten nichts mehr für Sie zurück.
pay-order = Hier bezahlen Sie sie: { $link }
pay-guests-order = Hier bezahlen Sie sie, ohne Konto: { $link }
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
reason = Der Grund: { $reason }
carrier = Versand mit: { $carrier }
tracking-number = Sendungsnummer: { $number }

welcome-subject = willkommen bei { $shop }
welcome = Ihr Konto ist eingerichtet. Sie können sich anmelden und sofort bestellen.

verify-email-subject = Ihre Adresse bei { $shop }
verify-email =
    jemand, hoffentlich Sie, hat mit dieser Adresse ein Konto angelegt.

    Öffnen Sie innerhalb eines Tages diese Seite unseres Shops, um zu sagen, dass es Ihre ist: { $link }

    Was Sie mit dieser Adresse ohne Konto bestellt haben, finden Sie dann darin.

    Waren Sie es nicht, müssen Sie nichts tun.

password-reset-subject = ein neues Passwort für { $shop }
password-reset =
    jemand, hoffentlich Sie, hat um ein neues Passwort für Ihr Konto gebeten.

    Wählen Sie es innerhalb einer Stunde auf dieser Seite unseres Shops; sie gilt einmal: { $link }

    Oder geben Sie dort diesen Code ein: { $code }

    Waren Sie es nicht, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.

password-changed-subject = Ihr Passwort für { $shop } wurde geändert
password-changed =
    Ihr Konto hat ein anderes Passwort. Alle anderen Sitzungen sind beendet; API-Schlüssel bleiben, wie sie sind.

    Waren Sie es nicht, lassen Sie sich sofort ein neues Passwort geben.

order-placed-subject = wir haben { $order } erhalten
order-placed =
    vielen Dank: Wir haben { $order } über { $amount } erhalten und alles für Sie zurückgelegt.

    Wir schreiben wieder, sobald bezahlt ist.

order-confirmed-subject = { $order } ist bestätigt
order-confirmed =
    { $order } über { $amount } ist bestätigt: Die Zahlung ist gesichert.

    Wir schreiben wieder, sobald etwas unterwegs ist.

payment-failed-subject = die Zahlung für { $order } ist gescheitert
payment-failed =
    Ihre Zahlung von { $amount } für { $order } ist nicht zustande gekommen. Nichts wurde abgebucht.

    Die Bestellung wartet eine Weile: Versuchen Sie es noch einmal, oder mit einer anderen Karte.

payment-not-sent =
    Ihre Zahlung von { $amount } für { $order } ist nicht zustande gekommen: Der Zahlungsanbieter war nicht zu erreichen. Ihre Karte wurde nicht abgelehnt, und nichts wurde abgebucht.

    Die Bestellung wartet eine Weile: Bitte versuchen Sie es in einigen Minuten noch einmal.

payment-lapsed-subject = { $order } muss noch einmal bezahlt werden
payment-lapsed =
    die Zahlung von { $amount }, die für { $order } reserviert war, ist verfallen. Nichts wurde abgebucht.

    Die Bestellung wartet eine Weile darauf, wieder bezahlt zu werden.

order-items-cancelled-subject = { $order } ist zum Teil storniert
order-items-cancelled =
    { $order } ist zum Teil storniert. Der neue Betrag ist { $amount }. Welche Stücke das sind und, wo ein Grund genannt wurde, warum, steht auf der Seite der Bestellung.

    Haben Sie mehr als das bezahlt, wird der Rest erstattet.

order-cancelled-subject = { $order } ist storniert
order-cancelled = { $order } ist storniert. Haben Sie schon bezahlt, wird das erstattet.

order-expired-subject = { $order } ist abgelaufen
order-expired = { $order } wurde nicht rechtzeitig bezahlt und ist abgelaufen. Sie schulden nichts dafür.

order-shipped-subject = ein Paket für { $order } ist unterwegs
order-shipped = ein Paket für { $order } ist unterwegs.

order-delivered-subject = ein Paket für { $order } ist angekommen
order-delivered = ein Paket für { $order } wurde zugestellt. Viel Freude damit.

order-completed-subject = { $order } ist abgeschlossen
order-completed = { $order } ist vollständig zugestellt und abgerechnet. Vielen Dank für Ihren Einkauf.

order-reopened-subject = { $order } ist wieder offen
order-reopened = { $order } ist wieder offen, weil etwas davon zu uns zurückkommt.

order-refunded-subject = { $amount } für { $order } erstattet
order-refunded =
    wir haben { $amount } für { $order } an Sie zurückgesandt.

    Es kann einige Tage dauern, bis Ihre Bank es anzeigt.
order-handed-back = wir haben Ihnen { $amount } für { $order } zurückgegeben.
