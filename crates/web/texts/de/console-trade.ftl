# Heute und dieser Monat in Zahlen, und was zu tun ist.

console-today = Heute und dieser Monat in Zahlen
console-revenue = Umsatz
console-revenue-today = Umsatz heute
console-orders-today = Bestellungen heute
console-average-order = Im Schnitt heute
console-average-more = Je bezahlter Bestellung, nach Erstattungen
console-after-refunds = Nach Erstattungen
console-day = Tag
console-today-so-far = Heute bisher
console-today-by-hour = Heute nach Stunde
console-hour = Stunde
console-this-hour = Diese Stunde
console-needs-attention = Was zu tun ist
console-nothing-needs-you = Nichts zu tun.
console-lately = Gerade geschehen
console-orders-late = Seit über einem Tag zu packen
console-orders-to-pack = Zu packen
console-orders-packed = Gepackt, zu versenden
console-orders-partly-shipped = Teilweise versandt
console-orders-undelivered = Mit einem Paket, das nicht ankam
console-orders-to-hand-back = Mit Geld, das zurückzugeben ist
console-orders-came-back = Mit einem Paket, das zurückkam und nicht erstattet ist
console-orders-to-unpack = Storniert, als schon gepackt war: wieder auszupacken
console-refunds-delayed = Mit einer Erstattung, die nicht durchgeht
console-orders-held = Angehalten
console-payments-refused = Mit fehlgeschlagener Zahlung
console-payments-pending = Mit ausstehender Zahlung
console-orders-expiring = Unbezahlt, Ablauf binnen zehn Minuten
console-orders-unpaid = Unbezahlt
console-orders-cancelling = In Stornierung
console-first-product = Bieten Sie etwas an: ein Name, ein Preis, und wie viele es gibt.
console-pass-on-address = Die Adresse des Shops, zum Weitergeben:{" "}
console-some-are-so = { $what }, davon { $some } { $part }
console-all-are-so = { $what }, { $part }
console-packed-late = seit über einem Tag
console-after-refusal = mit fehlgeschlagener Zahlung
console-expiring-soon = mit Ablauf binnen zehn Minuten
console-waiting =
    { $kind ->
        [to-pack] { $count ->
            [one] Bestellung zu packen
           *[other] Bestellungen zu packen
        }
        [packed] { $count ->
            [one] gepackte Bestellung zu versenden
           *[other] gepackte Bestellungen zu versenden
        }
        [partly-shipped] { $count ->
            [one] teilweise versandte Bestellung
           *[other] teilweise versandte Bestellungen
        }
        [undelivered] { $count ->
            [one] Bestellung mit einem Paket, das nicht ankam
           *[other] Bestellungen mit einem Paket, das nicht ankam
        }
        [came-back] { $count ->
            [one] Bestellung mit einem Paket, das zurückkam und nicht erstattet ist
           *[other] Bestellungen mit einem Paket, das zurückkam und nicht erstattet ist
        }
        [to-unpack] { $count ->
            [one] Bestellung storniert, als schon gepackt war: wieder auszupacken
           *[other] Bestellungen storniert, als schon gepackt war: wieder auszupacken
        }
        [to-hand-back] { $count ->
            [one] Bestellung mit Geld, das zurückzugeben ist
           *[other] Bestellungen mit Geld, das zurückzugeben ist
        }
        [refund-delayed] { $count ->
            [one] Bestellung mit einer Erstattung, die nicht durchgeht
           *[other] Bestellungen mit einer Erstattung, die nicht durchgeht
        }
        [held] { $count ->
            [one] angehaltene Bestellung
           *[other] angehaltene Bestellungen
        }
        [payment-pending] { $count ->
            [one] Bestellung mit ausstehender Zahlung
           *[other] Bestellungen mit ausstehender Zahlung
        }
        [unpaid] { $count ->
            [one] unbezahlte Bestellung
           *[other] unbezahlte Bestellungen
        }
        [cancelling] { $count ->
            [one] Bestellung in Stornierung
           *[other] Bestellungen in Stornierung
        }
        [sold-out] { $count ->
            [one] ausverkauftes Produkt
           *[other] ausverkaufte Produkte
        }
        [low] { $count ->
            [one] fast ausverkauftes Produkt
           *[other] fast ausverkaufte Produkte
        }
       *[drafts] { $count ->
            [one] Entwurf, noch nicht aufgegeben
           *[other] Entwürfe, noch nicht aufgegeben
        }
    }
