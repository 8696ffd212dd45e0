# The first page, products and the basket.

home = Welcome
see-new = Shop new arrivals
nothing-on-sale = No products yet
nothing-on-sale-more = Our first products are coming soon. Check back later.
all-sold-out = Everything is sold out
all-sold-out-more = Browse all products, and check back soon.
add-a-product = Add product
teapot-welcome = Made slowly, for slow mornings
teapot-welcome-more = Japanese teas of this spring’s harvest, and stoneware from small workshops.
teapot-alt = A slate-blue side-handle teapot and a pale cup on an oak tray
just-in = Just in
more-of-the-shop = More from the shop
for-little = On a small budget
see-all = See all
count-on = What you can count on
promise-stock = Live stock levels
promise-stock-more = What you see is up to date, and your items are reserved as soon as you order.
promise-once = Charged only once
promise-once-more = Each checkout creates one order and one payment, even if your connection fails.
promise-follow = Track every step
promise-follow-more = Placed, paid, packed, shipped, delivered: your order page shows each step.
products = Products
best-match-first = Best match
newest-first = Newest
cheapest-first = Price: low to high
dearest-first = Price: high to low
by-name = Name
sort-by = Sort by
sort = Sort
filter = Filter
filters = Filters
price = Price
enter-amount = Enter an amount, such as { $such }
from = From
to = To
not-below-nothing = Enter 0 or more
no-price-counts = The price filter isn’t applied. Enter a valid price.
available-only = Available only
show-results = Show results
results = Results
remove-filter = , remove
clear-all = Clear all
nothing-found = No products found
nothing-found-more = No products match. Try fewer search terms or filters.
from-the-start = First page
next = Next
in-stock = In stock
available = Available
sold-out = Sold out
pictures = Images
# $n (Number)
# $all (Number)
picture-of = Image { $n } of { $all }
sold-out-more = This product is out of stock. You can order it once it’s available again.
last-one = Last one
few-left = Only a few left
to-order = On backorder
counted = , as of{" "}
quantity = Quantity
one-less = Decrease quantity
one-more = Increase quantity
put-in-basket = Add to basket
# A product was put into the basket.
is-in-basket = { $name } is in your basket
see-basket = View basket
or-go-on = , or continue shopping.
article = SKU
basket = Basket
basket-empty = Your basket is empty
basket-empty-more = Items you add are saved for a while, and kept when you sign in.
you-are-offline = You’re offline
you-are-offline-more = Your changes are sent once you’re back online.
left-out = Some items couldn’t be added
# $most (Number)
left-out-more = A basket holds up to { $most } different products and a limited quantity of each. The items you added before signing in are saved, and are added once you’ve ordered or removed something.
basket-full = Your basket is full
changed-elsewhere = Your last change wasn’t applied
changed-elsewhere-more = This product was changed in another window, or the button was pressed twice. Check the quantity and adjust it if needed.
changed-since = Your basket has changed
short-of-it = Not enough in stock
too-many = Not enough stock
changed = Changed
gone = Sold out
unsold = No longer available
no-longer-sold = No longer available.
remove = Remove
kept-until = Saved until{" "}
go-on-shopping = Continue shopping
update-basket = Update basket
sum = Summary
total = Total
all-you-pay = No shipping costs or taxes are added.
to-checkout = Go to checkout
opens-once-settled = Fix the items above to check out.
opens-once-taken-out = Remove the unavailable items to check out.
too-much = The total is too large. Reduce the quantity.
take-it-out = Remove

quoted = “{ $words }”
no-product-matches = No products match “{ $words }”. Try fewer search terms.
so-many-products =
    { $count ->
        [one] { $count } product
       *[other] { $count } products
    }
# $count (Number)
more-products-than = More than { $count } products
# Search words with a typing error were replaced
results-for = Showing results for “{ $words }”
all-results = All results for “{ $words }”
price-between = { $least } to { $most }
price-from = From { $least }
price-to = Up to { $most }
# $left (Number)
take-instead = Change to { $left }
# $count (Number)
left = { $count } left
# $count (Number)
in-stock-counted = { $count } in stock
# $least (Number)
# $most (Number)
pieces-from-to = Enter a whole number from { $least } to { $most }
# $most (Number)
# $pieces (Number)
basket-full-more = It holds { $most } different products and { $pieces } items of each. Order these first, or remove something.
are-gone =
    { $count ->
        [one] 1 product is no longer available. Remove it to continue.
       *[other] { $count } products are no longer available. Remove them to continue.
    }
are-short =
    { $count ->
        [one] 1 product isn’t available in that quantity.
       *[other] { $count } products aren’t available in that quantity.
    }
have-other-prices =
    { $count ->
        [one] 1 price has changed.
       *[other] { $count } prices have changed.
    }
# $asked (Number)
fewer-left = You selected { $asked }, but fewer are left.
# $asked (Number)
# $left (Number)
only-left =
    { $left ->
        [0] You selected { $asked }, but none are left.
        [one] You selected { $asked }, but only { $left } is left.
       *[other] You selected { $asked }, but only { $left } are left.
    }
price-went = The price changed from { $was } to { $is }.
each = { $price } each
less-of = Decrease quantity of { $name }
more-of = Increase quantity of { $name }
quantity-of = Quantity of { $name }
goods-of = Subtotal ({ $pieces })
pieces =
    { $count ->
        [one] { $count } item
       *[other] { $count } items
    }
units =
    { $count ->
        [one] { $count } unit
       *[other] { $count } units
    }
# The one thing that keeps the basket from being ordered is to be settled.
opens-once = Adjust { $name } to check out.
# The same, where it is gone.
opens-once-out = Remove { $name } to check out.
