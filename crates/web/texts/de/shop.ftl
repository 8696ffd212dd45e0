# Die erste Seite, Produkte und der Warenkorb.

home = Willkommen
see-new = Neuheiten entdecken
nothing-on-sale = Noch keine Produkte
nothing-on-sale-more = Unsere ersten Produkte kommen in Kürze. Schauen Sie bald wieder vorbei.
all-sold-out = Alles ist ausverkauft
all-sold-out-more = Stöbern Sie in allen Produkten und schauen Sie bald wieder vorbei.
add-a-product = Produkt hinzufügen
teapot-welcome = In Ruhe gemacht, für ruhige Morgen
teapot-welcome-more = Japanische Tees der Ernte dieses Frühlings, und Steinzeug aus kleinen Werkstätten.
teapot-alt = Eine schieferblaue Teekanne mit Seitengriff und eine helle Tasse auf einem Eichentablett
just-in = Gerade eingetroffen
more-of-the-shop = Mehr aus dem Shop
for-little = Für den kleinen Geldbeutel
see-all = Alle ansehen
count-on = Worauf Sie sich verlassen können
promise-stock = Bestand in Echtzeit
promise-stock-more = Was Sie sehen, ist aktuell, und Ihre Artikel sind reserviert, sobald Sie bestellen.
promise-once = Nur einmal abgebucht
promise-once-more = Jeder Einkauf ergibt eine Bestellung und eine Zahlung, auch wenn die Verbindung abbricht.
promise-follow = Jeden Schritt verfolgen
promise-follow-more = Bestellt, bezahlt, gepackt, versandt, zugestellt: Die Bestellseite zeigt jeden Schritt.
products = Produkte
best-match-first = Beste Treffer
newest-first = Neueste
cheapest-first = Preis: aufsteigend
dearest-first = Preis: absteigend
by-name = Name
sort-by = Sortieren nach
sort = Sortieren
filter = Filter
filters = Filter
price = Preis
enter-amount = Geben Sie einen Betrag ein, etwa { $such }
from = Von
to = Bis
not-below-nothing = Geben Sie 0 oder mehr ein
no-price-counts = Der Preisfilter wird nicht angewendet. Geben Sie einen gültigen Preis ein.
available-only = Nur lieferbare Artikel
show-results = Ergebnisse anzeigen
results = Ergebnisse
remove-filter = , entfernen
clear-all = Alle entfernen
nothing-found = Keine Produkte gefunden
nothing-found-more = Keine passenden Produkte. Versuchen Sie es mit weniger Suchbegriffen oder Filtern.
from-the-start = Erste Seite
next = Weiter
in-stock = Vorrätig
available = Lieferbar
sold-out = Ausverkauft
pictures = Bilder
picture-of = Bild { $n } von { $all }
sold-out-more = Dieses Produkt ist ausverkauft. Sobald es wieder verfügbar ist, können Sie es bestellen.
last-one = Nur noch 1 Stück
few-left = Nur noch wenige
to-order = Auf Bestellung
counted = , Stand{" "}
quantity = Menge
one-less = Menge verringern
one-more = Menge erhöhen
put-in-basket = In den Warenkorb
is-in-basket = { $name } liegt in Ihrem Warenkorb
see-basket = Warenkorb ansehen
or-go-on = , oder weiter einkaufen.
article = Artikelnummer
basket = Warenkorb
basket-empty = Ihr Warenkorb ist leer
basket-empty-more = Ihre Artikel bleiben eine Weile gespeichert, auch wenn Sie sich anmelden.
you-are-offline = Sie sind offline
you-are-offline-more = Ihre Änderungen werden gesendet, sobald Sie wieder online sind.
left-out = Einige Artikel konnten nicht hinzugefügt werden
left-out-more = Ein Warenkorb fasst bis zu { $most } verschiedene Produkte und von jedem eine begrenzte Menge. Die vor dem Anmelden hinzugefügten Artikel bleiben gespeichert und kommen hinzu, sobald Sie bestellt oder etwas entfernt haben.
basket-full = Ihr Warenkorb ist voll
changed-elsewhere = Ihre letzte Änderung wurde nicht übernommen
changed-elsewhere-more = Dieses Produkt wurde in einem anderen Fenster geändert, oder die Schaltfläche wurde zweimal gedrückt. Prüfen Sie die Menge und passen Sie sie bei Bedarf an.
changed-since = Ihr Warenkorb hat sich geändert
short-of-it = Nicht genug auf Lager
too-many = Nicht genug auf Lager
changed = Geändert
gone = Ausverkauft
unsold = Nicht mehr verfügbar
no-longer-sold = Nicht mehr verfügbar.
remove = Entfernen
kept-until = Gespeichert bis{" "}
go-on-shopping = Weiter einkaufen
update-basket = Warenkorb aktualisieren
sum = Zusammenfassung
total = Gesamt
all-you-pay = Es kommen keine Versandkosten oder Steuern hinzu.
to-checkout = Zur Kasse
opens-once-settled = Passen Sie die Artikel oben an, um zur Kasse zu gehen.
opens-once-taken-out = Entfernen Sie die nicht verfügbaren Artikel, um zur Kasse zu gehen.
too-much = Die Summe ist zu groß. Verringern Sie die Menge.
take-it-out = Entfernen

