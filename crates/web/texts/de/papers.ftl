# Die Papiere einer Bestellung.

paper-invoice = Rechnung
paper-packing-slip = Packzettel
paper-print = Drucken
paper-back = Zurück zur Bestellung
paper-lines = Positionen
paper-article = Artikel
paper-quantity = Menge
paper-each = Einzelpreis
paper-date = Datum
paper-ordered-on = Bestellt
paper-parcel = Paket
paper-carrier = Versanddienst
paper-tracking-number = Sendungsnummer
paper-note = Hinweis
paper-no-address = Keine Adresse
paper-back-to-list = Zurück zu den Bestellungen
paper-their-slips = Packzettel anzeigen
paper-so-many-later =
    { $orders ->
        [one] Die Packzettel von 1 weiteren Bestellung sind auf der nächsten Seite
       *[other] Die Packzettel von { $orders } weiteren Bestellungen sind auf der nächsten Seite
    }
paper-none-has-a-slip = Diese Bestellungen haben keine versandbereiten Pakete
paper-so-many-without =
    { $orders ->
        [one] 1 Bestellung hat keine versandbereiten Pakete
       *[other] { $orders } Bestellungen haben keine versandbereiten Pakete
    }
paper-not-all-parcels = Einige Pakete der Bestellung #{ $number } werden nicht angezeigt
paper-slips-on-its-page = Die übrigen Packzettel drucken Sie in der Bestellung
paper-nothing-to-pay = Es war keine Zahlung fällig.
paper-thank-you = Vielen Dank.
paper-invoice-title = Rechnung { $number }
paper-slip-title = Packzettel zur Bestellung #{ $number }
paper-parcel-of =
    { $of ->
        [0] { $n }
       *[other] { $n } von { $of }
    }
paper-paid =
    { $by ->
        [card] Am { $day } mit Karte bezahlt.
        [hand] Am { $day } offline bezahlt.
       *[other] Am { $day } bezahlt.
    }
paper-refunded = { $amount } am { $day } erstattet.
