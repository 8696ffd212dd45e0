# Konten.

sign-in = Anmelden
sign-out = Abmelden
new-here = Neu hier?{" "}
make-an-account = Konto anlegen
make-an-account-title = Konto anlegen
make-account = Konto anlegen
have-one = Sie haben bereits ein Konto?{" "}
email-or-username = E‑Mail-Adresse oder Benutzername
email = E‑Mail-Adresse
email-hint = Für Bestellbestätigungen und zum Anmelden.
username = Benutzername
password = Passwort
password-hint = 8 bis 128 Zeichen. Vermeiden Sie häufig verwendete Passwörter.
forgotten = Passwort vergessen?
stay-signed-in = 30 Tage angemeldet bleiben
basket-comes-along = Ihr Warenkorb bleibt beim Anmelden erhalten.
do-not-go-together = E‑Mail-Adresse, Benutzername oder Passwort ist falsch
set-a-new-password = setzen Sie Ihr Passwort zurück
do-not-go-together-more = Versuchen Sie es erneut oder{" "}
enter-who = Geben Sie Ihre E‑Mail-Adresse oder Ihren Benutzernamen ein
enter-password = Geben Sie Ihr Passwort ein
order-by-link = Als Gast bestellt?
order-by-link-more = Öffnen Sie den Link in der E‑Mail, die wir Ihnen zur Bestellung gesendet haben, oder melden Sie sich an.
switched-off = Dieses Konto ist gesperrt
switched-off-more = Wenden Sie sich an den Shop.
too-often = Zu viele Versuche
your-name = Name
enter-email = Geben Sie eine E‑Mail-Adresse ein, etwa ada@example.com
email-taken = Diese E‑Mail-Adresse wird bereits verwendet. Melden Sie sich an oder geben Sie eine andere ein
common-password = Dieses Passwort ist zu verbreitet. Wählen Sie ein anderes
set-up = Shop einrichten
set-up-more = Legen Sie das erste Administratorkonto an, das anderen Rollen zuweisen kann. Die Einrichtung ist nur einmal möglich.
setup-code = Einrichtungscode
setup-code-hint = Der Teil nach # im Einrichtungslink, den der Shop beim Start ausgegeben hat.
setup-email-hint = Zum Anmelden. Es muss nicht die Adresse des Shops sein.
enter-setup-code = Geben Sie den Einrichtungscode ein
not-the-setup-code = Dieser Einrichtungscode ist ungültig oder veraltet. Verwenden Sie den neuesten Einrichtungslink
setup-email-taken = Diese E‑Mail-Adresse wird bereits verwendet. Geben Sie eine andere ein oder machen Sie dieses Konto auf dem Server mit „ordo admin create“ zum Administratorkonto
not-set-up = Es wurde kein Administratorkonto angelegt.
make-administrator = Administratorkonto anlegen
set-up-already = Die Einrichtung ist bereits abgeschlossen
set-up-already-more = Dieser Shop hat bereits ein Administratorkonto. Melden Sie sich an oder bitten Sie die Administration um Zugang.
password-length = Geben Sie ein Passwort aus 8 bis 128 Zeichen ein
account-made = Willkommen! Ihr Konto ist bereit
account-made-more = Wir haben einen Link an { $email } gesendet. Öffnen Sie ihn, um Ihre E‑Mail-Adresse zu bestätigen.
nothing-saved = Ihre Änderungen wurden nicht gespeichert.
no-mail-sent = Es wurde keine E‑Mail gesendet.
not-signed-in = Sie sind nicht angemeldet.
no-account-made = Ihr Konto wurde nicht angelegt.
forgotten-title = Passwort vergessen?
forgotten-more = Wir senden Ihnen per E‑Mail einen Link zum Zurücksetzen.
send-mail = Link senden
mail-sent = Prüfen Sie Ihr Postfach
mail-sent-more = Falls zu dieser E‑Mail-Adresse ein Konto besteht, haben wir einen Link zum Zurücksetzen gesendet. Öffnen Sie ihn oder geben Sie hier den Code ein.
password-is-set = Passwort geändert
password-is-set-more = Melden Sie sich mit Ihrem neuen Passwort an. Überall sonst wurden Sie abgemeldet.
new-password-title = Neues Passwort festlegen
new-password-more = Sie werden überall abgemeldet. Melden Sie sich danach mit dem neuen Passwort an.
code = Code
code-hint = Aus der E‑Mail. Einmal verwendbar, innerhalb einer Stunde.
enter-code = Geben Sie den Code aus der E‑Mail ein
code-not-good = Dieser Code ist ungültig oder abgelaufen. Codes gelten einmal und eine Stunde lang. Fordern Sie einen neuen an
send-another-code = Neue E‑Mail senden
new-password = Neues Passwort
set-password = Passwort festlegen
password-stays = Ihr Passwort wurde nicht geändert.
back-to-sign-in = Zurück zur Anmeldung
overview = Übersicht
orders = Bestellungen
profile = Profil
sessions = Sitzungen
called = Ihr Name
your-account = Ihr Konto
nothing-needs-you = Alles erledigt.
latest-orders = Neueste Bestellungen
all-orders = Alle Bestellungen
change = Ändern
none-yet = Nicht angegeben
member-since = Konto seit
no-orders = Noch keine Bestellungen
no-orders-more = Hier erscheinen Ihre Bestellungen. Gastbestellungen kommen hinzu, sobald Sie Ihre E‑Mail-Adresse bestätigt haben.
newest = Neueste
older = Ältere
state = Status
date = Datum
contents = Artikel
save-name = Namen speichern
name-saved = Name gespeichert
password-saved = Passwort geändert. Sie wurden in allen anderen Sitzungen abgemeldet
current-password = Aktuelles Passwort
enter-current-password = Geben Sie Ihr aktuelles Passwort ein
wrong-password = Das aktuelle Passwort ist falsch
change-password = Passwort ändern
change-password-more = Sie werden überall sonst abgemeldet.
sessions-more = Geräte, auf denen Sie angemeldet sind. Melden Sie ab, was Sie nicht kennen.
sessions-alone = Sie sind nur hier angemeldet.
unknown-browser = Unbekannter Browser
last-used = Zuletzt verwendet{" "}
this-one = Diese Sitzung
end = Abmelden
end-others = Alle anderen Sitzungen abmelden