quoted = „{ $words }“
no-product-matches = Keine Produkte zu „{ $words }“ gefunden. Versuchen Sie es mit weniger Suchbegriffen.
so-many-products =
    { $count ->
        [one] { $count } Produkt
       *[other] { $count } Produkte
    }
more-products-than = Mehr als { $count } Produkte
results-for = Ergebnisse für „{ $words }“
all-results = Alle Ergebnisse für „{ $words }“
price-between = { $least } bis { $most }
price-from = Ab { $least }
price-to = Bis { $most }
take-instead = Auf { $left } ändern
left = Noch { $count }
in-stock-counted = { $count } vorrätig
pieces-from-to = Geben Sie eine ganze Zahl von { $least } bis { $most } ein
basket-full-more = Er fasst { $most } verschiedene Produkte und von jedem { $pieces } Stück. Bestellen Sie diese zuerst oder entfernen Sie etwas.
are-gone =
    { $count ->
        [one] 1 Produkt ist nicht mehr verfügbar. Entfernen Sie es, um fortzufahren.
       *[other] { $count } Produkte sind nicht mehr verfügbar. Entfernen Sie sie, um fortzufahren.
    }
are-short =
    { $count ->
        [one] 1 Produkt ist nicht in der gewünschten Menge verfügbar.
       *[other] { $count } Produkte sind nicht in der gewünschten Menge verfügbar.
    }
have-other-prices =
    { $count ->
        [one] 1 Preis hat sich geändert.
       *[other] { $count } Preise haben sich geändert.
    }
fewer-left = Sie haben { $asked } gewählt, so viele sind aber nicht mehr verfügbar.
only-left =
    { $left ->
        [0] Sie haben { $asked } gewählt, der Artikel ist aber ausverkauft.
        [one] Sie haben { $asked } gewählt, verfügbar ist aber nur noch { $left }.
       *[other] Sie haben { $asked } gewählt, verfügbar sind aber nur noch { $left }.
    }
price-went = Der Preis hat sich von { $was } auf { $is } geändert.
each = { $price } je Stück
less-of = Menge verringern: { $name }
more-of = Menge erhöhen: { $name }
quantity-of = Menge: { $name }
goods-of = Zwischensumme ({ $pieces })
pieces =
    { $count ->
        [one] { $count } Artikel
       *[other] { $count } Artikel
    }
units =
    { $count ->
        [one] { $count } Stück
       *[other] { $count } Stück
    }
opens-once = Passen Sie „{ $name }“ an, um zur Kasse zu gehen.
opens-once-out = Entfernen Sie „{ $name }“, um zur Kasse zu gehen.
