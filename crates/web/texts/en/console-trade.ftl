# Today and this month in figures, and what needs doing.

console-today = Today and this month in figures
console-revenue = Revenue
console-revenue-today = Revenue today
console-orders-today = Orders today
console-average-order = Average order today
console-average-more = Of those that are paid, after refunds
console-after-refunds = After refunds
console-day = Day
console-today-so-far = Today so far
console-today-by-hour = Today by hour
console-hour = Hour
console-this-hour = This hour
console-needs-attention = What needs you
console-nothing-needs-you = Nothing needs you.
console-lately = Just now
console-orders-late = To pack for more than a day
console-orders-to-pack = To pack
console-orders-packed = Packed, to be shipped
console-orders-partly-shipped = Partly shipped
console-orders-undelivered = With a parcel that could not be delivered
console-orders-to-hand-back = With money to hand back
console-orders-came-back = With a parcel that came back and is not refunded
console-orders-to-unpack = Cancelled while packed: to be taken apart
console-refunds-delayed = With a refund that does not get through
console-orders-held = On hold
console-payments-refused = Whose payment failed
console-payments-pending = Whose payment is pending
console-orders-expiring = Unpaid, expiring within ten minutes
console-orders-unpaid = Unpaid
console-orders-cancelling = Being cancelled
console-first-product = Put something on sale: a name, a price, and how many there are.
console-pass-on-address = The shop’s address, to pass on:{" "}
# $what
# $some (Number)
# $part
console-some-are-so = { $what }, { $some } of them { $part }
console-all-are-so = { $what }, { $part }
console-packed-late = for more than a day
console-after-refusal = with a failed payment
console-expiring-soon = expiring within ten minutes
# So many of a kind wait for somebody; the number stands before it.
console-waiting =
    { $kind ->
        [to-pack] { $count ->
            [one] order to pack
           *[other] orders to pack
        }
        [packed] { $count ->
            [one] packed order to ship
           *[other] packed orders to ship
        }
        [partly-shipped] { $count ->
            [one] order partly shipped
           *[other] orders partly shipped
        }
        [undelivered] { $count ->
            [one] order with a parcel that could not be delivered
           *[other] orders with a parcel that could not be delivered
        }
        [came-back] { $count ->
            [one] order with a parcel that came back and is not refunded
           *[other] orders with a parcel that came back and is not refunded
        }
        [to-unpack] { $count ->
            [one] order cancelled while packed: to be taken apart
           *[other] orders cancelled while packed: to be taken apart
        }
        [to-hand-back] { $count ->
            [one] order with money to hand back
           *[other] orders with money to hand back
        }
        [refund-delayed] { $count ->
            [one] order with a refund that does not get through
           *[other] orders with a refund that does not get through
        }
        [held] { $count ->
            [one] order on hold
           *[other] orders on hold
        }
        [payment-pending] { $count ->
            [one] order whose payment is pending
           *[other] orders whose payment is pending
        }
        [unpaid] { $count ->
            [one] unpaid order
           *[other] unpaid orders
        }
        [cancelling] { $count ->
            [one] order being cancelled
           *[other] orders being cancelled
        }
        [sold-out] { $count ->
            [one] product sold out
           *[other] products sold out
        }
        [low] { $count ->
            [one] product low on stock
           *[other] products low on stock
        }
       *[drafts] { $count ->
            [one] draft, not placed yet
           *[other] drafts, not placed yet
        }
    }
console-orders-by-hour-empty = Orders per hour today, in { $zone }: none so far

# $paid (Number)
console-of-which-paid = { $paid } of them paid
# $orders (Number)
# $paid (Number)
console-orders-and-paid =
    { $orders ->
        [one] { $orders } order, { $paid } paid
       *[other] { $orders } orders, { $paid } paid
    }
console-revenue-in = Revenue in { $month }
console-to-weekday =
    { $by ->
        [less] { $share } less than last { $weekday }
        [same] As much as last { $weekday }
        [none] Too few last { $weekday } to compare
       *[more] { $share } more than last { $weekday }
    }
