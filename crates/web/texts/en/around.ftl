# What stands around every page, and where there is none.

welcome = What we show, we have
welcome-more = Stock is counted live, prices are what you pay, and each step of your order is there to see.
skip = Skip to content
rooms = Shop
all-products = All products
new-available = New and available
menu = Menu
choose = Apply
search-the-shop = Search the shop
search-for = Search by name or article
account = Account
console = Console
you = you
session-has-ended = Your session has ended
session-has-ended-more = Nothing was changed. Sign in, and what you typed is there again.
copy-it-first = Nothing was changed. What you typed is too long to be kept while you sign in: copy it from here first.
do-it-once-more = Nothing was changed. Sign in, and do it once more.
signed-in-again = You are signed in again
signed-in-again-more = Your session had ended when you sent this, and nothing was changed. What you typed is still here.
signed-in-since = You have signed in since
signed-in-since-more = The page that you sent is from before. Nothing was changed, and what you typed is still here: send it once more.
send-it-now = Send it now
back-without = Back, without sending it
back-to-basket = Back to the basket
shortcuts = Keyboard shortcuts
switched-on = On
is-switched-off = Off
appearance = Appearance
language = Language
light = Light
dark = Dark
like-the-system = System
contact = Contact
api = API
optional = (optional)
where = Breadcrumb
pages = Pages
not-here = There is nothing here
not-here-more = It may have been sold for good, or the address has a mistake. What belongs to another account is not shown either.
not-your-order = If you have ordered without an account, open the link in the email that we sent you about the order. What belongs to another account is not shown.
not-allowed = This account may not do that
not-allowed-more = Nothing was changed.
for-staff = The console is for the staff of this shop
for-staff-more = This account may not see this room, or not do that in it. Nothing was changed. An administrator of the shop gives permissions.
not-reached = A part of the shop cannot be reached
not-reached-more = It is tried again by itself. Look again in a moment.
is-busy = The shop is busy
is-busy-more = More is asked of it than it can answer at once. Nothing was done; try again in a moment.
came-in-part = The form did not arrive whole
came-in-part-more = The connection broke off or was too slow. Nothing was changed; go back, and send the form once more.
not-possible = This is not possible now
not-our-form = This form is too old, or was not ours
not-our-form-more = Nothing was changed. Go back, load the page again, and send the form once more.
form-too-long = This form is too long
form-too-long-more = Nothing was changed. A description has up to 10,000 characters, a note up to 2,000, other texts fewer. Most browsers still have what you typed: go back, shorten it, and send the form once more.
form-unreadable = This form cannot be read
form-unreadable-more = A form has to be written in UTF-8, and this one was not. Nothing was changed. Go back, load the page again, and send the form once more.
to-first-page = To the shop
back-there = Back to where you were

# What the shop is, in a sentence.
about-shop = Shop at { $shop }: live stock, clear prices, and every order tracked to your door.
# What a list of products is, in a sentence.
about-products = { $title } at { $shop }: live stock and clear prices.
# What a product is that has no description, in a sentence.
about-product = { $name } at { $shop } for { $price }.
basket-of =
    { $pieces ->
        [0] Basket, empty
        [one] Basket, { $pieces } item
       *[other] Basket, { $pieces } items
    }
# What is wrong with the field of this name.
of-field = { $name }: { $what }
needs-you =
    { $count ->
        [one] One thing needs your attention
       *[other] { $count } things need your attention
    }
