# Bestellungen, für das Team.

console-draft = Entwurf
console-pending = Wartet
console-confirmed = Bestätigt
console-completed = Abgeschlossen
console-cancelling = Wird storniert
console-cancelled = Storniert
console-expired = Abgelaufen
console-on-hold = Angehalten
console-unpaid = Unbezahlt
console-no-payment-yet = Noch keine Zahlung
console-payment-pending = Zahlung läuft
console-payment-failed = Zahlung gescheitert
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
console-partly-returned = Teils zurück
console-delivered = Zugestellt
console-nothing-to-ship = Nichts zu versenden
console-to-pack = Zu packen
console-packed = Gepackt
console-delivery-failed = Zustellung gescheitert
console-returned = Zurückgekommen
console-refund-under-way = Erstattung läuft
console-refund-failed = Erstattung gescheitert, wird wiederholt
console-refund-withdrawn = Erstattung zurückgezogen
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
console-dearest-first = Größte Summe zuerst
console-last-changed = Zuletzt geänderte zuerst
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
console-no-orders-more = Bestellungen erscheinen hier, sobald jemand kauft.
console-no-such-day = Mit diesem Tag kann die Liste nicht beginnen oder enden
console-no-such-day-more = „{ $day }“ ist kein Tag, oder ein zu später. Keine Bestellung wird gezeigt: Wählen Sie einen anderen Tag, oder nehmen Sie den Filter weg.
console-no-such-orders = Keine passenden Bestellungen
console-no-such-orders-more = Nehmen Sie einen Filter weg, oder suchen Sie nach anderen Worten.
console-move = bewegen
console-opens = öffnet
console-searches = sucht
console-paid-offline = Offline bezahlt …
console-refund = Erstatten …
console-hold = Anhalten …
console-hold-too = Auch von Hand anhalten …
console-release = Freigeben
console-complete = Abschließen
console-is-back = Ein Paket kam zurück
console-is-back-more = Die Bestellung ist abgeschlossen, sobald das Zurückgekommene erstattet ist. Wollen Sie nichts weiter erstatten, schließen Sie sie ab. Erstatten lässt sich auch danach noch.
console-is-back-kept = { $amount } dafür sind einbehalten.
console-keep-it-more = Erstatten Sie das Geld, oder behalten Sie es, wenn es dafür einen Grund gibt: Schließen Sie die Bestellung dann ab, und niemand wird mehr daran erinnert. Erstatten lässt sich auch danach noch.
console-keep-it-later = Erstatten Sie das Geld. Behalten Sie es aus gutem Grund, schließen Sie die Bestellung ab, sobald alles andere angekommen ist.
console-complete-and-keep = Abschließen und { $amount } behalten
console-lines = Zeilen
console-article = Artikel
console-each = Je Stück
console-ordered = Bestellt
console-left-to-pack = Noch zu packen
console-so-far = Bisher
console-orders-so-far =
    { $count ->
        [one] { $count } Bestellung
       *[other] { $count } Bestellungen
    }
