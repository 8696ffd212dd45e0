# Bestellungen, für das Team.

console-draft = Entwurf
console-pending = Ausstehend
console-confirmed = Bestätigt
console-completed = Abgeschlossen
console-cancelling = Wird storniert
console-cancelled = Storniert
console-expired = Abgelaufen
console-on-hold = Angehalten
console-unpaid = Unbezahlt
console-no-payment-yet = Noch keine Zahlung
console-payment-pending = Zahlung läuft
console-payment-failed = Zahlung fehlgeschlagen
console-outcome-unknown = Ausgang unbekannt
console-authorized = Autorisiert
console-paid = Bezahlt
console-partly-refunded = Teilweise erstattet
console-refunded = Erstattet
console-voided = Freigegeben
console-unfulfilled = Nicht versandt
console-partly-shipped = Teilweise versandt
console-shipped = Versandt
console-partly-delivered = Teilweise zugestellt
console-partly-returned = Teilweise retourniert
console-delivered = Zugestellt
console-nothing-to-ship = Nichts zu versenden
console-to-pack = Zu packen
console-packed = Gepackt
console-delivery-failed = Zustellung fehlgeschlagen
console-returned = Retourniert
console-refund-under-way = Erstattung läuft
console-refund-failed = Erstattung fehlgeschlagen, wird wiederholt
console-refund-withdrawn = Erstattung storniert
console-all-views = Alle
console-to-pack-view = Zu packen
console-to-send-view = Zu versenden
console-on-their-way = Unterwegs
console-drafts = Entwürfe
console-saved-views = Ansichten
console-filter-orders = Bestellungen filtern
console-search-orders = Nummer, Name, E‑Mail oder Artikel
console-search-orders-short = Nummer, Name, E‑Mail, Artikel
console-clear-filters = Filter entfernen
console-newest-first = Neueste zuerst
console-oldest-first = Älteste zuerst
console-dearest-first = Höchster Betrag zuerst
console-last-changed = Zuletzt aktualisierte zuerst
console-order = Bestellung
console-placed = Bestellt
console-customer = Kunde
console-nobody-known = Unbekannt
console-order-status = Status der Bestellung
console-payment = Zahlung
console-fulfilment = Versand
console-total = Gesamt
console-from-day-field = Bestellt ab ({ $zone })
console-to-day-field = Bestellt bis ({ $zone })
console-no-orders = Noch keine Bestellungen
console-no-orders-more = Neue Bestellungen erscheinen hier.
console-no-such-day = Ungültiges Datum
console-no-such-day-more = „{ $day }“ ist kein gültiges Datum. Es werden keine Bestellungen angezeigt. Wählen Sie ein anderes Datum, oder entfernen Sie den Filter.
console-no-such-orders = Keine passenden Bestellungen
console-no-such-orders-more = Entfernen Sie Filter, oder verwenden Sie andere Suchbegriffe.
console-move = bewegen
console-opens = öffnet
console-searches = sucht
console-paid-offline = Als bezahlt markieren …
console-refund = Erstatten …
console-hold = Anhalten …
console-hold-too = Zusätzlich manuell anhalten …
console-release = Freigeben
console-complete = Abschließen
console-is-back = Paket zurückgekommen
console-is-back-more = Die Bestellung ist abgeschlossen, sobald die Retoure erstattet ist. Wenn Sie nichts weiter erstatten möchten, schließen Sie sie jetzt ab. Eine Erstattung ist auch später noch möglich.
console-is-back-kept = { $amount } sind nicht erstattet.
console-keep-it-more = Erstatten Sie den Betrag, oder schließen Sie die Bestellung ohne Erstattung ab. Sie steht dann nicht mehr unter „Zu erledigen“. Eine Erstattung ist auch später noch möglich.
console-keep-it-later = Erstatten Sie den Betrag. Möchten Sie ihn behalten, schließen Sie die Bestellung ab, sobald alles andere zugestellt ist.
console-complete-and-keep = Ohne Erstattung von { $amount } abschließen
console-lines = Positionen
console-article = Artikel
console-each = Stückpreis
console-ordered = Bestellt
console-left-to-pack = Noch zu packen
console-so-far = Bisher bestellt
console-orders-so-far =
    { $count ->
        [one] { $count } Bestellung
       *[other] { $count } Bestellungen
    }
