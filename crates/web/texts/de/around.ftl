# Was um jede Seite steht, und was da steht, wo keine ist.

welcome = Was wir zeigen, haben wir
welcome-more = Der Bestand wird laufend gezählt, die Preise sind, was Sie zahlen, und jeder Schritt Ihrer Bestellung ist zu sehen.
skip = Zum Inhalt springen
rooms = Shop
all-products = Alle Produkte
new-available = Neu und lieferbar
menu = Menü
choose = Übernehmen
search-the-shop = Im Shop suchen
search-for = Name oder Artikel
account = Konto
console = Konsole
you = Sie
session-has-ended = Ihre Sitzung ist beendet
session-has-ended-more = Nichts wurde geändert. Melden Sie sich an, dann ist wieder da, was Sie eingegeben haben.
copy-it-first = Nichts wurde geändert. Was Sie eingegeben haben, ist zu lang, um bis nach dem Anmelden behalten zu werden: Kopieren Sie es vorher hier.
do-it-once-more = Nichts wurde geändert. Melden Sie sich an, und tun Sie es noch einmal.
signed-in-again = Sie sind wieder angemeldet
signed-in-again-more = Ihre Sitzung war beendet, als Sie dies absendeten, und nichts wurde geändert. Was Sie eingegeben haben, ist noch da.
signed-in-since = Sie haben sich inzwischen angemeldet
signed-in-since-more = Die Seite, die Sie abgesendet haben, ist von vorher. Nichts wurde geändert, und was Sie eingegeben haben, ist noch da: Senden Sie es noch einmal ab.
send-it-now = Jetzt absenden
back-without = Zurück, ohne es abzusenden
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
where = Wo Sie sind
pages = Seiten
not-here = Hier ist nichts
not-here-more = Vielleicht wird es nicht mehr verkauft, oder die Adresse hat einen Fehler. Was zu einem anderen Konto gehört, wird auch nicht gezeigt.
not-your-order = Haben Sie ohne Konto bestellt, so öffnen Sie den Link in der E‑Mail, die wir Ihnen zur Bestellung gesendet haben. Was zu einem anderen Konto gehört, wird nicht gezeigt.
not-allowed = Dieses Konto darf das nicht
not-allowed-more = Nichts wurde geändert.
for-staff = Die Konsole ist für die Leute dieses Shops
for-staff-more = Dieses Konto darf diesen Raum nicht sehen oder das darin nicht tun. Nichts wurde geändert. Rechte vergibt, wer den Shop verwaltet.
not-reached = Ein Teil des Shops ist nicht zu erreichen
not-reached-more = Es wird von selbst wieder versucht. Sehen Sie gleich noch einmal nach.
is-busy = Im Shop ist viel los
is-busy-more = Es wird mehr gefragt, als er auf einmal beantworten kann. Es ist nichts geschehen; versuchen Sie es gleich noch einmal.
came-in-part = Das Formular kam nicht vollständig an
came-in-part-more = Die Verbindung brach ab oder war zu langsam. Nichts wurde geändert; gehen Sie zurück, und senden Sie das Formular noch einmal.
not-possible = Das geht gerade nicht
not-our-form = Dieses Formular ist zu alt oder war nicht unseres
not-our-form-more = Nichts wurde geändert. Gehen Sie zurück, laden Sie die Seite neu, und senden Sie das Formular noch einmal.
form-too-long = Dieses Formular ist zu lang
form-too-long-more = Nichts wurde geändert. Eine Beschreibung hat bis zu 10.000 Zeichen, eine Notiz bis zu 2.000, andere Texte weniger. Die meisten Browser haben noch, was Sie eingegeben haben: Gehen Sie zurück, kürzen Sie es, und senden Sie das Formular noch einmal.
form-unreadable = Dieses Formular ist nicht lesbar
form-unreadable-more = Ein Formular muss in UTF-8 geschrieben sein, und dieses war es nicht. Nichts wurde geändert. Gehen Sie zurück, laden Sie die Seite neu, und senden Sie das Formular noch einmal.
to-first-page = Zurück zum Shop
back-there = Zurück, wo Sie waren

about-shop = Einkaufen bei { $shop }: aktueller Bestand, klare Preise, und jede Bestellung bis zur Haustür verfolgt.
about-products = { $title } bei { $shop }: aktueller Bestand und klare Preise.
about-product = { $name } bei { $shop } für { $price }.
basket-of =
    { $pieces ->
        [0] Warenkorb, leer
        [one] Warenkorb, { $pieces } Stück
       *[other] Warenkorb, { $pieces } Stück
    }
of-field = { $name }: { $what }
needs-you =
    { $count ->
        [one] Eine Angabe fehlt oder stimmt nicht
       *[other] { $count } Angaben fehlen oder stimmen nicht
    }