console-orders-or-more = { $count } Bestellungen oder mehr
console-ships-to = Geht an
console-no-address = Noch keine Adresse
console-no-address-more = Niemand hat eingetragen, wohin diese Bestellung geht. Tragen Sie es vor dem Versand ein, außer die Ware wird abgeholt.
console-no-address-of-draft = Tragen Sie vor dem Bestellen ein, wohin die Bestellung geht, außer die Ware wird abgeholt.
console-no-address-of-parcel = Noch keine Adresse: Auf das Paket lässt sich keine schreiben.
console-add-address = Adresse eintragen …
console-their-note = Hinweis dazu
console-expires = Ohne Zahlung läuft sie ab:{" "}
console-goods = Waren
console-money = Geld
console-owed = Ohne das Stornierte
console-captured = Abgebucht
console-refunds = Erstattungen
console-hand-over-refused = Der Anbieter hat abgelehnt, und es wird wieder versucht. Lehnt er weiter ab: Vermerken Sie hier, dass Sie das Geld selbst zurückgeben, und tun Sie es dann.
console-hand-over = Offline bezahlt: Geben Sie das Geld selbst zurück und vermerken Sie es hier.
console-handed-over = Zurückgegeben
console-given-by-hand = Bar oder per Überweisung zurückgegeben: Über den Anbieter ging nichts davon.
console-withdraw = Zurückziehen …
console-withdraw-more = Für eine Erstattung, die irrtümlich eingetragen wurde: Das Geld bleibt im Shop und kann erneut erstattet werden.
console-withdraw-it = Erstattung zurückziehen
console-done-withdrawn = Erstattung zurückgezogen.
console-timeline = Verlauf
console-note-for-colleagues = Notiz fürs Team
console-add = Hinzufügen
console-enter-note = Geben Sie ein, was das Team wissen soll
console-you = Ihnen
console-a-colleague = jemandem aus dem Team
console-you-noted = Sie haben notiert:{" "}
console-a-colleague-noted = Jemand aus dem Team hat notiert:{" "}
console-correct = Adresse berichtigen …
console-correcting = Adresse
console-new-order = Neue Bestellung
console-as-in-latest-order = Wie in der letzten Bestellung. Ändern Sie sie, wenn diese woandershin geht.
console-draft-an-order = Bestellung entwerfen
console-edit = Bearbeiten
console-editing = Bearbeiten
console-save-draft = Entwurf speichern
console-delete-draft = Löschen …
console-delete-draft-now = Entwurf löschen
console-delete-draft-consequence = Der Entwurf wird endgültig gelöscht. Er reserviert keinen Bestand, und der Kunde hat nichts davon erfahren.
console-draft-lines-hint = Artikel mit Nummer oder Namen, zu den Preisen von heute; oder eigene Worte mit einem eigenen Preis, etwa eine Gravur. Lassen Sie Zeilen leer, die Sie nicht brauchen; ist der Entwurf gespeichert, gibt es mehr davon.
console-use-todays-prices = Gespeicherte Artikel zu Namen und Preisen von heute statt zu den gespeicherten
console-article-or-words = Artikel oder Worte
console-pieces-ordered = Stück
console-enter-pieces-ordered = Geben Sie eine ganze Zahl ab 1 ein
console-own-price = Eigener Preis
console-enter-lines = Geben Sie mindestens eine Zeile ein
console-no-such-article = Geben Sie Nummer oder Namen eines Artikels ein, oder Worte und einen eigenen Preis
console-mail = E‑Mail{" "}
console-to = {" "}an{" "}
console-parcels = Pakete
console-no-parcels = Nichts wurde gepackt.
console-packed-once-paid = Gepackt wird, sobald die Bestellung bezahlt ist.
console-parcels-wait = Solange die Bestellung angehalten ist, kann nichts gepackt werden.
console-next-parcel = Nächstes Paket
console-carrier = Versanddienst
console-tracking = Sendungsnummer
console-no-number = ohne Nummer,{" "}
console-neither-carrier-nor-number = weder Versanddienst noch Nummer
console-last-change = letzte Änderung{" "}
console-pack-and-ship = Packen und versenden
console-pack-only = Nur packen
console-gets-a-mail = Beim Versand wird dem Kunden eine E‑Mail darüber geschrieben.
console-ship = Versenden
console-ship-again = Noch einmal versenden
console-mark-packed = Ist gepackt
console-mark-delivered = Ist zugestellt …
console-mark-failed = Nicht zugestellt …
console-put-back = Was noch verkauft werden kann, gehört wieder in den Bestand, falls es nicht schon gebucht ist:
console-mark-returned = Kam zurück …
console-delivered-more = Der Kunde bekommt eine E‑Mail darüber. Das lässt sich nicht rückgängig machen.
console-failed-more = Der Kunde sieht auf der Seite der Bestellung, dass es nicht zugestellt werden konnte. Das lässt sich nicht rückgängig machen; Sie können es noch einmal versenden.
console-it-arrived = Ja, es ist zugestellt
console-it-failed = Ja, es war nicht zustellbar
console-correct-tracking = Versanddienst oder Nummer berichtigen …
console-correct-tracking-more = Für Fehler bei der Eingabe: Die Seite des Kunden zeigt, was hier gespeichert wird. Es geht keine E‑Mail hinaus.
console-save-tracking = Speichern
console-undo-parcel = Paket auflösen
console-undone = Aufgelöst
console-take-apart = Storniert, als es schon gepackt war: Packen Sie es wieder aus und legen Sie die Ware ins Regal zurück.
console-taken-apart = Ist ausgepackt
console-corrected-since-packed = Adresse oder Hinweis wurden berichtigt, nachdem es gepackt war: Sehen Sie nach, ob das Etikett noch stimmt.
console-not-sent-yet = In einem Paket, das noch nicht versandt ist
console-hold-refunded = Sie ist angehalten, weil alles Geld zurückging.
console-hold-refunding = Sie ist angehalten, weil alles Geld zurückgeht.
console-undelivered-ships = Versenden Sie es noch einmal, mit der neuen Sendungsnummer, oder vermerken Sie, dass es zurückkam.
console-undelivered-held = Solange die Bestellung angehalten ist, kann es nicht noch einmal versandt werden. Kam es zurück, vermerken Sie es hier.
console-address-corrected = Adresse oder Hinweis berichtigt
console-details-corrected = Adresse, Hinweis oder Angaben berichtigt
console-enter-pieces = Geben Sie eine ganze Zahl ab 0 ein
console-nothing-chosen = Wählen Sie mindestens ein Stück
console-unclear-amount = Schreiben Sie { $thousands } oder { $fraction }: { $typed } kann beides heißen
console-several-articles = Mehrere Artikel passen, etwa { $which }. Geben Sie die Nummer dessen ein, den Sie meinen
console-has-its-own-price = { $which } ist ein Artikel und kostet, was er im Shop kostet. Lassen Sie dieses Feld leer, oder schreiben Sie andere Worte als Nummer und Namen
console-nothing-goes-back = Es kann nichts mehr zurückgehen
console-only-left-now = Zurzeit nur { $left } verfügbar: Sie können die Bestellung aufgeben, sobald genug am Lager ist.
console-drafted-for = Entwurf für{" "}
console-total-as-saved = Summe, wie gespeichert
console-enter-amount = Geben Sie einen Betrag über 0 ein, etwa { $such }
console-enter-reason = Geben Sie ein, warum, etwa „fragt nach der Adresse“
console-packed-only-with-all = Was in einem Paket ist, wird nur zusammen mit allem storniert, was noch nicht versandt ist: Lassen Sie die Zahlen stehen, und die Pakete werden aufgelöst. Oder geben Sie nicht mehr ein, als in keinem Paket ist.
console-what-to-cancel = Was storniert wird
console-reason-is-read = Wer bestellt hat, liest es auf der Seite der Bestellung.
console-reason-can-be-read = Es steht bei der Erstattung, wo auch der Kunde es lesen kann. Eine Notiz ist nur für Kollegen.
console-cancel-it = Diese Stücke stornieren
console-cancelling-it = Stornieren
console-nothing-was-taken = Nichts wurde abgebucht, also geht nichts zurück. Das lässt sich nicht rückgängig machen.
console-refunding = Erstatten
console-amount = Betrag
console-refund-it = Erstatten
console-paying-offline = Offline bezahlt
console-holding = Anhalten
console-hold-it = Anhalten
console-for-colleagues = Fürs Team; wer bestellt hat, sieht es nicht.
console-to-ship = Zu versenden
console-of-one-customer = Eines Kunden
console-hold-consequence = Nichts davon wird gepackt oder versandt, bis jemand sie freigibt.
console-hold-of-sent = Alles davon ist schon versandt. Was nicht zugestellt werden konnte, geht erst wieder hinaus, wenn jemand die Bestellung freigibt.
console-still-paid-and-cancelled = Bezahlt und storniert werden kann sie weiterhin.
console-still-paid = Bezahlt werden kann sie weiterhin.
console-still-cancelled = Storniert werden kann sie weiterhin.
console-held-back = Angehalten
console-held-for-stock = Angehalten: Es ist nicht genug da
console-stock-is-back = Es ist wieder genug da
console-was-released = Freigegeben
console-let-go = Darf wieder versandt werden
console-came-back = Stücke kamen zurück
console-cancel-open = Den Rest stornieren …
console-cancel = Stornieren …
console-placed-by = Bestellt von{" "}
console-hold-payment = Die Autorisierung der Zahlung ist abgelaufen: Die Bestellung muss noch einmal bezahlt werden.
console-hold-stock-short = Es ist weniger da als reserviert: Sie wartet auf Ware.
console-hold-stock-missing = Ihre Reservierung ist verloren, und für eine neue ist nicht genug da.
console-hold-manual = Das Team hat sie angehalten.
console-cancelled-by-customer = Auf Wunsch des Kunden
console-cancelled-by-staff = Durch das Team
console-cancelled-unpaid = Sie wurde nicht rechtzeitig bezahlt
console-cancelled-stock-lost = Ihr Bestand ging verloren
console-done-noted = Notiert.
console-done-packed = Gepackt.
console-done-shipped = Versandt. Eine E‑Mail darüber wird geschrieben.
console-done-delivered = Als zugestellt vermerkt.
console-done-failed = Als nicht zugestellt vermerkt.
console-done-returned = Als zurückgekommen vermerkt.
console-done-restocked = Wieder im Bestand.
console-done-unpacked = Das Paket ist aufgelöst: Die Stücke sind wieder zu packen.
console-done-cancelled = Storniert.
console-done-handed-over = Vermerkt, dass das Geld zurückgegeben wurde.
console-done-paid = Als bezahlt vermerkt.
console-done-held = Angehalten.
console-done-released = Freigegeben.
console-done-completed = Abgeschlossen.
console-done-drafted = Entworfen. Niemand hört davon, bis bestellt wird.
console-done-placed = Bestellt. Es ist jetzt die Bestellung des Kunden.
console-has-changed = Diese Bestellung hat sich inzwischen geändert.
console-done-corrected = Berichtigt.
console-done-renumbered = Berichtigt. Die Seite des Kunden zeigt es.
console-done-taken-apart = Als ausgepackt vermerkt.
console-done-saved = Gespeichert.
console-done-replayed = In wenigen Sekunden wird es noch einmal versucht.
console-done-dropped = Verworfen: Nichts geschieht damit mehr.
console-done-gone = Darum hat sich schon jemand gekümmert.
console-done-auditing = Die Prüfung hat begonnen; was sie findet, erscheint unten.
console-was-drafted = Entworfen
console-draft-was-changed = Entwurf geändert
console-was-placed = Bestellt
console-was-confirmed = Bestätigt: Die Zahlung ist gesichert
console-confirmed-and-paid = Bestätigt: Die Bestellung ist bezahlt
console-payment-has-failed = Eine Zahlung scheiterte; nichts wurde abgebucht
console-payment-has-lapsed = Die Autorisierung der Zahlung ist abgelaufen
console-cancelling-has-begun = Stornierung begonnen
console-was-cancelled = Storniert
console-has-expired = Abgelaufen: nicht rechtzeitig bezahlt
console-pieces-were-cancelled = Stücke storniert
console-was-changed = Geändert
console-was-claimed = Kam in das Konto, das die E‑Mail-Adresse des Gastes bestätigt hat
console-money-went-back = Geld erstattet
console-was-completed = Bestellung abgeschlossen
console-was-reopened = Wieder geöffnet: Etwas kam zurück
console-parcel-was-made = Paket angelegt
console-parcel-was-packed = Paket gepackt
console-parcel-was-shipped = Paket versandt
console-parcel-was-renumbered = Versanddienst oder Nummer eines Pakets berichtigt
console-parcel-was-delivered = Paket zugestellt
console-parcel-was-unpacked = Paket aufgelöst
console-parcel-not-delivered = Paket konnte nicht zugestellt werden
console-parcel-came-back = Paket kam zurück
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
        [0] Davon ist nichts mehr zu packen
        [one] Nur noch { $left } ist zu packen
       *[other] Nur noch { $left } sind zu packen
    }
