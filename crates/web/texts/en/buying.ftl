# Checkout and orders.

checkout = Checkout
steps = Steps
address-and-payment = Address and payment
done = Done
where-to = Where should we send it?
full-name = Full name
street = Street and number
floor = Floor, company
postal-code = Postal code
city = City
region = State or province
country = Country
keep-address = Keep this address in my account
note = A note for the packers
note-hint = Such as: it is a gift.
how-to-pay = How do you want to pay?
simulator = This shop runs on the payment simulator. No money moves; each card says what it does.
test-card = Test card
card-ok = Card that works
card-ok-more = Charges at once
card-declined = Card that is declined
card-declined-more = The order is placed and waits for another card
card-no-funds = Card without funds
card-no-funds-more = Declines: not enough money on the account
card-asks = Card that asks back
card-asks-more = The bank wants you to confirm first
card-slow = Slow card
card-slow-more = Works, but takes its time to answer
card-late = Card that is charged later
card-late-more = The provider reports it after a while; the order’s page shows when
card-lost = Card whose answer gets lost
card-lost-more = Charges without an answer; the shop finds out by itself
your-order = Your order
settle-first = Settle this first
settle-in-basket = Settle it in the basket
once-only = Pressing twice does not order twice.
enter-name = Enter a name
enter-street = Enter a street and a number, such as Könneritzstraße 14
enter-postal-code = Enter a postal code
enter-city = Enter a city
enter-region = Enter a state or province
choose-country = Choose a country
choose-card = Choose a card
note-not-kept = Your note was not kept
typed-not-kept = What you typed was not kept
not-kept-more = It was too long to be kept while you were elsewhere. Please write it once more.
nothing-ordered = Nothing was ordered, and nothing was charged.
not-enough = There is not enough left
not-enough-more = Nothing was ordered, and nothing was charged. Take what there is, or settle it in the basket.
unpaid-limit = This quantity can’t be ordered at the moment
unpaid-limit-more = Nothing was ordered, and you weren’t charged. Orders that aren’t paid yet can reserve only part of the stock. Reduce the quantity, pay your open orders first, or try again in a few minutes.
not-on-sale = Something is no longer sold
not-on-sale-more = Take it out of the basket. Nothing was ordered, and nothing was charged.
price-changed = A price has changed
prices-changed = Prices have changed
prices-changed-more = The total is as it was. Nothing was ordered. Look at what each costs, and order if it suits you.
basket-changed = The basket has changed
basket-changed-more = Something was put in or taken out since, perhaps in another window. Nothing was ordered. Look at it, and order if it suits you.
incomplete = The form was incomplete
incomplete-more = It did not say which basket you saw. Nothing was ordered. Look at the basket and the total, and order if they suit you.
too-many-unpaid = Other orders wait for their payment
once-more = This did not go through
once-more-more = Nothing was ordered, and nothing was charged. Try once more.
was-placed = This checkout was sent before, with other details
was-placed-more = This is the order that came of it, as it was sent first.
not-known = The answer did not come in time
not-known-more = Your order may have been placed. Press the button once more: it is the same order, and it is placed and paid once.
see-orders = see your orders
order = Order
your-orders = Your orders
live = Live
not-live = Not live
last-change = Last change{" "}
look-again = Look again
progress = Progress
about-this-order = About this order
owed = Total after cancellations
placed = Placed
paid = Paid
packed = Packed
shipped = Shipped
delivered = Delivered
came-back = Came back
is-draft = Being prepared
is-cancelling = Being cancelled
is-cancelled = Cancelled
is-expired = Expired: it was not paid in time
waits-for-bank = Your bank waits for you
payment-under-way = The payment is under way
payment-under-way-more = There is nothing to do. This page tells as soon as it is known.
card-was-declined = Not paid yet
waits-for-payment = Waiting for its payment
is-lapsed = Pay once more
is-lapsed-more = The reserved payment has lapsed, and nothing was charged.
is-refunded = Refunded in full
is-held = Not packed yet: we are looking into it
looking-into-it = We are looking into this order
looking-into-it-more = What has not been shipped yet waits until it is settled. You need do nothing.
is-secured = The payment is secured, to be packed next
parcel-undelivered = A parcel could not be delivered
parcel-undelivered-more = It is sent once more or comes back to us; this page tells you which.
# Where a parcel was on its way to.
was-on-its-way-to = It was on its way to: { $address }.
# Where a parcel was sent, which is not where the order goes now.
parcel-to = To: { $address }
if-address-is-wrong = If something is wrong with that,{" "}
tell-us = tell us
parcel-is-back =
    { $of ->
        [1] Your parcel came back to us
       *[other] A parcel came back to us
    }
