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
keep-address = Save this address to my account
note = Order note
note-hint = For example: this is a gift.
how-to-pay = How do you want to pay?
simulator = Test mode: payments are simulated and no money is charged.
test-card = Test card
card-ok = Card that works
card-ok-more = Charged immediately
card-declined = Card that is declined
card-declined-more = The order is placed and awaits payment with another card
card-no-funds = Card with insufficient funds
card-no-funds-more = Not enough money in the account
card-asks = Card that requires authentication
card-asks-more = The bank asks you to confirm the payment first
card-slow = Slow card
card-slow-more = Works, but takes a while to respond
card-late = Card that is charged later
card-late-more = The provider confirms the payment later; the order page shows when
card-lost = Card with a lost response
card-lost-more = Charged without a response; the shop detects the payment automatically
your-order = Your order
settle-first = Some items need your attention
settle-in-basket = Edit basket
once-only = You’ll only be charged once.
enter-name = Enter a name
enter-street = Enter a street and a number, such as Könneritzstraße 14
enter-postal-code = Enter a postal code
enter-city = Enter a city
enter-region = Enter a state or province
choose-country = Choose a country
choose-card = Choose a card
note-not-kept = Your note wasn’t saved
typed-not-kept = Your details weren’t saved
not-kept-more = The text was too long to save while you were on another page. Please enter it again.
nothing-ordered = Your order wasn’t placed and you weren’t charged.
not-enough = Not enough in stock
not-enough-more = Your order wasn’t placed and you weren’t charged. Reduce the quantity here or edit your basket.
unpaid-limit = This quantity can’t be ordered now
unpaid-limit-more = Your order wasn’t placed and you weren’t charged. Unpaid orders can reserve only part of the stock. Reduce the quantity, pay for your open orders first, or try again in a few minutes.
not-on-sale = An item is no longer available
not-on-sale-more = Remove it from your basket. Your order wasn’t placed and you weren’t charged.
price-changed = A price has changed
prices-changed = Prices have changed
prices-changed-more = The total is the same. Your order wasn’t placed. Review the changes before you place your order.
basket-changed = Your basket has changed
basket-changed-more = Items were added or removed since you opened this page. Your order wasn’t placed. Review the changes before you place your order.
incomplete = The form was incomplete
incomplete-more = We couldn’t tell which basket you saw. Your order wasn’t placed. Review your basket and the total before you place your order.
too-many-unpaid = You have other unpaid orders
once-more = Your order wasn’t placed
once-more-more = You weren’t charged. Try again.
was-placed = Already placed with different details
was-placed-more = Here’s the order we created.
not-known = We couldn’t confirm your order
not-known-more = Your order may have been placed. Try again; you won’t be charged twice.
see-orders = view your orders
order = Order
your-orders = Your orders
live = Live
not-live = Updates paused
last-change = Last updated{" "}
look-again = Refresh
progress = Progress
about-this-order = Order details
owed = Total after cancellations
placed = Placed
paid = Paid
packed = Packed
shipped = Shipped
delivered = Delivered
came-back = Returned
is-draft = Draft order
is-cancelling = Cancelling
is-cancelled = Cancelled
is-expired = Expired: not paid in time
waits-for-bank = Confirm with your bank
payment-under-way = Payment processing
payment-under-way-more = No action needed. This page updates automatically.
card-was-declined = Not paid yet
waits-for-payment = Awaiting payment
is-lapsed = Please pay again
is-lapsed-more = Your authorization expired and you weren’t charged.
is-refunded = Refunded in full
is-held = Not packed yet: we’re looking into it
looking-into-it = We’re looking into this order
looking-into-it-more = Items that haven’t shipped are on hold until this is resolved. No action needed.
is-secured = Payment authorized, preparing your order
parcel-undelivered = A parcel couldn’t be delivered
parcel-undelivered-more = We’ll resend it, or it’ll be returned to us. Check here for updates.
# Where a parcel was on its way to.
was-on-its-way-to = It was addressed to: { $address }.
# Where a parcel was sent, which is not where the order goes now.
parcel-to = To: { $address }
if-address-is-wrong = If this address is wrong,{" "}
tell-us = let us know
parcel-is-back =
    { $of ->
        [1] Your parcel was returned to us
       *[other] A parcel was returned to us
    }