console-only-left-to-cancel =
    { $left ->
        [0] Alles davon ist in einem Paket oder versandt. Stornieren Sie alles, was nicht versandt ist, oder lösen Sie erst das Paket auf
        [one] Nur { $left } ist weder in einem Paket noch versandt. Stornieren Sie nicht mehr, oder alles, was nicht versandt ist
       *[other] Nur { $left } sind weder in einem Paket noch versandt. Stornieren Sie nicht mehr, oder alles, was nicht versandt ist
    }
console-at-most-back = Höchstens { $left } können zurückgehen
console-went-back = { $amount } erstattet
console-handed-back = { $amount } zurückgegeben
console-drafted-by = Entworfen von { $who } für{" "}
console-placed-for = Bestellt für{" "}
console-placed-by-for = Bestellt von { $who } für{" "}
console-cancel-open-question = Was von #{ $number } nicht versandt ist, stornieren?
console-cancel-question = #{ $number } stornieren?
console-money-goes-back = { $amount } sind bezahlt. Der Preis der stornierten Stücke wird erstattet, bei der ganzen Bestellung der volle Betrag. Das lässt sich nicht rückgängig machen.
console-part-goes-back = { $amount } sind bezahlt. Der Preis der Stücke, die Sie stornieren, geht zurück: höchstens { $most }. Das lässt sich nicht rückgängig machen.
console-pieces-are-cancelled =
    { $pieces ->
        [one] { $pieces } Stück storniert. Was dafür bezahlt wurde, geht zurück.
       *[other] { $pieces } Stück storniert. Was dafür bezahlt wurde, geht zurück.
    }
