# Das System.

console-services = Dienste
console-service = Dienst
console-asked = Stand:{" "}
console-answers = Antwortet
console-limps = Antwortet zum Teil
console-has-room = Hat Platz
console-is-full = Nimmt nichts an
console-does-not-answer = Antwortet nicht
console-does-not-answer-more = Worüber er entscheidet, wartet, bis er wieder da ist; nichts Bestätigtes geht verloren. Das Protokoll des Programms sagt, warum.
console-cannot-write = Kann nicht schreiben
console-cannot-write-more = Was in der Datenbank steht, kann gelesen werden. Was dort etwas ändern würde, wird abgelehnt, bis sie wieder beschrieben werden kann; nichts Bestätigtes geht verloren. Das Protokoll des Programms sagt, warum.
console-last-minutes = In den letzten fünf Minuten
console-processes = Prozesse
console-requests-a-second = Anfragen/s
console-errors = Fehler
console-half-within = p50
console-nearly-all-within = p99
console-event-flow = Fluss der Ereignisse
console-nobody-is-behind = Alle sind auf dem Laufenden
console-this-cannot-write = { $service } kann nicht schreiben
console-some-are-behind = Jemand hängt zurück
console-who-hears = Wer hört
console-whom = Wen
console-events-behind = Rückstand
console-for-at-most = bis zu { $time }
console-so-many-unsent = { $events } ungesendet
console-not-known-short = unbekannt
console-bus = Bus
console-what-waits = Was wartet
console-events-unsent = Ungesendet
console-timers-due = Fällig
console-overdue = Überfällig
console-next-timer = Nächster
console-put-aside = Beiseitegelegte Ereignisse
console-see-which = Welche, und worum es geht
console-drop-more = Niemand behandelt es mehr, und es kommt nicht wieder.
console-drop-event = { $kind } verwerfen
console-so-many-broken =
    { $count ->
        [one] Eine Invariante ist verletzt
       *[other] { $count } Invarianten sind verletzt
    }
console-said = Fehler:{" "}
console-look-at-event = Ereignis ansehen
console-put-aside-more = Diese Ereignisse wurden beiseitegelegt: Niemand konnte etwas mit ihnen anfangen. Ist behoben, was falsch war, werden sie behandelt, als kämen sie gerade.
console-nothing-put-aside = Jedes Ereignis wurde verarbeitet.
console-act-once-more = Noch einmal versuchen
console-drop = Verwerfen…
console-of = von
console-in-vain =
    { $times ->
        [one] Es wurde noch einmal versucht, wieder vergeblich.
       *[other] Es wurde noch { $times }-mal versucht, jedes Mal vergeblich.
    }
console-acted-on-soon = In wenigen Sekunden wird es noch einmal versucht.
console-the-audit = Prüfung
console-run-the-audit = Jetzt prüfen
console-audit-since = Läuft seit{" "}
console-audited = Beendet{" "}
console-not-audited = Noch nicht gelaufen
console-audit-more = Sie vergleicht, was die Dienste von Bestellungen, Bestand und Geld wissen, neben deren Arbeit.
console-audit-failed = Die Prüfung konnte nicht alles ansehen.
console-backups = Sicherungen
console-last-backup = Neueste:{" "}
console-no-backup = Es gibt noch keine Sicherung.
console-no-automatic-backups = Keine wird automatisch geschrieben. Setzen Sie `ORDO_BACKUP_TO` auf einen Ordner auf einer anderen Festplatte, oder führen Sie regelmäßig `ordo backup` aus.
console-backup-failed = Die letzte automatische Sicherung wurde nicht geschrieben
console-holds = Gilt
console-broken = Verletzt
console-for-auth = Konten, Sitzungen, Rechte
console-for-products = Katalog, Bestand und Reservierungen
console-for-orders = Bestellungen und ihre Pakete
console-for-payments = Zahlungen und Erstattungen
console-for-notifications = E‑Mails und das Protokoll der Ereignisse
console-for-disk = Platz für das, was geschrieben wird
console-for-gateway = Der Weg hinein, aus Sicht dieses Prozesses
console-hears-everybody = von allen
console-hears-three = von drei Diensten
console-flow-is-up-to-date = Fluss der Ereignisse: Alle haben jedes Ereignis gehört.
console-is-ahead = Weiter als der Sender
console-ahead-of-producer = Eine Datenbank ist älter, als sie war
console-ahead-of-producer-more = Neue Ereignisse werden von dort nicht gehört, da sie für bekannte gehalten würden. Stellen Sie die neuesten Datenbanken wieder her. Wenn es sie nicht mehr gibt, beenden Sie alle Dienste und führen Sie „ordo accept-loss“ aus; docs/backup-and-restore.md sagt, was das bedeutet.
console-ahead-of = { $consumer } hat Ereignisse gehört, die { $producer } nicht mehr hat.
console-invariant-1 = Reservierter Bestand gehört offenen Bestellungen
console-invariant-2 = Vorhandener Bestand ist, was das Buch sagt
console-invariant-3 = Jede Zeile einer Bestellung geht auf
console-invariant-4 = Geld geht auf und wird einmal abgebucht
console-invariant-5 = Nichts wird unbezahlt versandt
console-invariant-6 = Was vorbei ist, hält weder Bestand noch Geld
console-invariant-7 = Verläufe sind lückenlos und ergeben, was dasteht
console-invariant-8 = Nichts wartet für immer
console-invariant-9 = Jede angenommene Bestellung gibt es, wie sie kam
console-invariant-10 = Kein Bestand liegt für niemanden bereit
console-so-many-do-not-answer =
    { $count ->
        [one] { $names } antwortet nicht
       *[other] { $names } antworten nicht
    }
console-disk-takes-nothing = Auf der Festplatte kann nichts geschrieben werden
console-disk-takes-nothing-more = Was dort steht, kann gelesen werden. Was etwas ändern würde, wird abgelehnt, bis wieder Platz ist; nichts Bestätigtes geht verloren.
console-so-many-cannot-write =
    { $count ->
        [one] { $names } kann nicht schreiben
       *[other] { $names } können nicht schreiben
    }
console-percent = { $share } %
console-told-so-far =
    { $events ->
        [one] { $events } Ereignis
       *[other] { $events } Ereignisse
    }
console-hears = von { $producers }
console-so-far-behind =
    { $events ->
        [0] Auf dem Laufenden
        *[other] { $events } zurück
    }
console-flow-in-words = Fluss der Ereignisse: { $all }.
console-so-many =
    { $events ->
        [one] { $events } Ereignis
       *[other] { $events } Ereignisse
    }
console-put-aside-by = , berichtet von { $producer }, beiseitegelegt von { $service },{" "}
console-and-more = und { $findings } weitere; `ordo audit` nennt sie alle