wait-seconds =
    { $seconds ->
        [one] Versuchen Sie es in 1 Sekunde erneut.
       *[other] Versuchen Sie es in { $seconds } Sekunden erneut.
    }
hello = Guten Tag, { $name }
wait-for-payment =
    { $count ->
        [one] 1 Bestellung ist noch nicht bezahlt.
       *[other] { $count } Bestellungen sind noch nicht bezahlt.
    }
session-on = {" "}von { $browser }
browser-on = { $browser } auf { $system }
addresses = Adressen
addresses-more = An der Kasse ist Ihre Standardadresse vorausgewählt. Änderungen wirken sich nicht auf bestehende Bestellungen aus.
add-address = Adresse hinzufügen
change-address = Adresse bearbeiten
save-address = Adresse speichern
cancel = Abbrechen
no-addresses = Noch keine Adressen
no-addresses-more = Fügen Sie hier eine hinzu oder speichern Sie eine an der Kasse.
too-many-addresses = Die Höchstzahl an Adressen ist erreicht. Entfernen Sie eine, um eine neue hinzuzufügen
default-address = Standardadresse
make-default = Als Standard festlegen
remove-address = Entfernen …
remove-address-question = Diese Adresse entfernen?
remove-address-more = Bestehende Bestellungen sind davon nicht betroffen. Das kann nicht rückgängig gemacht werden.
keep-address-here = Adresse behalten
remove-it = Adresse entfernen
developer = Entwicklung
personal-token = Persönliches Token
token-more = Mit Ihrem persönlichen Token greifen Programme in Ihrem Namen auf die API zu. Halten Sie es geheim. Was damit möglich ist, steht in der Dokumentation der{" "}
token-not-shown = Das Token ist verborgen, bis Sie es anzeigen.
show-token = Token anzeigen
copy = Kopieren
copied = Kopiert
not-copied = Nicht kopiert
whole-token = Token ganz anzeigen
expires = Gilt bis
expires-in-minutes =
    { $count ->
        [0] in weniger als einer Minute
        [one] in { $count } Minute
       *[other] in { $count } Minuten
    }
expires-in-hours =
    { $count ->
        [one] in { $count } Stunde
       *[other] in { $count } Stunden
    }
issued = Ausgestellt
token-ends = Das Token gilt nur für diese Sitzung. Sitzungen verwalten Sie unter{" "}
example = Beispielanfrage
example-hint = Setzen Sie die Variable TOKEN auf Ihr persönliches Token.
api-asked = API wird geprüft
api-connected = API verbunden
api-degraded = API beeinträchtigt
api-offline = API nicht erreichbar
is-verified = Bestätigt
is-not-verified = Noch nicht bestätigt
verify = E‑Mail-Adresse bestätigen
verify-title = E‑Mail‑Adresse bestätigen
verify-more = Mit dieser E‑Mail-Adresse wurde ein Konto angelegt. Wenn Sie das waren, bestätigen Sie die Adresse; Bestellungen, die Sie damit als Gast aufgegeben haben, erscheinen dann in Ihrem Konto.
verify-why = Wir haben Ihnen eine E‑Mail mit einem Link gesendet. Öffnen Sie ihn, um Ihre Adresse zu bestätigen; Bestellungen, die Sie damit als Gast aufgegeben haben, erscheinen dann in Ihrem Konto.
send-verification = E‑Mail erneut senden
verification-sent = Bestätigungs-E‑Mail gesendet
verified-title = E‑Mail‑Adresse bestätigt
verified-more = Bestellungen, die Sie damit als Gast aufgegeben haben, erscheinen in Kürze in Ihrem Konto.
link-not-good = Dieser Link ist ungültig oder abgelaufen
to-your-profile = Zum Profil
link-not-good-more = Links gelten einmal und 24 Stunden lang. Ist Ihre E‑Mail-Adresse bereits bestätigt, müssen Sie nichts tun. Andernfalls fordern Sie in Ihrem Profil einen neuen Link an.
of-address = : { $line }
changed-meanwhile = Dies wurde in einer anderen Sitzung geändert. Prüfen Sie es und speichern Sie erneut.
changed-to = Dies wurde in einer anderen Sitzung geändert in: { $now }. Speichern Sie erneut, um es zu ersetzen.