console-refund-is-done = { $amount } erstattet.
console-refund-is-under-way = Die Erstattung von { $amount } läuft.
console-cancel-and-refund = Stornieren, bis { $amount } zurück
console-at-most = Höchstens { $left }
console-refund-question = Erstattung zu #{ $number }
console-came-back-cost = Was zurückkam, hat { $cost } gekostet.
console-came-back-cost-reduced = Was zurückkam, hat vor dem Rabatt { $cost } gekostet.
console-refund-so-much = { $amount } erstatten
console-refund-consequence = Sie lässt sich nicht zurücknehmen, und der Kunde hat das Geld in wenigen Tagen.
console-refund-by-hand = Offline bezahlt: Geben Sie das Geld selbst zurück; Ordo sendet nichts. Vermerken Sie es dann auf der Seite der Bestellung.
console-refund-both-ways = Sie lässt sich nicht zurücknehmen. Mit Karte Bezahltes hat der Kunde in wenigen Tagen; offline Bezahltes geben Sie selbst zurück, davon sendet Ordo nichts.
console-refund-cancels-nothing = Eine Erstattung storniert nichts: Was noch nicht versandt ist, wird versandt, wenn Sie es nicht stornieren. Geht alles zurück, während noch etwas zu versenden ist, wird die Bestellung angehalten, bis Sie sie freigeben.
console-hand-all-back = Offline bezahlt: Geben Sie das Geld selbst zurück; Ordo sendet nichts.
console-hand-some-back = Offline Bezahltes geben Sie selbst zurück; davon sendet Ordo nichts.
console-offline-question = Wurde #{ $number } offline bezahlt?
console-offline-consequence = Vermerken Sie es, sobald Sie { $amount } in der Hand oder auf dem Konto haben. Die Bestellung ist dann bestätigt.
console-record = { $amount } als bezahlt vermerken
console-hold-question = #{ $number } anhalten?
console-noted-by = { $who } hat notiert:{" "}
console-address-of = Adresse von #{ $number } berichtigen
console-first-address-of = Adresse von #{ $number } eintragen
console-draft-for = Eine Bestellung für { $name }
console-edit-draft = Entwurf #{ $number } bearbeiten
console-delete-draft-question = Entwurf #{ $number } löschen?
console-place-for = Für { $total } bestellen
console-once-placed = Ist sie bestellt, bittet eine E‑Mail den Kunden, innerhalb von { $time } zu bezahlen; sonst läuft sie ab.
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
console-has-left-for = Ein Paket ist inzwischen abgegangen, an { $to }.
console-you-wanted = Sie wollten: { $what }
console-not-corrected = Die Adresse wurde nicht berichtigt.
console-nothing-to-correct = So wie die Bestellung jetzt steht, lässt sich daran nichts mehr berichtigen. Was geschehen ist, steht unten.
console-completed-already = Sie ist schon abgeschlossen.
console-nothing-left-to-do = Es ist nichts mehr zu tun.
console-by = {" "}von { $who }
console-noted-by-who = , vermerkt von { $who }
console-method = Mit { $method }
console-pieces-left = { $pieces } versandt
console-parcel-to-take-apart = Paket { $n } war schon gepackt: Packen Sie es wieder aus und legen Sie die Ware ins Regal zurück
console-parcel-renumbered = Paket { $n }: Versanddienst oder Sendungsnummer berichtigt
console-parcel-taken-apart = Paket { $n }: ausgepackt
console-parcel-became =
    { $state ->
        [packed] Paket { $n }: gepackt
        [shipped] Paket { $n }: versandt
        [delivered] Paket { $n }: zugestellt
        [failed] Paket { $n }: Zustellung gescheitert
        [returned] Paket { $n }: zurückgekommen
        [cancelled] Paket { $n }: aufgelöst
       *[pending] Paket { $n } angelegt
    }
