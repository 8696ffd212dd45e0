# Konten.

sign-in = Anmelden
sign-out = Abmelden
new-here = Neu hier?{" "}
make-an-account = Konto anlegen
make-an-account-title = Ein Konto anlegen
make-account = Konto anlegen
have-one = Sie haben eins?{" "}
email-or-username = E-Mail oder Benutzername
email = E-Mail
email-hint = Für Bestätigungen Ihrer Bestellungen und zum Anmelden.
username = Benutzername
password = Passwort
password-hint = 8 Zeichen oder mehr, und kein verbreitetes.
forgotten = Vergessen?
stay-signed-in = 30 Tage auf diesem Gerät angemeldet bleiben
basket-comes-along = Ihr Warenkorb kommt mit.
do-not-go-together = Dieser Name und dieses Passwort gehören nicht zusammen
do-not-go-together-more = Versuchen Sie es noch einmal, oder wählen Sie über „Vergessen?“ ein neues Passwort.
switched-off = Dieses Konto ist abgeschaltet
switched-off-more = Fragen Sie den Laden, warum.
too-often = Zu viele Versuche
your-name = Name
enter-email = Geben Sie eine E-Mail-Adresse ein, etwa ada@example.com
email-taken = Diese E-Mail-Adresse hat ein Konto. Melden Sie sich an, oder geben Sie eine andere ein
common-password = Dieses Passwort steht auf den Listen, die Angreifer zuerst versuchen. Wählen Sie ein anderes
password-length = Geben Sie 8 bis 128 Zeichen ein
no-account-made = Kein Konto wurde angelegt.
forgotten-title = Ein neues Passwort wählen
forgotten-more = Wir senden einen Code an Ihre E-Mail-Adresse.
send-mail = Code senden
mail-sent = Sehen Sie in Ihr Postfach
mail-sent-more = Wenn es zu dieser Adresse ein Konto gibt, ist eine Mail mit einem Code unterwegs.
new-password-title = Ein neues Passwort setzen
new-password-more = Alle Ihre Sitzungen enden; melden Sie sich dann mit dem neuen Passwort an.
code = Code
code-hint = Aus der Mail. Er gilt eine Stunde, einmal.
enter-code = Geben Sie den Code aus der Mail ein
code-not-good = Dieser Code gilt nicht oder nicht mehr. Lassen Sie sich noch eine Mail senden
new-password = Neues Passwort
set-password = Passwort setzen
password-stays = Ihr Passwort ist, wie es war.
back-to-sign-in = Zurück zum Anmelden
overview = Überblick
orders = Bestellungen
profile = Profil
devices = Geräte
sessions = Wo Sie angemeldet sind
called = Wie Sie heißen
your-account = Ihr Konto
nothing-needs-you = Nichts braucht Sie.
latest-orders = Letzte Bestellungen
all-orders = Alle Bestellungen
change = Ändern
none-yet = Noch keine
member-since = Hier seit
no-orders = Noch keine Bestellungen
no-orders-more = Sie erscheinen hier, sobald Sie bestellen, mit jedem Schritt, den sie machen.
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
change-password-more = Alle anderen Sitzungen enden innerhalb einer Sekunde; diese geht weiter.
sessions-more = Beenden Sie, was Sie nicht kennen. Es wirkt innerhalb einer Sekunde.
unknown-browser = Unbekannter Browser
last-used = zuletzt benutzt{" "}
this-one = Dieses Gerät
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
