# Was um jede Seite steht, und was da steht, wo keine ist.

welcome = Vorrätig heißt vorrätig
welcome-more = Bestand in Echtzeit, klare Preise und jeder Schritt Ihrer Bestellung im Blick.
skip = Zum Inhalt springen
rooms = Shop
all-products = Alle Produkte
new-available = Neuheiten
menu = Menü
choose = Übernehmen
search-the-shop = Im Shop suchen
search-for = Name oder Artikelnummer
account = Konto
console = Konsole
you = Sie
session-has-ended = Ihre Sitzung ist beendet
session-has-ended-more = Es wurde nichts geändert. Melden Sie sich an, um fortzufahren; Ihre Eingaben haben wir aufbewahrt.
copy-it-first = Es wurde nichts geändert. Ihr Text ist zu lang, um ihn beim Anmelden aufzubewahren. Kopieren Sie ihn vorher hier.
do-it-once-more = Es wurde nichts geändert. Melden Sie sich an und versuchen Sie es erneut.
signed-in-again = Sie sind wieder angemeldet
signed-in-again-more = Ihre Sitzung war beendet, als Sie dies absendeten, und es wurde nichts geändert. Ihre Eingaben haben wir aufbewahrt.
signed-in-since = Sie sind jetzt angemeldet
signed-in-since-more = Sie haben die Seite vor dem Anmelden geöffnet. Es wurde nichts geändert, und Ihre Eingaben haben wir aufbewahrt. Senden Sie sie erneut ab.
send-it-now = Jetzt absenden
back-without = Zurück, ohne abzusenden
back-to-basket = Zurück zum Warenkorb
shortcuts = Tastenkürzel
switched-on = An
is-switched-off = Aus
appearance = Erscheinungsbild
language = Sprache
light = Hell
dark = Dunkel
like-the-system = System
contact = Kontakt
api = API
optional = (optional)
where = Navigationspfad
pages = Seiten
not-here = Seite nicht gefunden
not-here-more = Die Seite wurde möglicherweise entfernt, oder die Adresse ist falsch.
not-your-order = Wenn Sie als Gast bestellt haben, öffnen Sie den Link in der E‑Mail, die wir Ihnen zur Bestellung gesendet haben. Bestellungen anderer Konten werden nicht angezeigt.
not-allowed = Sie sind dazu nicht berechtigt
not-allowed-more = Es wurde nichts geändert.
for-staff = Nur für Mitarbeitende
for-staff-more = Ihr Konto hat keine Berechtigung für diese Seite oder Aktion. Es wurde nichts geändert. Bitten Sie die Administration um Zugriff.
not-reached = Ein Teil des Shops ist nicht erreichbar
not-reached-more = Die Verbindung wird automatisch wieder aufgebaut. Laden Sie die Seite gleich neu.
is-busy = Der Shop ist ausgelastet
is-busy-more = Derzeit gehen zu viele Anfragen ein. Es wurde nichts geändert. Versuchen Sie es gleich noch einmal.
came-in-part = Das Formular kam nicht vollständig an
came-in-part-more = Die Verbindung brach ab oder war zu langsam. Es wurde nichts geändert. Gehen Sie zurück und senden Sie das Formular erneut ab.
not-possible = Das ist gerade nicht möglich
not-our-form = Dieses Formular ist abgelaufen
not-our-form-more = Es wurde nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und senden Sie das Formular erneut ab.
form-too-long = Dieses Formular ist zu lang
form-too-long-more = Es wurde nichts geändert. Beschreibungen dürfen bis zu 10.000 Zeichen haben, Notizen bis zu 2.000, andere Texte weniger. Die meisten Browser behalten Ihre Eingaben: Gehen Sie zurück, kürzen Sie den Text und senden Sie das Formular erneut ab.
form-unreadable = Dieses Formular ist nicht lesbar
form-unreadable-more = Formulare müssen in UTF-8 kodiert sein, dieses war es nicht. Es wurde nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und senden Sie das Formular erneut ab.
to-first-page = Zum Shop
back-there = Zurück

about-shop = Einkaufen bei { $shop }: aktueller Bestand, klare Preise, und jede Bestellung bis zur Haustür verfolgt.
about-products = { $title } bei { $shop }: aktueller Bestand und klare Preise.
about-product = { $name } bei { $shop } für { $price }.
basket-of =
    { $pieces ->
        [0] Warenkorb, leer
        [one] Warenkorb, { $pieces } Artikel
       *[other] Warenkorb, { $pieces } Artikel
    }
of-field = { $name }: { $what }
needs-you =
    { $count ->
        [one] Eine Angabe fehlt oder stimmt nicht
       *[other] { $count } Angaben fehlen oder stimmen nicht
    }