console-orders-or-more = { $count } Bestellungen oder mehr
console-ships-to = Lieferung an
console-no-address = Keine Lieferadresse
console-no-address-more = Tragen Sie vor dem Versand eine Lieferadresse ein, außer die Bestellung wird abgeholt.
console-no-address-of-draft = Tragen Sie eine Lieferadresse ein, bevor Sie bestellen, außer die Bestellung wird abgeholt.
console-no-address-of-parcel = Keine Lieferadresse für das Etikett.
console-add-address = Adresse eintragen …
console-their-note = Hinweis des Kunden
console-expires = Ohne Zahlung läuft sie ab am{" "}
console-goods = Zwischensumme
console-money = Zahlung
console-owed = Summe nach Stornierung
console-captured = Abgebucht
console-refunds = Erstattungen
console-hand-over-refused = Der Zahlungsanbieter hat die Erstattung abgelehnt; sie wird wiederholt. Schlägt sie weiter fehl, markieren Sie sie hier als ausgezahlt und zahlen Sie dem Kunden das Geld dann selbst zurück.
console-hand-over = Offline bezahlt. Zahlen Sie dem Kunden das Geld selbst zurück, und markieren Sie die Erstattung dann als ausgezahlt.
console-handed-over = Als ausgezahlt markieren
console-given-by-hand = Bar oder per Überweisung erstattet, nicht über den Zahlungsanbieter.
console-withdraw = Erstattung stornieren …
console-withdraw-more = Für eine irrtümliche Erstattung. Der Betrag kann danach erneut erstattet werden.
console-withdraw-it = Erstattung stornieren
console-done-withdrawn = Erstattung storniert.
console-timeline = Verlauf
console-note-for-colleagues = Interne Notiz
console-add = Hinzufügen
console-enter-note = Geben Sie eine Notiz ein
console-you = Ihnen
console-a-colleague = jemandem aus dem Team
console-you-noted = Sie haben notiert:{" "}
console-a-colleague-noted = Jemand aus dem Team hat notiert:{" "}
console-correct = Adresse ändern …
console-correcting = Adresse
console-new-order = Neue Bestellung
console-as-in-latest-order = Aus der letzten Bestellung übernommen. Ändern Sie sie, wenn diese Bestellung woandershin geht.
console-draft-an-order = Entwurf erstellen
console-edit = Bearbeiten
console-editing = Bearbeiten
console-save-draft = Entwurf speichern
console-delete-draft = Löschen …
console-delete-draft-now = Entwurf löschen
console-delete-draft-consequence = Der Entwurf wird endgültig gelöscht. Er reserviert keinen Bestand, und der Kunde wurde nicht benachrichtigt.
console-draft-lines-hint = Geben Sie Artikelnummer oder Namen ein, um einen Artikel zum aktuellen Preis zu verkaufen, oder eine freie Position mit eigenem Preis, etwa eine Gravur. Lassen Sie Zeilen leer, die Sie nicht brauchen. Speichern Sie den Entwurf, um mehr Zeilen zu erhalten.
console-use-todays-prices = Gespeicherte Artikel auf aktuelle Namen und Preise setzen
console-article-or-words = Artikel oder freie Position
console-pieces-ordered = Menge
console-enter-pieces-ordered = Geben Sie eine ganze Zahl ab 1 ein
console-own-price = Eigener Preis
console-enter-lines = Geben Sie mindestens eine Zeile ein
console-no-such-article = Geben Sie Artikelnummer oder Namen eines Artikels ein, oder eine freie Position mit eigenem Preis
console-mail = E‑Mail{" "}
console-to = {" "}an{" "}
console-parcels = Pakete
console-no-parcels = Es wurden keine Pakete gepackt.
console-packed-once-paid = Die Bestellung kann gepackt werden, sobald sie bezahlt ist.
console-parcels-wait = Angehaltene Bestellungen können nicht gepackt werden.
console-next-parcel = Nächstes Paket
console-carrier = Versanddienst
console-tracking = Sendungsnummer
console-no-number = ohne Sendungsnummer,{" "}
console-neither-carrier-nor-number = weder Versanddienst noch Sendungsnummer
console-last-change = letzte Änderung{" "}
console-pack-and-ship = Packen und versenden
console-pack-only = Nur packen
console-gets-a-mail = Der Kunde erhält beim Versand eine E‑Mail.
console-ship = Versenden
console-ship-again = Erneut versenden
console-mark-packed = Als gepackt markieren
console-mark-delivered = Als zugestellt markieren …
console-mark-failed = Als nicht zugestellt markieren …
console-put-back = Buchen Sie, was noch verkauft werden kann, wieder in den Bestand, falls noch nicht geschehen:
console-mark-returned = Als retourniert markieren …
console-delivered-more = Der Kunde erhält eine E‑Mail. Das lässt sich nicht rückgängig machen.
console-failed-more = Der Kunde sieht auf der Bestellseite, dass die Zustellung fehlgeschlagen ist. Das lässt sich nicht rückgängig machen; Sie können das Paket aber erneut versenden.
console-it-arrived = Als zugestellt markieren
console-it-failed = Als nicht zugestellt markieren
console-correct-tracking = Sendungsdaten ändern …
console-correct-tracking-more = Zum Korrigieren von Eingabefehlern. Der Kunde sieht die Änderung auf der Bestellseite. Es wird keine E‑Mail versandt.
console-save-tracking = Speichern
console-undo-parcel = Paket stornieren
console-undone = Storniert
console-take-apart = Nach dem Packen storniert. Packen Sie es aus, und legen Sie die Ware zurück ins Regal.
console-taken-apart = Als ausgepackt markieren
console-corrected-since-packed = Adresse oder Hinweis wurden nach dem Packen geändert. Prüfen Sie, ob das Etikett noch stimmt.
console-not-sent-yet = In einem Paket, das noch nicht versandt ist
console-hold-refunded = Angehalten: vollständig erstattet.
console-hold-refunding = Angehalten: vollständige Erstattung läuft.
console-undelivered-ships = Versenden Sie es mit neuer Sendungsnummer erneut, oder markieren Sie es als retourniert.
console-undelivered-held = Solange die Bestellung angehalten ist, kann es nicht erneut versandt werden. Ist es zurückgekommen, markieren Sie es als retourniert.
console-address-corrected = Adresse oder Hinweis geändert
console-details-corrected = Adresse, Hinweis oder Angaben geändert
console-enter-pieces = Geben Sie eine ganze Zahl ab 0 ein
console-nothing-chosen = Wählen Sie mindestens ein Stück
console-unclear-amount = { $typed } ist mehrdeutig. Geben Sie { $thousands } oder { $fraction } ein
console-several-articles = Mehrere Artikel passen, etwa { $which }. Geben Sie die Artikelnummer ein
console-has-its-own-price = { $which } ist ein Artikel und wird zum Shop-Preis verkauft. Lassen Sie dieses Feld leer, oder geben Sie der freien Position einen anderen Namen
console-nothing-goes-back = Es kann nichts mehr erstattet werden
console-only-left-now = Nur { $left } verfügbar. Sie können bestellen, sobald genug auf Lager ist.
console-drafted-for = Entwurf für{" "}
console-total-as-saved = Gespeicherte Summe
console-enter-amount = Geben Sie einen Betrag über 0 ein, etwa { $such }
console-enter-reason = Geben Sie einen Grund ein, etwa „fragt nach der Adresse“
console-packed-only-with-all = Gepackte Stücke können nur zusammen mit allen nicht versandten storniert werden. Lassen Sie die Mengen stehen, um auch die Pakete zu stornieren, oder geben Sie nur Stücke an, die in keinem Paket sind.
console-what-to-cancel = Zu stornierende Stücke
console-reason-is-read = Der Kunde sieht dies auf der Bestellseite.
console-reason-can-be-read = Wird bei der Erstattung gespeichert, wo der Kunde es sehen kann. Für Internes gibt es die Notizen.
console-cancel-it = Stücke stornieren
console-cancelling-it = Stornieren
console-nothing-was-taken = Es wurde nichts abgebucht und muss nichts erstattet werden. Das lässt sich nicht rückgängig machen.
console-refunding = Erstatten
console-amount = Betrag
console-refund-it = Erstatten
console-paying-offline = Offline bezahlt
console-holding = Anhalten
console-hold-it = Anhalten
console-for-colleagues = Nur für das Team sichtbar.
console-to-ship = Zu versenden
console-of-one-customer = Ein Kunde
console-hold-consequence = Die Bestellung kann erst gepackt oder versandt werden, wenn sie freigegeben ist.
console-hold-of-sent = Alles ist versandt. Nicht zugestellte Pakete können erst erneut versandt werden, wenn die Bestellung freigegeben ist.
console-still-paid-and-cancelled = Bezahlt und storniert werden kann sie weiterhin.
console-still-paid = Bezahlt werden kann sie weiterhin.
console-still-cancelled = Storniert werden kann sie weiterhin.
console-held-back = Angehalten
console-held-for-stock = Angehalten: zu wenig Bestand
console-stock-is-back = Wieder genug Bestand
console-was-released = Freigegeben
console-let-go = Kann wieder versandt werden
console-came-back = Stücke retourniert
console-cancel-open = Rest stornieren …
console-cancel = Stornieren …
console-placed-by = Bestellt von{" "}
console-hold-payment = Zahlungsautorisierung abgelaufen. Der Kunde muss erneut bezahlen.
console-hold-stock-short = Wartet auf Ware: Es ist mehr reserviert als vorhanden.
console-hold-stock-missing = Reservierung verloren, und für eine neue reicht der Bestand nicht.
console-hold-manual = Vom Team angehalten.
console-cancelled-by-customer = Auf Wunsch des Kunden
console-cancelled-by-staff = Durch das Team
console-cancelled-unpaid = Nicht rechtzeitig bezahlt
console-cancelled-stock-lost = Nicht mehr auf Lager
console-done-noted = Notiz hinzugefügt.
console-done-packed = Gepackt.
console-done-shipped = Versandt. Der Kunde erhält eine E‑Mail.
console-done-delivered = Als zugestellt markiert.
console-done-failed = Als nicht zugestellt markiert.
console-done-returned = Als retourniert markiert.
console-done-restocked = Wieder in den Bestand gebucht.
console-done-unpacked = Paket storniert. Die Stücke können wieder gepackt werden.
console-done-cancelled = Storniert.
console-done-handed-over = Erstattung als ausgezahlt markiert.
console-done-paid = Als bezahlt markiert.
console-done-held = Angehalten.
console-done-released = Freigegeben.
console-done-completed = Abgeschlossen.
console-done-drafted = Entwurf erstellt. Der Kunde wird erst benachrichtigt, wenn Sie bestellen.
console-done-placed = Für den Kunden bestellt.
console-has-changed = Diese Bestellung wurde aktualisiert
console-done-corrected = Adresse geändert.
console-done-renumbered = Sendungsdaten geändert. Der Kunde sieht sie auf der Bestellseite.
console-done-taken-apart = Als ausgepackt markiert.
console-done-saved = Gespeichert.
console-done-replayed = Wird in Kürze erneut verarbeitet.
console-done-dropped = Ereignis verworfen.
console-done-gone = Bereits erledigt.
console-done-auditing = Prüfung gestartet. Die Ergebnisse erscheinen unten.
console-was-drafted = Entwurf erstellt
console-draft-was-changed = Entwurf geändert
console-was-placed = Bestellt
console-was-confirmed = Bestätigt: Zahlung gesichert
console-confirmed-and-paid = Bestätigt: bezahlt
console-payment-has-failed = Zahlung fehlgeschlagen; nichts wurde abgebucht
console-payment-has-lapsed = Zahlungsautorisierung abgelaufen
console-cancelling-has-begun = Stornierung gestartet
console-was-cancelled = Storniert
console-has-expired = Abgelaufen: nicht rechtzeitig bezahlt
console-pieces-were-cancelled = Stücke storniert
console-was-changed = Aktualisiert
console-was-claimed = In das Konto verschoben, das die E‑Mail-Adresse des Gastes bestätigt hat
console-money-went-back = Erstattet
console-was-completed = Bestellung abgeschlossen
console-was-reopened = Bestellung nach einer Retoure wieder geöffnet
console-parcel-was-made = Paket angelegt
console-parcel-was-packed = Paket gepackt
console-parcel-was-shipped = Paket versandt
console-parcel-was-renumbered = Versanddienst oder Sendungsnummer geändert
console-parcel-was-delivered = Paket zugestellt
console-parcel-was-unpacked = Paket storniert
console-parcel-not-delivered = Zustellung des Pakets fehlgeschlagen
console-parcel-came-back = Paket retourniert
console-from-day = Ab { $day } ({ $zone })
console-to-day = Bis { $day } ({ $zone })
console-pieces-shipped = { $pieces }, { $shipped } versandt
console-parcel = Paket { $n }
console-so-many-open = { $open } nicht versandt
console-so-many-open-and-packed = { $open } nicht versandt, davon { $packed } in einem Paket
console-pack-and-ship-so-many = { $pieces } packen und versenden
console-so-many-to-pack = noch { $left } zu packen
console-only-left-to-pack =
    { $left ->
        [0] Nichts mehr zu packen
        [one] Nur noch { $left } zu packen
       *[other] Nur noch { $left } zu packen
    }
