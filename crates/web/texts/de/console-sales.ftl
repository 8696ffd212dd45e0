# Heute und dieser Monat in Zahlen, und was zu tun ist.

console-today = Umsatz heute und in diesem Monat
console-revenue = Umsatz
console-revenue-today = Umsatz heute
console-orders-today = Bestellungen heute
console-average-order = Durchschnitt heute
console-average-more = Bezahlte Bestellungen, nach Erstattungen
console-after-refunds = Nach Erstattungen
console-day = Tag
console-today-so-far = Heute bisher
console-today-by-hour = Heute nach Stunde
console-hour = Stunde
console-this-hour = Diese Stunde
console-needs-attention = Zu erledigen
console-nothing-needs-you = Alles erledigt.
console-lately = Letzte Aktivitäten
console-orders-late = Seit über 1 Tag nicht gepackt
console-orders-to-pack = Zu packen
console-orders-packed = Gepackt, versandbereit
console-orders-partly-shipped = Teilweise versandt
console-orders-undelivered = Zustellung fehlgeschlagen
console-orders-to-hand-back = Manuelle Erstattung fällig
console-orders-came-back = Retourniert, nicht erstattet
console-orders-to-unpack = Storniert, auszupacken
console-refunds-delayed = Erstattung verzögert
console-orders-held = Angehalten
console-payments-refused = Zahlung fehlgeschlagen
console-payments-pending = Zahlung ausstehend
console-orders-expiring = Unbezahlt, läuft in 10 Minuten ab
console-orders-unpaid = Unbezahlt
console-orders-cancelling = Wird storniert
console-first-product = Legen Sie Ihr erstes Produkt mit Name, Preis und Bestand an.
console-pass-on-address = Adresse Ihres Shops zum Teilen:{" "}
console-some-are-so = { $what }, davon { $some } { $part }
console-all-are-so = { $what }, { $part }
console-packed-late = seit über 1 Tag
console-after-refusal = mit fehlgeschlagener Zahlung
console-expiring-soon = mit Ablauf in 10 Minuten
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
            [one] Bestellung mit fehlgeschlagener Zustellung
           *[other] Bestellungen mit fehlgeschlagener Zustellung
        }
        [came-back] { $count ->
            [one] retournierte Bestellung, nicht erstattet
           *[other] retournierte Bestellungen, nicht erstattet
        }
        [to-unpack] { $count ->
            [one] stornierte Bestellung auszupacken
           *[other] stornierte Bestellungen auszupacken
        }
        [to-hand-back] { $count ->
            [one] Bestellung mit fälliger manueller Erstattung
           *[other] Bestellungen mit fälliger manueller Erstattung
        }
        [refund-delayed] { $count ->
            [one] Bestellung mit verzögerter Erstattung
           *[other] Bestellungen mit verzögerter Erstattung
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
            [one] Entwurf, noch nicht bestellt
           *[other] Entwürfe, noch nicht bestellt
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
        [none] Zu wenig Daten vom letzten { $weekday }
       *[more] { $share } mehr als letzten { $weekday }
    }
console-to-month =
    { $by ->
        [less] { $share } weniger als an diesen Tagen im { $month }
        [same] So viel wie an diesen Tagen im { $month }
        [none] Zu wenig Daten von diesen Tagen im { $month }
       *[more] { $share } mehr als an diesen Tagen im { $month }
    }
console-by-the-day = Nach Tag, zuletzt heute bisher: { $values }
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
console-unanswered = Ungeklärte Zahlungen
console-unanswered-more = Der Zahlungsanbieter hat seit 15 Minuten kein Ergebnis gemeldet. Ordo fragt weiter nach. Prüfen Sie beim Anbieter, ob Geld geflossen ist.
console-unanswered-what = Vorgang
console-unanswered-since = Letzte Meldung
console-unanswered-payment = Zahlung
console-unanswered-capture = Einzug einer autorisierten Zahlung
console-unanswered-void = Freigabe einer autorisierten Zahlung
console-unanswered-refund = Erstattung
console-nothing-unanswered = Keine ungeklärten Zahlungen
console-nothing-unanswered-more = Zahlungen, zu denen der Anbieter 15 Minuten lang kein Ergebnis meldet, erscheinen hier.
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
console-refund-charge-more = Der Betrag wird vollständig erstattet, eine Autorisierung wird freigegeben. Das lässt sich nicht rückgängig machen.
console-done-charge-refunded = Abbuchung erstattet.
console-done-charge-refunding = Die Erstattung läuft. Sie wird wiederholt, bis sie gelingt.
console-done-taken-over = Die Abbuchung gehört jetzt zur Bestellung.
console-charges-unknown =
    { $count ->
        [one] unbekannte Abbuchung: erstatten oder verwenden
       *[other] unbekannte Abbuchungen: erstatten oder verwenden
    }
console-invariants-broken =
    { $count ->
        [one] Invariante bei der letzten Prüfung verletzt
       *[other] Invarianten bei der letzten Prüfung verletzt
    }
console-payments-unanswered =
    { $count ->
        [one] ungeklärte Zahlung
       *[other] ungeklärte Zahlungen
    }
console-mails-unwritten =
    { $count ->
        [one] E‑Mail konnte nicht erstellt werden
       *[other] E‑Mails konnten nicht erstellt werden
    }
console-events-put-aside =
    { $count ->
        [one] unverarbeitetes Ereignis
       *[other] unverarbeitete Ereignisse
    }
console-timers-overdue =
    { $count ->
        [one] überfälliger Termin
       *[other] überfällige Termine
    }