console-orders-by-hour-empty = Bestellungen je Stunde heute, in { $zone }: bisher keine
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
        [one] Bestellungen je Stunde heute, in { $zone }: { $orders } bisher, ab { $hour }
       *[other] Bestellungen je Stunde heute, in { $zone }: { $orders } bisher, die meisten ab { $hour }
    }
console-revenue-by-hour-empty = Umsatz je Stunde heute, in { $zone }: bisher keiner
console-revenue-by-hour = Umsatz je Stunde heute, in { $zone }: { $total } bisher, der größte Teil ab { $hour }
console-last-weekday = Letzter { $weekday }
console-and-last-weekday = { $sentence }; letzten { $weekday } insgesamt { $all }
console-month-by-day = { $month } nach Tag
console-orders-by-day =
    { $orders ->
        [one] Bestellungen je Tag im { $month }, in { $zone }: { $orders } bisher, am { $day }
       *[other] Bestellungen je Tag im { $month }, in { $zone }: { $orders } bisher, die meisten am { $day }, { $most }
    }
console-orders-by-day-empty = Bestellungen je Tag im { $month }, in { $zone }: bisher keine
console-revenue-by-day = Umsatz je Tag im { $month }, in { $zone }: { $total } bisher, der größte Teil am { $day } mit { $most }
console-revenue-by-day-empty = Umsatz je Tag im { $month }, in { $zone }: bisher keiner
console-unanswered = Zahlungen ohne Antwort
console-unanswered-more = Der Zahlungsanbieter wurde gefragt, und seit einer Viertelstunde nennt niemand den Ausgang. Ordo fragt weiter. Was der Anbieter davon zeigt, sagt, ob Geld geflossen ist.
console-unanswered-what = Worum es ging
console-unanswered-since = Zuletzt gehört
console-unanswered-payment = Eine Zahlung
console-unanswered-capture = Der Einzug einer autorisierten Zahlung
console-unanswered-void = Die Freigabe einer autorisierten Zahlung
console-unanswered-refund = Eine Erstattung
console-nothing-unanswered = Jede Zahlung ist beantwortet
console-nothing-unanswered-more = Zahlungen, zu denen ein Anbieter eine Viertelstunde lang nichts gesagt hat, erscheinen hier.
console-unanswered-besides = und { $count } weitere
console-unknown-charges = Unbekannte Abbuchungen
console-unknown-charges-more = Der Zahlungsanbieter hat diese Beträge abgebucht. Hier fehlen sie, weil die Datenbank aus einer Sicherung wiederhergestellt wurde. Erstatten Sie eine Abbuchung, oder bezahlen Sie damit die Bestellung.
console-no-unknown-charges = Keine unbekannten Abbuchungen
console-no-unknown-charges-more = Nach einer Wiederherstellung erscheinen hier Abbuchungen, die der Zahlungsanbieter kennt und dieser Shop nicht.
console-charge-order = Bestellung
console-charge-status = Status
console-charge-made = Abgebucht
console-charge-actions = Aktionen
console-charge-pending = Ausstehend
console-charge-authorized = Autorisiert
console-charge-captured = Eingezogen
console-charge-refunding = Erstattung läuft
console-order-lost = Bestellung nicht gefunden
console-take-over = Für die Bestellung verwenden
console-refund-charge = Erstatten
console-refund-charge-more = Der ganze Betrag geht an die Kundin oder den Kunden zurück, eine Autorisierung wird freigegeben. Das lässt sich nicht rückgängig machen.
console-done-charge-refunded = Abbuchung erstattet.
console-done-charge-refunding = Die Erstattung läuft. Sie wird wiederholt, bis sie gelingt.
console-done-taken-over = Die Abbuchung gehört jetzt zur Bestellung.
console-charges-unknown =
    { $count ->
        [one] Abbuchung, die hier unbekannt ist: erstatten oder verwenden
       *[other] Abbuchungen, die hier unbekannt sind: erstatten oder verwenden
    }
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
        [one] E‑Mail ließ sich nicht schreiben
       *[other] E‑Mails ließen sich nicht schreiben
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
