# Das System.

console-services = Dienste
console-service = Dienst
console-asked = Stand:{" "}
console-answers = In Ordnung
console-limps = Eingeschränkt
console-has-room = Beschreibbar
console-is-full = Nicht beschreibbar
console-does-not-answer = Nicht erreichbar
console-does-not-answer-more = Vorgänge, die ihn brauchen, ruhen, bis er wieder erreichbar ist. Bestätigte Daten gehen nicht verloren. Näheres steht im Protokoll.
console-cannot-write = Nur lesbar
console-cannot-write-more = Seine Daten können gelesen werden. Änderungen werden abgelehnt, bis seine Datenbank wieder beschreibbar ist. Bestätigte Daten gehen nicht verloren. Näheres steht im Protokoll.
console-last-minutes = Letzte 5 Minuten
console-processes = Prozesse
console-requests-a-second = Anfragen/s
console-errors = Fehler
console-half-within = p50
console-nearly-all-within = p99
console-event-flow = Ereignisfluss
console-nobody-is-behind = Alle Empfänger sind aktuell
console-this-cannot-write = { $service } ist nur lesbar
console-some-are-behind = Empfänger sind im Rückstand
console-who-hears = Empfänger
console-whom = Sender
console-events-behind = Rückstand
console-for-at-most = bis zu { $time }
console-so-many-unsent = { $events } ungesendet
console-not-known-short = unbekannt
console-bus = Bus
console-what-waits = Offene Aufgaben
console-events-unsent = Ungesendet
console-timers-due = Fällig
console-overdue = Überfällig
console-next-timer = Nächster
console-put-aside = Nicht verarbeitete Ereignisse
console-see-which = Details anzeigen
console-drop-more = Das Ereignis wird nicht mehr verarbeitet und lässt sich nicht wiederherstellen.
console-drop-event = { $kind } verwerfen
console-so-many-broken =
    { $count ->
        [one] 1 Invariante verletzt
       *[other] { $count } Invarianten verletzt
    }
console-said = Fehler:{" "}
console-look-at-event = Ereignis anzeigen
console-put-aside-more = Ereignisse, die nicht verarbeitet werden konnten. Beheben Sie die Ursache, und verarbeiten Sie sie dann erneut.
console-nothing-put-aside = Alle Ereignisse wurden verarbeitet.
console-act-once-more = Erneut verarbeiten
console-drop = Verwerfen …
console-of = von
console-in-vain =
    { $times ->
        [one] Einmal erneut verarbeitet, wieder fehlgeschlagen.
       *[other] { $times }-mal erneut verarbeitet, jedes Mal fehlgeschlagen.
    }
console-acted-on-soon = Wird in Kürze erneut verarbeitet.
console-the-audit = Prüfung
console-run-the-audit = Prüfung starten
console-audit-since = Läuft seit{" "}
console-audited = Abgeschlossen{" "}
console-not-audited = Noch nicht gelaufen
console-audit-more = Vergleicht Bestellungen, Bestand und Geld zwischen den Diensten im laufenden Betrieb.
console-audit-failed = Die Prüfung ist unvollständig.
console-backups = Sicherungen
console-last-backup = Neueste:{" "}
console-no-backup = Noch keine Sicherung.
console-no-automatic-backups = Automatische Sicherungen sind ausgeschaltet. Setzen Sie `ORDO_BACKUP_TO` auf einen Ordner auf einer anderen Festplatte, oder führen Sie regelmäßig `ordo backup` aus.
console-backup-failed = Die letzte automatische Sicherung ist fehlgeschlagen
console-holds = Bestanden
console-broken = Verletzt
console-for-auth = Konten, Sitzungen, Rechte
console-for-products = Katalog, Bestand und Reservierungen
console-for-orders = Bestellungen und ihre Pakete
console-for-payments = Zahlungen und Erstattungen
console-for-notifications = E‑Mails und Ereignisprotokoll
console-for-disk = Speicherplatz für Daten
console-for-gateway = Eingehende Anfragen, aus Sicht dieses Prozesses
console-hears-everybody = von allen Diensten
console-hears-three = von 3 Diensten
console-flow-is-up-to-date = Ereignisfluss: Alle Empfänger sind aktuell.
console-is-ahead = Dem Sender voraus
console-ahead-of-producer = Eine Datenbank wurde zurückgesetzt
console-ahead-of-producer-more = Ihre neuen Ereignisse werden nicht verarbeitet, da sie für bekannte gehalten würden. Stellen Sie die neuesten Datenbanken wieder her. Wenn es sie nicht mehr gibt, beenden Sie alle Dienste, und führen Sie „ordo accept-loss“ aus; docs/backup-and-restore.md beschreibt, was das bedeutet.
console-ahead-of = { $consumer } hat Ereignisse verarbeitet, die { $producer } nicht mehr hat.
console-invariant-1 = Reservierter Bestand entspricht offenen Bestellungen
console-invariant-2 = Vorhandener Bestand entspricht dem Bestandsbuch
console-invariant-3 = Zeilensummen der Bestellungen gehen auf
console-invariant-4 = Zahlungen gehen auf und werden einmal abgebucht
console-invariant-5 = Nichts wird unbezahlt versandt
console-invariant-6 = Abgeschlossene Bestellungen binden weder Bestand noch Geld
console-invariant-7 = Verläufe sind vollständig und entsprechen dem aktuellen Stand
console-invariant-8 = Keine Aufgabe hängt fest
console-invariant-9 = Angenommene Bestellungen existieren wie aufgegeben
console-invariant-10 = Keine verwaisten Reservierungen
console-so-many-do-not-answer =
    { $count ->
        [one] { $names } ist nicht erreichbar
       *[other] { $names } sind nicht erreichbar
    }
console-disk-takes-nothing = Festplatte nicht beschreibbar
console-disk-takes-nothing-more = Daten können gelesen werden. Änderungen werden abgelehnt, bis wieder Platz ist. Bestätigte Daten gehen nicht verloren.
console-so-many-cannot-write =
    { $count ->
        [one] { $names } ist nur lesbar
       *[other] { $names } sind nur lesbar
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
        [0] Aktuell
       *[other] { $events } offen
    }
console-flow-in-words = Ereignisfluss: { $all }.
console-so-many =
    { $events ->
        [one] { $events } Ereignis
       *[other] { $events } Ereignisse
    }
console-put-aside-by = , gesendet von { $producer }, nicht verarbeitet von { $service },{" "}
console-and-more = und { $findings } weitere; `ordo audit` zeigt alle