in-touch-about-money = We’ll contact you about your refund.
in-touch-about-rest = We’ll contact you about the remaining amount.
is-undelivered = Couldn’t be delivered
is-back = Returned to sender
is-partly-back = Partially returned to sender
is-paid = Paid, preparing your order
is-packed = Packed
is-partly-on-its-way = Partially shipped
is-on-its-way = On its way
is-delivered = Delivered
draft = Draft
cancelling = Cancelling
cancelled = Cancelled
expired = Expired
unpaid = Unpaid
payment-pending = Payment pending
authorized = Payment authorized
partly-refunded = Partially refunded
refunded = Refunded
to-come-back = Refund pending
voided = Payment voided
partly-shipped = Partially shipped
partly-delivered = Partially delivered
to-pack = Preparing
delivery-failed = Delivery failed
returned = Returned
partly-returned = Partially returned
pay-this-order = Pay for this order
payment-not-started = Your payment isn’t confirmed yet
payment-not-started-more = Your order is placed, and we’re still processing the payment. You can also choose a card and pay for the order here; you won’t be charged twice.
nothing-charged = You weren’t charged.
declined = Declined
not-completed = Not completed
choose-another = Choose another card
try-again-or-another = Try again or choose another card
held-until = Items reserved until{" "}
bank-asks = Confirm the payment with your bank
bank-asks-more = Your payment continues once you’ve confirmed. You haven’t been charged yet.
bank-waits-until = Confirm by{" "}
bank-waits-no-longer = . After that the order expires and you won’t be charged.
another-card = Pay with another card…
another-card-more = Your bank’s request is cancelled. Only the card you choose here is charged.
bank-cancelled = The order was cancelled
bank-expired = The order has expired
bank-charges-nothing = There’s nothing left to confirm, and you won’t be charged.
to-bank = Go to bank
bank = Simulated bank
bank-more = A real payment provider would show its own page here.
bank-confirm = Confirm payment
bank-back = Back to order
what-is-in-it = Items
parcels = Parcels
what-happened = Timeline
goes-to = Delivery address
your-note = Your note
why-cancelled = Cancellation reason
cancel-order = Cancel order…
why = Reason
keep-order = Keep order
not-cancelled = The order wasn’t cancelled
not-cancelled-more = The order has been updated. Here’s its latest status.
order-changed = The order has changed
order-changed-more = Nothing was cancelled. Review what cancelling does now, then try again.
cancel-it = Cancel order
cancel-rest = Cancel remaining items
cancel-the-rest = Shipped items aren’t affected. The rest is cancelled and refunded. This can’t be undone.
nothing-charged-yet = Nothing has been charged yet. If the payment still goes through, it’s refunded to the original payment method. This can’t be undone.
nothing-to-give-back = You weren’t charged, so there’s nothing to refund. This can’t be undone.
all-is-going-back = The charge is already being refunded. This can’t be undone.
all-has-gone-back = The charge has already been refunded. This can’t be undone.
goes-the-way-it-came = To your original payment method. It may take a few days to appear.
goes-by-hand = In cash or by transfer.
goes-both-ways = Card payments are refunded to your card and may take a few days to appear. The rest is refunded in cash or by transfer.
you-placed = You placed the order
payment-received = Payment received
payment-secured = Payment authorized
a-card-was-declined = Card declined
a-payment-was-not-completed = Payment not completed
authorization-lapsed = Payment authorization expired
cancel-requested = Cancellation started
was-cancelled = Order cancelled
was-expired = Order expired: not paid in time
items-cancelled = Some items were cancelled
was-refunded = Refund issued
went-back = { $amount } refunded
was-completed = Order completed
was-reopened = Order reopened after a return
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
        [1] Your parcel was delivered
       *[other] Parcel { $n } was delivered
    }
# $n (Number)
# $of (Number)
parcel-failed =
    { $of ->
        [1] Your parcel couldn’t be delivered
       *[other] Parcel { $n } couldn’t be delivered
    }
# $n (Number)
# $of (Number)
parcel-returned =
    { $of ->
        [1] Your parcel was returned to us
       *[other] Parcel { $n } was returned to us
    }

price-changed-more = The total changed from { $was } to { $is }. Your order wasn’t placed. Review the changes before you place your order.
# What the postal codes of a country look like.
# $country
# $example
postal-code-like = Enter a postal code such as { $example } ({ $country })
too-many-unpaid-more =
    { $limit ->
        [one] You can have at most { $limit } unpaid order. Pay for it or cancel it first. Your order wasn’t placed.
       *[other] You can have at most { $limit } unpaid orders. Pay for one or cancel one first. Your order wasn’t placed.
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
order-of = Order #{ $number } placed on{" "}
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
        [one] and { $count } more product
       *[other] and { $count } more products
    }
# A parcel that never left.
# $n (Number)
parcel-undone = Parcel { $n } was cancelled before shipping.
# $sent (Number)
# $pieces
sent-of = { $sent } of { $pieces }
cancel-question = Cancel order #{ $number }?
money-goes-back = Nothing has shipped. { $amount } will be refunded to your original payment method. This can’t be undone.
money-handed-back = Nothing has shipped. { $amount } will be refunded in cash or by transfer. This can’t be undone.
money-goes-both-ways = Nothing has shipped. { $amount } will be refunded: card payments to your card, the rest in cash or by transfer. This can’t be undone.
handing-back = The shop will refund you { $amount } directly
going-back = { $amount } refund in progress
has-gone-back = { $amount } refunded
cancel-and-refund = Cancel and refund { $amount }
# $amount
# $shop
bank-question = { $shop } wants to charge { $amount } to your card.
your-email = Your email address
guest-email-hint = We’ll email order updates and a link to your order.
have-an-account = No account needed. Already have one?{" "}
ordered-as-guest = Ordered as a guest
verify-to-have-it = Verify your email address to add this order to your account.
ordered-as-guest-more = An email to { $email } has a link to this page. To see all your orders in one place, create an account with that email address and verify it.
placed-for-you = The shop placed the order for you
no-address-yet = No address yet. Send us your address unless you’re picking the order up.
