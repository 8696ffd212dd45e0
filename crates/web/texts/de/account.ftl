# Konten.

sign-in = Anmelden
sign-out = Abmelden
new-here = Neu hier?{" "}
make-an-account = Konto anlegen
make-an-account-title = Ein Konto anlegen
make-account = Konto anlegen
have-one = Sie haben schon ein Konto?{" "}
email-or-username = E‑Mail-Adresse oder Benutzername
email = E‑Mail-Adresse
email-hint = Für Bestätigungen Ihrer Bestellungen und zum Anmelden.
username = Benutzername
password = Passwort
password-hint = 8 bis 128 Zeichen, kein verbreitetes Passwort.
forgotten = Vergessen?
stay-signed-in = 30 Tage angemeldet bleiben
basket-comes-along = Ihr Warenkorb kommt mit.
do-not-go-together = Diese Anmeldedaten stimmen nicht
set-a-new-password = legen Sie ein neues Passwort fest
do-not-go-together-more = Versuchen Sie es noch einmal, oder{" "}
enter-who = Geben Sie Ihre E‑Mail-Adresse oder Ihren Benutzernamen ein
enter-password = Geben Sie Ihr Passwort ein
order-by-link = Haben Sie ohne Konto bestellt?
order-by-link-more = Öffnen Sie den Link in der E‑Mail, die wir Ihnen zur Bestellung gesendet haben, oder melden Sie sich an.
switched-off = Dieses Konto ist abgeschaltet
switched-off-more = Fragen Sie den Shop, warum.
too-often = Zu viele Versuche
your-name = Name
enter-email = Geben Sie eine E‑Mail-Adresse ein, etwa ada@example.com
email-taken = Diese E‑Mail-Adresse hat ein Konto. Melden Sie sich an, oder geben Sie eine andere ein
common-password = Dieses Passwort steht auf den Listen, die Angreifer zuerst versuchen. Wählen Sie ein anderes
set-up = Den Shop einrichten
set-up-more = Legen Sie das erste Konto der Verwaltung an, das anderen ihre Rechte gibt. Das geht nur einmal.
setup-code = Einrichtungscode
setup-code-hint = Was in dem Link, den der Shop beim Start ausgegeben hat, nach dem # steht.
setup-email-hint = Zum Anmelden. Es muss nicht die des Shops sein.
enter-setup-code = Geben Sie den Einrichtungscode ein
not-the-setup-code = Das ist nicht der Code vom letzten Start des Shops. Nehmen Sie ihn aus dem neuesten Link, den er ausgegeben hat
setup-email-taken = Diese E‑Mail-Adresse hat ein Konto. Geben Sie eine andere ein, oder machen Sie dieses Konto auf dem Rechner des Shops mit „ordo admin create“ zu dem eines Administrators
not-set-up = Es wurde kein Konto der Verwaltung angelegt.
make-administrator = Konto anlegen
set-up-already = Dieser Shop ist eingerichtet
set-up-already-more = Er hat schon ein Konto der Verwaltung. Melden Sie sich an, oder bitten Sie die Verwaltung um Zugang.
password-length = Geben Sie ein Passwort aus 8 bis 128 Zeichen ein
account-made = Willkommen. Ihr Konto ist bereit
account-made-more = Wir haben einen Link an { $email } gesendet. Öffnen Sie ihn, um zu bestätigen, dass diese E‑Mail-Adresse Ihre ist.
nothing-saved = Nichts wurde gespeichert.
no-mail-sent = Keine E‑Mail wurde gesendet.
not-signed-in = Sie sind nicht angemeldet.
no-account-made = Kein Konto wurde angelegt.
forgotten-title = Passwort vergessen?
forgotten-more = Wir senden einen Link an Ihre E‑Mail-Adresse.
send-mail = Link senden
mail-sent = Sehen Sie in Ihr Postfach
mail-sent-more = Wenn es zu dieser E‑Mail-Adresse ein Konto gibt, ist eine E‑Mail mit einem Link unterwegs: Öffnen Sie ihn, um weiterzumachen, oder geben Sie hier seinen Code ein.
password-is-set = Ihr neues Passwort gilt
password-is-set-more = Melden Sie sich damit an. Überall sonst sind Sie abgemeldet.
new-password-title = Ein neues Passwort setzen
new-password-more = Damit werden Sie überall abgemeldet. Melden Sie sich dann mit dem neuen Passwort an.
code = Code
code-hint = Aus der E‑Mail. Er gilt einmal und eine Stunde lang.
enter-code = Geben Sie den Code aus der E‑Mail ein
code-not-good = Dieser Code gilt nicht, oder nicht mehr: Er gilt einmal, eine Stunde lang, und nur als Ganzes. Lassen Sie sich einen neuen senden
send-another-code = Eine neue E‑Mail senden
new-password = Neues Passwort
set-password = Passwort setzen
password-stays = Ihr Passwort ist, wie es war.
back-to-sign-in = Zurück zur Anmeldung
overview = Überblick
orders = Bestellungen
profile = Profil
sessions = Sitzungen
called = Wie Sie heißen
your-account = Ihr Konto
nothing-needs-you = Nichts braucht Sie.
latest-orders = Letzte Bestellungen
all-orders = Alle Bestellungen
change = Ändern
none-yet = Noch keine
member-since = Konto seit
no-orders = Noch keine Bestellungen
no-orders-more = Sie erscheinen hier, sobald Sie bestellen, mit jedem Schritt, den sie machen. Was Sie als Gast bestellt haben, kommt hierher, sobald Ihre E‑Mail-Adresse bestätigt ist.
newest = Neueste
older = Ältere
state = Stand
date = Datum
contents = Inhalt
save-name = Namen speichern
name-saved = Name gespeichert
password-saved = Passwort geändert. Alle anderen Sitzungen sind beendet
current-password = Jetziges Passwort
enter-current-password = Geben Sie das Passwort ein, mit dem Sie sich anmelden
wrong-password = Das ist nicht Ihr Passwort
change-password = Passwort ändern
change-password-more = Damit werden Sie überall sonst abgemeldet.
sessions-more = An jeder dieser Stellen sind Sie angemeldet. Beenden Sie, was Sie nicht kennen. Es wirkt innerhalb einer Sekunde.
sessions-alone = Sie sind nur hier angemeldet.
unknown-browser = Unbekannter Browser
last-used = Zuletzt benutzt{" "}
this-one = Diese Sitzung
end = Beenden
end-others = Alle anderen beenden