console-only-left-to-cancel =
    { $left ->
        [0] Alle Stücke sind in einem Paket oder versandt. Stornieren Sie alle nicht versandten Stücke, oder stornieren Sie zuerst das Paket
        [one] Nur { $left } Stück ist weder in einem Paket noch versandt. Stornieren Sie höchstens so viel, oder alle nicht versandten Stücke
       *[other] Nur { $left } Stück sind weder in einem Paket noch versandt. Stornieren Sie höchstens so viele, oder alle nicht versandten Stücke
    }
console-at-most-back = Sie können höchstens { $left } erstatten
console-went-back = { $amount } erstattet
console-handed-back = { $amount } manuell erstattet
console-drafted-by = Entworfen von { $who } für{" "}
console-placed-for = Bestellt für{" "}
console-placed-by-for = Bestellt von { $who } für{" "}
console-cancel-open-question = Nicht versandte Stücke von #{ $number } stornieren?
console-cancel-question = #{ $number } stornieren?
console-money-goes-back = { $amount } sind bezahlt. Stornierte Stücke werden erstattet; wird die ganze Bestellung storniert, der volle Betrag. Das lässt sich nicht rückgängig machen.
console-part-goes-back = { $amount } sind bezahlt. Stornierte Stücke werden erstattet, höchstens { $most }. Das lässt sich nicht rückgängig machen.
console-pieces-are-cancelled =
    { $pieces ->
        [one] { $pieces } Stück storniert. Der dafür bezahlte Betrag wird erstattet.
       *[other] { $pieces } Stück storniert. Der dafür bezahlte Betrag wird erstattet.
    }
