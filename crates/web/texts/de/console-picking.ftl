# Was mit den Bestellungen geschieht, die in einer Liste ausgewählt sind.

console-pick = Auswählen
console-pick-all = Alle auf dieser Seite auswählen
console-pick-order = Bestellung #{ $number } auswählen
console-with-picked = Ausgewählte Bestellungen:
console-none-picked = Keine Bestellungen ausgewählt
console-one-picked = 1 Bestellung ausgewählt
console-so-many-picked = { $n } Bestellungen ausgewählt
console-pack-picked = Packen
console-slips = Packzettel
console-picks = auswählen
console-pick-first = Keine Bestellungen ausgewählt
console-pick-first-more = Es wurde nichts geändert. Wählen Sie eine oder mehrere Bestellungen aus, höchstens eine Seite davon, und versuchen Sie es erneut.
console-nothing-left-to-pack = Nichts mehr zu packen.
console-picked-is-gone = Eine ausgewählte Bestellung gibt es nicht mehr.
console-their-slips = Packzettel anzeigen
console-so-many-packed =
    { $n ->
        [one] 1 Bestellung gepackt
       *[other] { $n } Bestellungen gepackt
    }
console-so-many-not-packed =
    { $n ->
        [one] 1 Bestellung nicht gepackt
       *[other] { $n } Bestellungen nicht gepackt
    }
console-of-so-many-not-known =
    { $n ->
        [one] Packstatus von 1 Bestellung unbekannt
       *[other] Packstatus von { $n } Bestellungen unbekannt
    }
console-not-known-of-picked = Die Antwort kam nicht rechtzeitig. Prüfen Sie die Bestellungen: Gepackte haben ein Paket. Sie können sie erneut packen; nichts wird doppelt gepackt.
console-not-signed-in = Sie wurden abgemeldet
console-packed-once-placed = Der Entwurf kann gepackt werden, sobald er bestellt ist.
console-is-called-off = Stornierte und abgelaufene Bestellungen können nicht gepackt werden.
