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
paper-none-has-a-slip = Kein Paket dieser Bestellungen wartet auf den Versand
paper-so-many-without =
    { $orders ->
        [one] Von 1 Bestellung wartet kein Paket auf den Versand
       *[other] Von { $orders } Bestellungen wartet kein Paket auf den Versand
    }
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
