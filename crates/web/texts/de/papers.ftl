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
paper-carrier = Versand mit
paper-tracking-number = Sendungsnummer
paper-note = Hinweis
paper-no-address = Keine Adresse
paper-back-to-list = Zurück zu den Bestellungen
paper-their-slips = Deren Packzettel
paper-so-many-later =
    { $orders ->
        [one] 1 weitere Bestellung hat ihre Packzettel auf der nächsten Seite
       *[other] { $orders } weitere Bestellungen haben ihre Packzettel auf der nächsten Seite
    }
paper-none-has-a-slip = Keine dieser Bestellungen hat einen Packzettel
paper-so-many-without =
    { $orders ->
        [one] 1 Bestellung hat keinen Packzettel
       *[other] { $orders } Bestellungen haben keinen Packzettel
    }
paper-nothing-to-send = Kein Paket wartet auf den Versand.
paper-not-all-parcels = Nicht alle Pakete der Bestellung #{ $number } sind hier
paper-slips-on-its-page = Auf ihrer Seite hat jedes Paket seinen Packzettel.
paper-nothing-to-pay = Es war nichts zu bezahlen.
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