wait-seconds =
    { $seconds ->
        [one] Warten Sie eine Sekunde, und versuchen Sie es noch einmal.
       *[other] Warten Sie { $seconds } Sekunden, und versuchen Sie es noch einmal.
    }
hello = Guten Tag, { $name }
wait-for-payment =
    { $count ->
        [one] Eine Bestellung wartet auf ihre Zahlung.
       *[other] { $count } Bestellungen warten auf ihre Zahlung.
    }
session-on = {" "}die Sitzung auf { $browser }
browser-on = { $browser } auf { $system }
addresses = Adressen
addresses-more = Die Kasse beginnt mit Ihrer Standardadresse. Was bestellt ist, bleibt, wie es ist.
add-address = Adresse hinzufügen
change-address = Adresse ändern
save-address = Adresse speichern
cancel = Abbrechen
no-addresses = Noch keine Adressen
no-addresses-more = Fügen Sie hier eine hinzu, oder merken Sie sich eine an der Kasse.
too-many-addresses = Für eine weitere Adresse ist kein Platz. Entfernen Sie eine, die niemand braucht
default-address = Standardadresse
make-default = Als Standard
remove-address = Entfernen …
remove-address-question = Diese Adresse entfernen?
remove-address-more = Bestellungen dorthin bleiben, wie sie sind. Das lässt sich nicht rückgängig machen.
keep-address-here = Adresse behalten
remove-it = Adresse entfernen
developer = Entwicklung
personal-token = Persönliches Token
token-more = Mit Ihrem persönlichen Token spricht ein Programm als Sie mit der API. Behandeln Sie es wie ein Passwort. Was es kann, steht in der Beschreibung der{" "}
token-not-shown = Die Seite zeigt das Token nur, wenn Sie es anfordern.
show-token = Token anzeigen
copy = Kopieren
copied = Kopiert
not-copied = Nicht kopiert
whole-token = Ganz anzeigen
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
token-ends = Es gehört zu dieser Sitzung und endet mit ihr. Beenden kann man Sitzungen unter{" "}
example = Beispiel einer Anfrage
example-hint = Mit dem Token von oben in der Variablen TOKEN.
api-asked = API wird gefragt
api-connected = API verbunden
api-degraded = API gestört: nicht alles davon geht
api-offline = API nicht erreichbar
is-verified = Bestätigt
is-not-verified = Noch nicht bestätigt
verify = Das ist meine Adresse
verify-title = E‑Mail‑Adresse bestätigen
verify-more = Jemand hat mit dieser E‑Mail-Adresse ein Konto angelegt. Waren Sie das, so bestätigen Sie sie; was Sie als Gast mit ihr bestellt haben, steht dann in Ihrem Konto.
verify-why = Wir haben eine E‑Mail mit einem Link gesendet. Was Sie mit dieser E‑Mail-Adresse ohne Konto bestellt haben, kommt in Ihr Konto, sobald Sie ihn geöffnet haben.
send-verification = E‑Mail noch einmal senden
verification-sent = Eine E‑Mail mit einem Link ist unterwegs
verified-title = Ihre E‑Mail‑Adresse ist bestätigt
verified-more = Was Sie mit ihr ohne Konto bestellt haben, kommt gleich in Ihr Konto.
link-not-good = Dieser Link gilt nicht, oder nicht mehr
to-your-profile = Zu Ihrem Profil
link-not-good-more = Er gilt einen Tag lang, einmal, und nur als Ganzes. Nichts wurde geändert. Ist Ihre Adresse inzwischen bestätigt, so ist nichts zu tun; sonst gibt es einen neuen in Ihrem Profil.
of-address = : { $line }
changed-meanwhile = Es wurde inzwischen anderswo geändert. Sehen Sie es an, und speichern Sie es noch einmal.
changed-to = Das wurde inzwischen an anderer Stelle geändert; jetzt steht da: { $now }. Speichern Sie noch einmal, um das zu ersetzen.
