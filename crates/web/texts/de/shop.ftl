# Die erste Seite, Produkte und der Warenkorb.

home = Willkommen
see-new = Neues ansehen
nothing-on-sale = Gerade ist nichts im Verkauf
nothing-on-sale-more = Die ersten Produkte werden gerade eingeräumt. Schauen Sie bald wieder herein.
all-sold-out = Gerade ist alles ausverkauft
all-sold-out-more = Sehen Sie, was es sonst gibt, und schauen Sie bald wieder herein.
add-a-product = Produkt hinzufügen
teapot-welcome = In Ruhe gemacht, für ruhige Morgen
teapot-welcome-more = Japanische Tees der Ernte dieses Frühlings, und Steinzeug aus kleinen Werkstätten.
teapot-alt = Eine schieferblaue Teekanne mit Seitengriff und eine helle Tasse auf einem Eichentablett
just-in = Gerade eingetroffen
more-of-the-shop = Mehr aus dem Shop
for-little = Für den kleinen Geldbeutel
see-all = Alle ansehen
count-on = Worauf Sie sich verlassen können
promise-stock = Vorrätig heißt vorrätig
promise-stock-more = Der Bestand wird laufend gezählt. Was Sie bestellen, ist sofort für Sie reserviert.
promise-once = Zweimal drücken bestellt nicht zweimal
promise-once-more = Jeder Gang zur Kasse wird eine Bestellung und eine Zahlung, was immer das Netz tut.
promise-follow = Jeden Schritt verfolgen
promise-follow-more = Bestellt, bezahlt, gepackt, versandt, zugestellt: Die Seite Ihrer Bestellung zeigt jeden Schritt.
products = Produkte
best-match-first = Beste Treffer
newest-first = Neueste
cheapest-first = Preis, niedrige zuerst
dearest-first = Preis, hohe zuerst
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
no-price-counts = Kein Preis wird berücksichtigt: Die Eingabe ist kein Preis.
available-only = Nur Lieferbares
show-results = Ergebnisse zeigen
results = Ergebnisse
remove-filter = , entfernen
clear-all = Alle entfernen
nothing-found = Nichts gefunden
nothing-found-more = Kein Produkt hat alle diese Wörter und Grenzen. Versuchen Sie es mit weniger davon.
from-the-start = Von vorn
next = Weiter
in-stock = Vorrätig
available = Lieferbar
sold-out = Ausverkauft
pictures = Bilder
picture-of = Bild { $n } von { $all }
sold-out-more = Gerade ist keins mehr da. Sobald es zurück ist, kann es wieder bestellt werden.
last-one = Das letzte
few-left = Nur noch wenige da
to-order = Auf Bestellung
counted = , gezählt{" "}
quantity = Menge
one-less = Eins weniger
one-more = Eins mehr
put-in-basket = In den Warenkorb
is-in-basket = { $name } liegt in Ihrem Warenkorb
see-basket = Warenkorb ansehen
or-go-on = , oder weiter einkaufen.
article = Artikel
basket = Warenkorb
basket-empty = Ihr Warenkorb ist leer
basket-empty-more = Was Sie hineinlegen, bleibt eine Weile und kommt mit, wenn Sie sich anmelden.
you-are-offline = Sie sind offline
you-are-offline-more = Was Sie ändern, wird gesendet, sobald Sie wieder verbunden sind.
left-out = Nicht alles fand Platz in Ihrem Warenkorb
left-out-more = Er fasst bis zu { $most } verschiedene Produkte, und von jedem eine begrenzte Menge. Was vor der Anmeldung darin war, bleibt aufgehoben und kommt dazu, sobald Sie diese bestellt oder etwas herausgenommen haben.
basket-full = Der Warenkorb ist voll
changed-elsewhere = Ihr Warenkorb hat sich inzwischen geändert
changed-elsewhere-more = Ein anderes Fenster hat dasselbe Produkt geändert, oder derselbe Knopf wurde zweimal gedrückt. Was Sie hier wollten, kam nicht noch hinzu: Sehen Sie nach der Stückzahl, und ändern Sie sie, wenn sie nicht stimmt.
changed-since = Etwas hat sich geändert, seit Sie ihn gefüllt haben
short-of-it = So viele sind nicht da
too-many = Zu viele
changed = Geändert
gone = Nicht mehr da
unsold = Nicht mehr im Verkauf
no-longer-sold = Nicht mehr im Verkauf.
remove = Entfernen
kept-until = Aufgehoben bis{" "}
go-on-shopping = Weiter einkaufen
update-basket = Warenkorb aktualisieren
sum = Summe
total = Gesamt
all-you-pay = Das ist alles, was Sie zahlen: Versand und Steuern kommen nicht hinzu.
to-checkout = Zur Kasse
opens-once-settled = Öffnet sich, sobald Sie geklärt haben, was fehlt oder zu viel ist.
opens-once-taken-out = Öffnet sich, sobald herausgenommen ist, was es nicht mehr gibt.
too-much = Das ist mehr, als sich berechnen lässt. Nehmen Sie weniger davon.
take-it-out = Herausnehmen

quoted = „{ $words }“
no-product-matches = Kein Produkt passt zu „{ $words }“. Versuchen Sie es mit weniger Wörtern.
so-many-products =
    { $count ->
        [one] { $count } Produkt
       *[other] { $count } Produkte
    }
more-products-than = Mehr als { $count } Produkte
all-results = Alle Ergebnisse für „{ $words }“
price-between = { $least } bis { $most }
price-from = Ab { $least }
price-to = Bis { $most }
take-instead = Stattdessen { $left } nehmen
left = Noch { $count }
in-stock-counted = { $count } vorrätig
pieces-from-to = Geben Sie eine ganze Zahl von { $least } bis { $most } ein.
basket-full-more = Er fasst { $most } verschiedene Produkte, und von jedem { $pieces } Stück. Bestellen Sie diese zuerst, oder nehmen Sie etwas heraus.
are-gone =
    { $count ->
        [one] Ein Produkt wird nicht mehr verkauft. Nehmen Sie es heraus, um weiterzugehen.
       *[other] { $count } Produkte werden nicht mehr verkauft. Nehmen Sie sie heraus, um weiterzugehen.
    }
are-short =
    { $count ->
        [one] Von einem Produkt ist nicht genug da.
       *[other] Von { $count } Produkten ist nicht genug da.
    }
have-other-prices =
    { $count ->
        [one] Ein Preis hat sich geändert.
       *[other] { $count } Preise haben sich geändert.
    }
fewer-left = Sie wollten { $asked }, und so viele sind nicht mehr da.
only-left =
    { $left ->
        [0] Sie wollten { $asked }, und keins ist mehr da.
        [one] Sie wollten { $asked }, und { $left } ist noch da.
       *[other] Sie wollten { $asked }, und { $left } sind noch da.
    }
price-went = Der Stückpreis ging von { $was } auf { $is }.
each = { $price } je Stück
less-of = Eins weniger: { $name }
more-of = Eins mehr: { $name }
quantity-of = Menge: { $name }
goods-of = Waren, { $pieces }
pieces =
    { $count ->
        [one] { $count } Stück
       *[other] { $count } Stück
    }
opens-once = Öffnet sich, sobald „{ $name }“ geklärt ist.
opens-once-out = Öffnet sich, sobald „{ $name }“ herausgenommen ist.