console-readdressed = Die Adresse hat sich geändert, seit diese Seite geladen wurde
console-readdressed-to = Nichts wurde versandt. Es geht jetzt an { $to }: Schreiben Sie das auf das Paket, und versenden Sie es dann.
console-parcel-or-address-changed = Ein Paket, die Adresse oder der Hinweis wurde geändert
console-is-to-hand-back = { $amount } sind zurückzugeben
console-hand-back-more = Ordo sendet nichts davon. Geben Sie es selbst zurück, und vermerken Sie das unter „Geld“.
console-is-refused-by-provider = Der Anbieter hat die Rückzahlung von { $amount } abgelehnt
console-refused-more = Sie wird von selbst wieder versucht; geben Sie also noch nichts zurück. Lehnt der Anbieter weiter ab, vermerken Sie unter „Geld“, dass Sie es selbst zurückgeben: Von da an wird es nicht mehr gesendet.
console-to-the-refund = Zur Erstattung
console-returned-more = Danach lässt es sich nicht noch einmal versenden: Das Geld geht über eine Erstattung zurück. Das lässt sich nicht rückgängig machen.
console-it-returned = Ja, es kam zurück
console-leave-it = So lassen
console-new-orders =
    { $count ->
        [one] 1 neue Bestellung
       *[other] { $count } neue Bestellungen
    }
console-more-new-orders = Mehr als { $count } neue Bestellungen