in-touch-about-money = We will be in touch about your money.
in-touch-about-rest = We will be in touch about the rest.
is-undelivered = Could not be delivered
is-back = Came back to us
is-partly-back = Part of it came back to us
is-paid = Paid, to be packed next
is-packed = Packed
is-partly-on-its-way = Partly on its way
is-on-its-way = On its way
is-delivered = Delivered
draft = Draft
cancelling = Cancelling
cancelled = Cancelled
expired = Expired
unpaid = Unpaid
payment-pending = Payment pending
authorized = Payment reserved
partly-refunded = Partly refunded
refunded = Refunded
to-come-back = To come back
voided = Payment released
partly-shipped = Partly shipped
partly-delivered = Partly delivered
to-pack = To be packed
delivery-failed = Delivery failed
returned = Returned
partly-returned = Partly returned
pay-this-order = Pay this order
payment-not-started = Your payment isn’t confirmed yet
payment-not-started-more = Your order is placed, and we’re still trying to take the payment. You can also choose a card and pay for the order here; you won’t be charged twice.
nothing-charged = Nothing was charged.
declined = Declined
not-completed = Not completed
choose-another = Choose another card
try-again-or-another = Try again, or choose another card
held-until = Your things are held for you until{" "}
bank-asks = Your bank asks you to confirm
bank-asks-more = The payment goes on once you have. Nothing was charged so far.
bank-waits-until = The order waits for it until{" "}
bank-waits-no-longer = . After that it expires, and nothing is charged.
another-card = Pay with another card…
another-card-more = Your bank’s question is withdrawn then: only the card that you choose here is charged.
bank-cancelled = The order was cancelled
bank-expired = The order has expired
bank-charges-nothing = There is nothing left to confirm, and nothing is charged.
to-bank = Go to the bank’s page
bank = The simulator’s bank
bank-more = A real provider would show its own page here.
bank-confirm = Confirm the payment
bank-back = Back to the order
what-is-in-it = What is in it
parcels = Parcels
what-happened = What happened
goes-to = Delivery address
your-note = Your note
why-cancelled = Why it was cancelled
cancel-order = Cancel the order…
why = Why?
keep-order = Keep the order
not-cancelled = This order was not cancelled
not-cancelled-more = It has moved on meanwhile: this is how it is now.
order-changed = The order has changed meanwhile
order-changed-more = Nothing was cancelled. This is what cancelling comes to now.
cancel-it = Cancel the order
cancel-rest = Cancel the rest
cancel-the-rest = What has shipped stays yours. The rest is cancelled, and its money goes back. This cannot be undone.
nothing-charged-yet = Nothing was charged so far. If it has been charged meanwhile, it goes back the same way. This cannot be undone.
nothing-to-give-back = Nothing was charged, so nothing needs to go back. This cannot be undone.
all-is-going-back = What was charged is on its way back already. This cannot be undone.
all-has-gone-back = What was charged has gone back already. This cannot be undone.
goes-the-way-it-came = The same way you paid. Your bank may take a few days to show it.
goes-by-hand = In person or by transfer.
goes-both-ways = What you paid by card goes back the same way, and your bank may take a few days to show it. The rest comes from the shop, in person or by transfer.
you-placed = You placed the order
payment-received = Your payment was received
payment-secured = The payment is secured
a-card-was-declined = A card was declined
a-payment-was-not-completed = A payment was not completed
authorization-lapsed = The reserved payment has lapsed
cancel-requested = The cancellation began
was-cancelled = The order was cancelled
was-expired = The order was not paid in time
items-cancelled = Some pieces were cancelled
was-refunded = Money went back to you
went-back = { $amount } went back to you
was-completed = The order is complete
was-reopened = Something came back, and the order was opened again
# $n (Number)
# $of (Number)
parcel-packed =
    { $of ->
        [1] Your parcel was packed
       *[other] Parcel { $n } was packed
    }
