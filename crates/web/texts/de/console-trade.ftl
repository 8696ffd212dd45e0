# Heute und dieser Monat in Zahlen, und was zu tun ist.

console-today = Heute und dieser Monat in Zahlen
console-revenue = Umsatz
console-revenue-today = Umsatz heute
console-orders-today = Bestellungen heute
console-average-order = Im Schnitt je Bestellung heute
console-average-more = Der bezahlten, nach Erstattungen
console-after-refunds = Nach Erstattungen
console-day = Tag
console-today-so-far = Heute bisher
console-today-by-hour = Heute nach Stunde
console-hour = Stunde (UTC)
console-this-hour = Diese Stunde
console-needs-attention = Was zu tun ist
console-nothing-needs-you = Nichts zu tun.
console-orders-late = seit über einem Tag zu packen
console-orders-to-pack = zu packen
console-orders-packed = gepackt, zu versenden
console-orders-partly-shipped = teilweise versandt
console-orders-undelivered = mit einem Paket, das nicht ankam
console-orders-to-hand-back = mit Geld, das zurückzugeben ist
console-orders-came-back = mit einem Paket, das zurückkam und nicht erstattet ist
console-orders-to-unpack = storniert, als schon gepackt war: wieder auszupacken
console-refunds-delayed = mit einer Erstattung, die nicht durchgeht
console-orders-held = angehalten
console-payments-refused = mit fehlgeschlagener Zahlung
console-payments-pending = mit ausstehender Zahlung
console-orders-expiring = unbezahlt, Ablauf binnen zehn Minuten
console-orders-unpaid = unbezahlt
console-orders-cancelling = in Stornierung
console-orders-drafted = Entwürfe, noch nicht aufgegeben
console-first-product = Bieten Sie etwas an: ein Name, ein Preis, und wie viele es gibt.
console-pass-on-address = Die Adresse des Shops, zum Weitergeben:{" "}
console-products-sold-out = ausverkauft
console-products-low = fast ausverkauft
console-orders-by-hour-empty = Bestellungen je Stunde heute, in UTC: bisher keine
console-of-which-paid = { $paid } davon bezahlt
console-orders-and-paid =
    { $orders ->
        [one] { $orders } Bestellung, { $paid } bezahlt
       *[other] { $orders } Bestellungen, { $paid } bezahlt
    }
console-revenue-in = Umsatz im { $month }
console-to-weekday =
    { $by ->
        [less] { $share } weniger als letzten { $weekday }
        [same] So viel wie letzten { $weekday }
        [none] Letzten { $weekday } zu wenige zum Vergleich
       *[more] { $share } mehr als letzten { $weekday }
    }
console-to-month =
    { $by ->
        [less] { $share } weniger als an diesen Tagen im { $month }
        [same] So viel wie an diesen Tagen im { $month }
        [none] An diesen Tagen im { $month } zu wenige zum Vergleich
       *[more] { $share } mehr als an diesen Tagen im { $month }
    }
console-by-the-day = Tag für Tag, heute bisher zuletzt: { $values }
console-orders-by-hour =
    { $orders ->
        [one] Bestellungen je Stunde heute, in UTC: { $orders } bisher, ab { $hour }
       *[other] Bestellungen je Stunde heute, in UTC: { $orders } bisher, die meisten ab { $hour }
    }
console-revenue-by-hour-empty = Umsatz je Stunde heute, in UTC: bisher keiner
console-revenue-by-hour = Umsatz je Stunde heute, in UTC: { $total } bisher, der größte Teil ab { $hour }
console-last-weekday = Letzter { $weekday }
console-and-last-weekday = { $sentence }; letzten { $weekday } insgesamt { $all }
console-month-by-day = { $month } nach Tag
console-orders-by-day =
    { $orders ->
        [one] Bestellungen je Tag im { $month }, in UTC: { $orders } bisher, am { $day }
       *[other] Bestellungen je Tag im { $month }, in UTC: { $orders } bisher, die meisten am { $day }, { $most }
    }
console-orders-by-day-empty = Bestellungen je Tag im { $month }, in UTC: bisher keine
console-revenue-by-day = Umsatz je Tag im { $month }, in UTC: { $total } bisher, der größte Teil am { $day } mit { $most }
console-revenue-by-day-empty = Umsatz je Tag im { $month }, in UTC: bisher keiner
console-unanswered = Zahlungen ohne Antwort
console-unanswered-more = Der Zahlungsanbieter wurde gefragt, und seit einer Viertelstunde nennt niemand den Ausgang. Ordo fragt weiter. Was der Anbieter davon zeigt, sagt, ob Geld geflossen ist.
console-unanswered-what = Worum es ging
console-unanswered-since = Zuletzt gehört
console-unanswered-payment = Eine Zahlung
console-unanswered-capture = Der Einzug des Zugesagten
console-unanswered-void = Die Freigabe des Zugesagten
console-unanswered-refund = Eine Erstattung
console-nothing-unanswered = Jede Zahlung ist beantwortet
console-nothing-unanswered-more = Zahlungen, zu denen ein Anbieter eine Viertelstunde lang nichts gesagt hat, erscheinen hier.
console-unanswered-besides = und { $count } weitere
console-invariants-broken =
    { $count ->
        [one] Invariante war bei der letzten Prüfung verletzt
       *[other] Invarianten waren bei der letzten Prüfung verletzt
    }
console-payments-unanswered =
    { $count ->
        [one] Zahlung, deren Ausgang niemand nennt
       *[other] Zahlungen, deren Ausgang niemand nennt
    }
console-mails-unwritten =
    { $count ->
        [one] Mail ließ sich nicht schreiben
       *[other] Mails ließen sich nicht schreiben
    }
console-events-put-aside =
    { $count ->
        [one] Ereignis beiseitegelegt
       *[other] Ereignisse beiseitegelegt
    }
console-timers-overdue =
    { $count ->
        [one] Termin überfällig
       *[other] Termine überfällig
    }