console-refund-is-done = { $amount } erstattet.
console-refund-is-under-way = Die Erstattung von { $amount } läuft.
console-cancel-and-refund = Stornieren und bis zu { $amount } erstatten
console-at-most = Höchstens { $left }
console-refund-question = #{ $number } erstatten
console-came-back-cost = Wert der Retoure: { $cost }.
console-refund-so-much = { $amount } erstatten
console-refund-consequence = Das lässt sich nicht rückgängig machen. Der Kunde erhält das Geld in wenigen Tagen.
console-refund-by-hand = Offline bezahlt: Ordo überweist nichts. Zahlen Sie dem Kunden das Geld selbst zurück, und markieren Sie die Erstattung dann auf der Bestellseite als ausgezahlt.
console-refund-both-ways = Das lässt sich nicht rückgängig machen. Kartenzahlungen erhält der Kunde in wenigen Tagen zurück. Offline Bezahltes zahlen Sie selbst zurück; davon überweist Ordo nichts.
console-refund-cancels-nothing = Eine Erstattung storniert nichts: Nicht versandte Stücke werden weiterhin versandt, wenn Sie sie nicht stornieren. Erstatten Sie alles, während noch etwas zu versenden ist, wird die Bestellung angehalten, bis Sie sie freigeben.
console-hand-all-back = Offline bezahlt: Zahlen Sie dem Kunden das Geld selbst zurück. Ordo überweist nichts.
console-hand-some-back = Offline Bezahltes zahlen Sie selbst zurück. Davon überweist Ordo nichts.
console-offline-question = #{ $number } als bezahlt markieren?
console-offline-consequence = Bestätigen Sie das, sobald Sie { $amount } bar oder per Überweisung erhalten haben. Die Bestellung ist dann bestätigt.
console-record = { $amount } als bezahlt markieren
console-hold-question = #{ $number } anhalten?
console-noted-by = { $who } hat notiert:{" "}
console-address-of = Adresse von #{ $number } ändern
console-first-address-of = Adresse von #{ $number } eintragen
console-draft-for = Neue Bestellung für { $name }
console-edit-draft = Entwurf #{ $number } bearbeiten
console-delete-draft-question = Entwurf #{ $number } löschen?
console-place-for = Für { $total } bestellen
console-once-placed = Der Kunde erhält eine E‑Mail zur Zahlung. Zahlt er nicht innerhalb von { $time }, läuft die Bestellung ab.
console-in-minutes =
    { $count ->
        [one] { $count } Minute
       *[other] { $count } Minuten
    }
