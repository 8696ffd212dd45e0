# The first page, products and the basket.

home = Welcome
see-new = See what is new
nothing-on-sale = Nothing is on sale just now
nothing-on-sale-more = The first products are being put on the shelves. Look in again soon.
all-sold-out = Everything is sold out just now
all-sold-out-more = See what there is otherwise, and look in again soon.
add-a-product = Add a product
teapot-welcome = Made slowly, for slow mornings
teapot-welcome-more = Japanese teas of this spring’s harvest, and stoneware from small workshops.
teapot-alt = A slate-blue side-handle teapot and a pale cup on an oak tray
just-in = Just in
more-of-the-shop = More from the shop
for-little = On a small budget
see-all = See all
count-on = What you can count on
promise-stock = In stock means in stock
promise-stock-more = Stock is counted live. What you order is reserved for you at once.
promise-once = Pressing twice does not order twice
promise-once-more = Each checkout becomes one order and one payment, whatever the network does.
promise-follow = Follow every step
promise-follow-more = Placed, paid, packed, shipped, delivered: your order’s page shows each step.
products = Products
best-match-first = Best match
newest-first = Newest
cheapest-first = Price, low first
dearest-first = Price, high first
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
no-price-counts = No price limit applies: what was entered is not a price.
available-only = Available only
show-results = Show results
results = Results
remove-filter = , remove
clear-all = Clear all
nothing-found = Nothing found
nothing-found-more = No product has all these words and limits. Try fewer of them.
from-the-start = From the start
next = Next
in-stock = In stock
available = Available
sold-out = Sold out
pictures = Pictures
# $n (Number)
# $all (Number)
picture-of = Picture { $n } of { $all }
sold-out-more = There is none left just now. It can be ordered again once it is back.
last-one = Last one
few-left = Only a few left
to-order = To order
counted = , counted{" "}
quantity = Quantity
one-less = One less
one-more = One more
put-in-basket = Put in basket
# A product was put into the basket.
is-in-basket = { $name } is in your basket
see-basket = See the basket
or-go-on = , or continue shopping.
article = Article
basket = Basket
basket-empty = Your basket is empty
basket-empty-more = What you put in stays here for a while, and comes along when you sign in.
you-are-offline = You are offline
you-are-offline-more = What you change is sent once you are back.
left-out = Not everything found room in your basket
# $most (Number)
left-out-more = A basket holds up to { $most } different products and a limited quantity of each. What you added before signing in is kept, and comes in once you’ve ordered these or removed something.
basket-full = The basket is full
changed-elsewhere = Your basket has changed meanwhile
changed-elsewhere-more = Another window has changed the same product, or the same button was pressed twice. What you wanted here was not added to that: look at the number of pieces, and change it if it is not as you want it.
changed-since = Something has changed since you filled it
short-of-it = There are not that many
too-many = Too many
changed = Changed
gone = Gone
unsold = No longer sold
no-longer-sold = No longer sold.
remove = Remove
kept-until = Kept until{" "}
go-on-shopping = Continue shopping
update-basket = Update the basket
sum = Sum
total = Total
all-you-pay = This is all you pay: no delivery charge and no tax is added.
to-checkout = Go to checkout
opens-once-settled = Opens once you have settled what is gone or too many.
opens-once-taken-out = Opens once what is gone is taken out.
too-much = This comes to more than can be reckoned. Take less of it.
take-it-out = Take it out

quoted = “{ $words }”
no-product-matches = No product matches “{ $words }”. Try fewer words.
so-many-products =
    { $count ->
        [one] { $count } product
       *[other] { $count } products
    }
# $count (Number)
more-products-than = More than { $count } products
all-results = All results for “{ $words }”
price-between = { $least } to { $most }
price-from = From { $least }
price-to = Up to { $most }
# $left (Number)
take-instead = Take { $left } instead
# $count (Number)
left = { $count } left
# $count (Number)
in-stock-counted = { $count } in stock
# $least (Number)
# $most (Number)
pieces-from-to = Enter a whole number from { $least } to { $most }.
# $most (Number)
# $pieces (Number)
basket-full-more = It holds { $most } different products, and { $pieces } pieces of each. Order these first, or take something out.
are-gone =
    { $count ->
        [one] One product is no longer sold. Take it out to go on.
       *[other] { $count } products are no longer sold. Take them out to go on.
    }
are-short =
    { $count ->
        [one] One product is not available in that number.
       *[other] { $count } products are not available in that number.
    }
have-other-prices =
    { $count ->
        [one] One price has changed.
       *[other] { $count } prices have changed.
    }
# $asked (Number)
fewer-left = You asked for { $asked }, and there are fewer.
# $asked (Number)
# $left (Number)
only-left =
    { $left ->
        [0] You asked for { $asked }, and none is left.
        [one] You asked for { $asked }, and { $left } is left.
       *[other] You asked for { $asked }, and { $left } are left.
    }
price-went = The price went from { $was } to { $is } each.
each = { $price } each
less-of = One { $name } less
more-of = One { $name } more
quantity-of = Quantity of { $name }
goods-of = Goods, { $pieces }
pieces =
    { $count ->
        [one] { $count } piece
       *[other] { $count } pieces
    }
# The one thing that keeps the basket from being ordered is to be settled.
opens-once = Opens once { $name } is settled.
# The same, where it is gone.
opens-once-out = Opens once { $name } is taken out.
