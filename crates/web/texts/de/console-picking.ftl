# Was mit den Bestellungen geschieht, die in einer Liste ausgewählt sind.

console-pick = Auswählen
console-pick-all = Alle auf dieser Seite auswählen
console-pick-order = Bestellung #{ $number } auswählen
console-with-picked = Mit den ausgewählten Bestellungen:
console-none-picked = Keine Bestellung ist ausgewählt
console-one-picked = 1 Bestellung ausgewählt
console-so-many-picked = { $n } Bestellungen ausgewählt
console-pack-picked = Packen
console-slips = Packzettel
console-picks = auswählen
console-pick-first = Keine Bestellung war ausgewählt
console-pick-first-more = Kreuzen Sie die Bestellungen an, um die es geht, bis zu so vielen, wie eine Seite zeigt, und drücken Sie den Knopf noch einmal. Es wurde nichts geändert.
console-nothing-left-to-pack = Es ist nichts mehr zu packen.
console-picked-is-gone = Eine Bestellung, die ausgewählt war, gibt es nicht mehr.
console-their-slips = Packzettel zu dem, was gepackt wurde
console-so-many-packed =
    { $n ->
        [one] 1 Bestellung wurde gepackt
       *[other] { $n } Bestellungen wurden gepackt
    }
console-so-many-not-packed =
    { $n ->
        [one] 1 Bestellung wurde nicht gepackt
       *[other] { $n } Bestellungen wurden nicht gepackt
    }
console-of-so-many-not-known =
    { $n ->
        [one] Von 1 Bestellung ist nicht bekannt, ob sie gepackt wurde
       *[other] Von { $n } Bestellungen ist nicht bekannt, ob sie gepackt wurden
    }
console-not-known-of-picked = Die Antwort kam nicht rechtzeitig. Sehen Sie nach: Was gepackt ist, hat sein Paket. Noch einmal ausgewählt und gepackt, kommt nichts in ein zweites.
console-not-signed-in = Die Anmeldung ist abgelaufen
console-packed-once-placed = Pakete werden gepackt, sobald der Entwurf aufgegeben ist.
console-is-called-off = Storniert oder abgelaufen, wird nichts gepackt.