# $n (Number)
# $of (Number)
parcel-shipped =
    { $of ->
        [1] Your parcel is on its way
       *[other] Parcel { $n } is on its way
    }
# $n (Number)
# $of (Number)
parcel-delivered =
    { $of ->
        [1] Your parcel has arrived
       *[other] Parcel { $n } has arrived
    }
# $n (Number)
# $of (Number)
parcel-failed =
    { $of ->
        [1] Your parcel could not be delivered
       *[other] Parcel { $n } could not be delivered
    }
# $n (Number)
# $of (Number)
parcel-returned =
    { $of ->
        [1] Your parcel came back
       *[other] Parcel { $n } came back
    }

price-changed-more = The total went from { $was } to { $is }. Nothing was ordered. Look at it, and order if it suits you.
# What the postal codes of a country look like.
# $country
# $example
postal-code-like = Enter a postal code such as { $example } ({ $country })
too-many-unpaid-more =
    { $limit ->
        [one] An account has at most { $limit } unpaid order. Pay or cancel it first. Nothing was ordered.
       *[other] An account has at most { $limit } unpaid orders. Pay or cancel one of them first. Nothing was ordered.
    }
# What a confirmation page starts with.
thank-you = Thank you for your order #{ $number }
next-by-email = We’ll email { $email } when it ships.
next-on-this-page = Check this page for updates.
# The button that places an order: German law prescribes its words (§ 312j BGB).
place-order = Pay { $amount }
pay = Pay { $amount }
# $count (Number)
times = { $count } ×
# So many pieces of what, in which the sign stays with both.
# $count (Number)
# $what
times-of = { $count } × { $what }
order-title = Order #{ $number }
order-of = Order #{ $number } of{" "}
pieces-are = { $pieces } { $state }
# $n (Number)
# $of (Number)
parcel =
    { $of ->
        [0] Parcel { $n }
        [1] Parcel
       *[other] Parcel { $n } of { $of }
    }
before = before:
more-articles =
    { $count ->
        [one] and { $count } more article
       *[other] and { $count } more articles
    }
# A parcel that never left.
# $n (Number)
parcel-undone = Parcel { $n } was taken apart before it left.
# $sent (Number)
# $pieces
sent-of = { $sent } of { $pieces }
cancel-question = Cancel order #{ $number }?
money-goes-back = Nothing has shipped yet. { $amount } goes back the way it came. This cannot be undone.
money-handed-back = Nothing has shipped yet. The shop will give you { $amount } back in person or by transfer. This cannot be undone.
money-goes-both-ways = Nothing has shipped yet. { $amount } goes back: what you paid by card the way it came, the rest in person or by transfer. This cannot be undone.
handing-back = The shop will give you { $amount } back
going-back = { $amount } is on its way back to you
has-gone-back = { $amount } has gone back to you
cancel-and-refund = Cancel and refund { $amount }
# $amount
# $shop
bank-question = { $shop } wants to charge { $amount } to your card.
your-email = Your email address
guest-email-hint = Emails about the order go there, with a link to its page.
have-an-account = No account is needed. Already have one?{" "}
ordered-as-guest = Ordered without an account
verify-to-have-it = Verify your email address, and this order appears in your account.
ordered-as-guest-more = An email to { $email } has a link to this page. Create an account with that email address and verify it, and all your orders are in one place.
placed-for-you = The shop placed the order for you
no-address-yet = No address yet. Tell the shop where to send it, unless you pick it up.
