# Today and this month in figures, and what needs doing.

console-today = Sales today and this month
console-revenue = Revenue
console-revenue-today = Revenue today
console-orders-today = Orders today
console-average-order = Average order today
console-average-more = Paid orders, after refunds
console-after-refunds = After refunds
console-day = Day
console-today-so-far = Today so far
console-today-by-hour = Today by hour
console-hour = Hour
console-this-hour = This hour
console-needs-attention = Needs attention
console-nothing-needs-you = You’re all caught up.
console-lately = Recent activity
console-orders-late = Unpacked for over 1 day
console-orders-to-pack = To pack
console-orders-packed = Packed, ready to ship
console-orders-partly-shipped = Partially shipped
console-orders-undelivered = Delivery failed
console-orders-to-hand-back = Manual refund due
console-orders-came-back = Returned, not refunded
console-orders-to-unpack = Cancelled, needs unpacking
console-refunds-delayed = Refund delayed
console-orders-held = On hold
console-payments-refused = Payment failed
console-payments-pending = Payment pending
console-orders-expiring = Unpaid, expiring within 10 minutes
console-orders-unpaid = Unpaid
console-orders-cancelling = Cancelling
console-first-product = Add your first product with a name, price and stock.
console-pass-on-address = Share your shop’s address:{" "}
# $what
# $some (Number)
# $part
console-some-are-so = { $what }, { $some } of them { $part }
console-all-are-so = { $what }, { $part }
console-packed-late = for over 1 day
console-after-refusal = with a failed payment
console-expiring-soon = expiring within 10 minutes
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
            [one] order partially shipped
           *[other] orders partially shipped
        }
        [undelivered] { $count ->
            [one] order with a failed delivery
           *[other] orders with a failed delivery
        }
        [came-back] { $count ->
            [one] order returned, not refunded
           *[other] orders returned, not refunded
        }
        [to-unpack] { $count ->
            [one] order cancelled, needs unpacking
           *[other] orders cancelled, need unpacking
        }
        [to-hand-back] { $count ->
            [one] order with a manual refund due
           *[other] orders with a manual refund due
        }
        [refund-delayed] { $count ->
            [one] order with a delayed refund
           *[other] orders with a delayed refund
        }
        [held] { $count ->
            [one] order on hold
           *[other] orders on hold
        }
        [payment-pending] { $count ->
            [one] order with a pending payment
           *[other] orders with a pending payment
        }
        [unpaid] { $count ->
            [one] unpaid order
           *[other] unpaid orders
        }
        [cancelling] { $count ->
            [one] order cancelling
           *[other] orders cancelling
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
        [same] Same as last { $weekday }
        [none] Not enough data for last { $weekday }
       *[more] { $share } more than last { $weekday }
    }
console-to-month =
    { $by ->
        [less] { $share } less than on these days in { $month }
        [same] Same as on these days in { $month }
        [none] Not enough data for these days in { $month }
       *[more] { $share } more than on these days in { $month }
    }
console-by-the-day = By day, ending with today so far: { $values }
console-orders-by-hour =
    { $orders ->
        [one] Orders per hour today, in { $zone }: { $orders } so far, from { $hour }
       *[other] Orders per hour today, in { $zone }: { $orders } so far, most of them from { $hour }
    }
console-revenue-by-hour-empty = Revenue per hour today, in { $zone }: none so far
console-revenue-by-hour = Revenue per hour today, in { $zone }: { $total } so far, most of it from { $hour }
console-last-weekday = Last { $weekday }
# What is said of today, and what it was in all on the same day of last week.
console-and-last-weekday = { $sentence }; last { $weekday } { $all } in total
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
console-unanswered = Unresolved payments
console-unanswered-more = The payment provider hasn’t reported an outcome for 15 minutes. Ordo keeps checking. Check with the provider whether money has moved.
console-unanswered-what = Request
console-unanswered-since = Last update
console-unanswered-payment = Payment
console-unanswered-capture = Capture of authorized payment
console-unanswered-void = Void of authorized payment
console-unanswered-refund = Refund
console-nothing-unanswered = No unresolved payments
console-nothing-unanswered-more = Payments without an outcome from the provider for 15 minutes appear here.
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
console-refund-charge-more = The customer is refunded in full, or the authorization is voided. This can’t be undone.
console-done-charge-refunded = Charge refunded.
console-done-charge-refunding = The refund is in progress. It is retried until it succeeds.
console-done-taken-over = The charge now belongs to its order.
console-charges-unknown =
    { $count ->
        [one] unknown charge: refund it or use it
       *[other] unknown charges: refund or use them
    }
console-invariants-broken =
    { $count ->
        [one] invariant violated in the last audit
       *[other] invariants violated in the last audit
    }
console-payments-unanswered =
    { $count ->
        [one] unresolved payment
       *[other] unresolved payments
    }
console-mails-unwritten =
    { $count ->
        [one] email that couldn’t be created
       *[other] emails that couldn’t be created
    }
console-events-put-aside =
    { $count ->
        [one] dead letter
       *[other] dead letters
    }
console-timers-overdue =
    { $count ->
        [one] overdue timer
       *[other] overdue timers
    }