console-in-hours =
    { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    }
console-in-days =
    { $count ->
        [one] { $count } Tag
       *[other] { $count } Tagen
    }
console-line-number = Zeile { $n }
console-of-line = Zeile { $n }: { $what }
console-of-article = { $title }: { $what }
console-has-left-for = Seit Sie diese Seite geöffnet haben, wurde ein Paket an { $to } versandt.
console-you-wanted = Ihre Eingabe: { $what }
console-not-corrected = Die Adresse wurde nicht geändert
console-nothing-to-correct = Diese Bestellung lässt sich nicht mehr bearbeiten. Was sich geändert hat, steht im Verlauf.
console-completed-already = Die Bestellung ist bereits abgeschlossen
console-nothing-left-to-do = Sie müssen nichts tun.
console-by = {" "}von { $who }
console-noted-by-who = , vermerkt von { $who }
console-method = Mit { $method }
console-pieces-left = { $pieces } versandt
console-parcel-to-take-apart = Paket { $n } war bereits gepackt. Packen Sie es aus, und legen Sie die Ware zurück ins Regal
console-parcel-renumbered = Paket { $n }: Versanddienst oder Sendungsnummer geändert
console-parcel-taken-apart = Paket { $n }: ausgepackt
console-parcel-became =
    { $state ->
        [packed] Paket { $n }: gepackt
        [shipped] Paket { $n }: versandt
        [delivered] Paket { $n }: zugestellt
        [failed] Paket { $n }: Zustellung fehlgeschlagen
        [returned] Paket { $n }: retourniert
        [cancelled] Paket { $n }: storniert
       *[pending] Paket { $n } angelegt
    }
