# What stands around every page, and where there is none.

welcome = In stock means in stock
welcome-more = Live stock levels, clear prices, and order tracking at every step.
skip = Skip to content
rooms = Shop
all-products = All products
new-available = New arrivals
menu = Menu
choose = Apply
search-the-shop = Search the shop
search-for = Search by name or SKU
account = Account
console = Console
you = you
session-has-ended = Your session has ended
session-has-ended-more = Nothing was changed. Sign in to continue; we’ve kept what you entered.
copy-it-first = Nothing was changed. Your text is too long to save while you sign in. Copy it from here first.
do-it-once-more = Nothing was changed. Sign in and try again.
signed-in-again = You’re signed in again
signed-in-again-more = Your session had ended when you sent this, and nothing was changed. We’ve kept what you entered.
signed-in-since = You’re signed in now
signed-in-since-more = You opened the page before you signed in. Nothing was changed, and we’ve kept what you entered. Send it again.
send-it-now = Send now
back-without = Go back without sending
back-to-basket = Back to basket
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
not-here = Page not found
not-here-more = The page may have been removed, or the address is wrong.
not-your-order = If you ordered as a guest, open the link in the email we sent you about the order. Orders from other accounts aren’t shown.
not-allowed = You don’t have permission
not-allowed-more = Nothing was changed.
for-staff = Staff access only
for-staff-more = Your account doesn’t have permission for this page or action. Nothing was changed. Ask an administrator for access.
not-reached = Part of the shop is unavailable
not-reached-more = The connection is retried automatically. Refresh in a moment.
is-busy = The shop is busy
is-busy-more = It’s receiving too many requests at once. Nothing was changed. Try again in a moment.
came-in-part = We didn’t receive the whole form
came-in-part-more = The connection was lost or too slow. Nothing was changed. Go back and send the form again.
not-possible = This isn’t possible right now
not-our-form = This form has expired
not-our-form-more = Nothing was changed. Go back, reload the page and send the form again.
form-too-long = This form is too long
form-too-long-more = Nothing was changed. Descriptions can have up to 10,000 characters, notes up to 2,000, other texts fewer. Most browsers keep what you entered: go back, shorten it and send the form again.
form-unreadable = This form can’t be read
form-unreadable-more = Forms must be encoded in UTF-8, and this one wasn’t. Nothing was changed. Go back, reload the page and send the form again.
to-first-page = Go to shop
back-there = Go back

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