console-to-month =
    { $by ->
        [less] { $share } less than on these days in { $month }
        [same] As much as on these days in { $month }
        [none] Too few on these days in { $month } to compare
       *[more] { $share } more than on these days in { $month }
    }
console-by-the-day = By the day, today so far last: { $values }
console-orders-by-hour =
    { $orders ->
        [one] Orders per hour today, in { $zone }: { $orders } so far, from { $hour }
       *[other] Orders per hour today, in { $zone }: { $orders } so far, most of them from { $hour }
    }
console-revenue-by-hour-empty = Revenue per hour today, in { $zone }: none so far
console-revenue-by-hour = Revenue per hour today, in { $zone }: { $total } so far, most of it from { $hour }
console-last-weekday = Last { $weekday }
# What is said of today, and what it was in all on the same day of last week.
console-and-last-weekday = { $sentence }; last { $weekday } { $all } in all
console-month-by-day = { $month } by day
# $month
# $orders (Number)
# $day
# $most (Number)
console-orders-by-day =
    { $orders ->
        [one] Orders per day in { $month }, in { $zone }: { $orders } so far, on { $day }
       *[other] Orders per day in { $month }, in { $zone }: { $orders } so far, most of them on { $day }, { $most }
    }
console-orders-by-day-empty = Orders per day in { $month }, in { $zone }: none so far
console-revenue-by-day = Revenue per day in { $month }, in { $zone }: { $total } so far, most of it on { $day } with { $most }
console-revenue-by-day-empty = Revenue per day in { $month }, in { $zone }: none so far
console-unanswered = Payments without an answer
console-unanswered-more = The payment provider was asked, and nobody has told for a quarter of an hour what became of it. Ordo goes on asking. What the provider shows of it tells whether money has moved.
console-unanswered-what = What was asked
console-unanswered-since = Last told
console-unanswered-payment = A payment
console-unanswered-capture = Capture of an authorized payment
console-unanswered-void = Void of an authorized payment
console-unanswered-refund = A refund
console-nothing-unanswered = Every payment is answered
console-nothing-unanswered-more = Payments that a provider has not answered within a quarter of an hour appear here.
# $count (Number)
console-unanswered-besides = and { $count } more
console-unknown-charges = Unknown charges
console-unknown-charges-more = Your payment provider made these charges, but they are missing here because the database was restored from a backup. Refund a charge, or use it to pay its order.
console-no-unknown-charges = No unknown charges
console-no-unknown-charges-more = After a restore, charges that the payment provider has and this shop does not appear here.
console-charge-order = Order
console-charge-status = Status
console-charge-made = Charged
console-charge-actions = Actions
console-charge-pending = Pending
console-charge-authorized = Authorized
console-charge-captured = Captured
console-charge-refunding = Refund in progress
console-order-lost = Order not found
console-take-over = Use for the order
console-refund-charge = Refund
console-refund-charge-more = All of the money goes back to the customer, and an authorization is voided. This can’t be undone.
console-done-charge-refunded = Charge refunded.
console-done-charge-refunding = The refund is in progress. It is retried until it succeeds.
console-done-taken-over = The charge now belongs to its order.
console-charges-unknown =
    { $count ->
        [one] charge that is unknown here: refund it or use it
       *[other] charges that are unknown here: refund or use them
    }
console-invariants-broken =
    { $count ->
        [one] invariant was broken at the last audit
       *[other] invariants were broken at the last audit
    }
console-payments-unanswered =
    { $count ->
        [one] payment of which nobody tells what became of it
       *[other] payments of which nobody tells what became of them
    }
console-mails-unwritten =
    { $count ->
        [one] email that could not be written
       *[other] emails that could not be written
    }
console-events-put-aside =
    { $count ->
        [one] event put aside
       *[other] events put aside
    }
console-timers-overdue =
    { $count ->
        [one] timer overdue
       *[other] timers overdue
    }