console-readdressed = Die Lieferadresse hat sich geändert
console-readdressed-to = Es wurde nichts versandt. Beschriften Sie das Paket neu für { $to }, und versenden Sie es dann.
console-parcel-or-address-changed = Ein Paket, die Adresse oder der Hinweis wurde geändert
console-is-to-hand-back = Manuelle Erstattung fällig: { $amount }
console-hand-back-more = Ordo überweist diesen Betrag nicht. Zahlen Sie dem Kunden das Geld selbst zurück, und markieren Sie die Erstattung dann unter „Zahlung“ als ausgezahlt.
console-is-refused-by-provider = Zahlungsanbieter hat Erstattung von { $amount } abgelehnt
console-refused-more = Sie wird automatisch wiederholt; zahlen Sie also noch nichts zurück. Schlägt sie weiter fehl, markieren Sie sie unter „Zahlung“ als ausgezahlt und zahlen Sie dem Kunden das Geld dann selbst zurück. Ordo wiederholt sie danach nicht mehr.
console-to-the-refund = Zur Erstattung
console-returned-more = Danach lässt es sich nicht erneut versenden. Erstatten Sie stattdessen den Betrag. Das lässt sich nicht rückgängig machen.
console-it-returned = Als retourniert markieren
console-leave-it = Abbrechen
console-new-orders =
    { $count ->
        [one] 1 neue Bestellung
       *[other] { $count } neue Bestellungen
    }
console-more-new-orders = Mehr als { $count } neue Bestellungen
