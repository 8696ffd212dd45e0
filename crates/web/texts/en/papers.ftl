# The papers of an order.

paper-invoice = Invoice
paper-packing-slip = Packing slip
paper-print = Print
paper-back = Back to the order
paper-lines = Lines
paper-article = Article
paper-quantity = Quantity
paper-each = Each
paper-date = Date
paper-ordered-on = Ordered
paper-parcel = Parcel
paper-carrier = Carrier
paper-tracking-number = Tracking number
paper-note = Note
paper-no-address = No address
paper-back-to-list = Back to the orders
paper-their-slips = Their packing slips
# That the slips of so many more orders are on the next page.
paper-so-many-later =
    { $orders ->
        [one] 1 more order has its packing slips on the next page
       *[other] { $orders } more orders have their packing slips on the next page
    }
paper-none-has-a-slip = No parcel of these orders waits to be sent
# That so many of the orders that were picked have no packing slip.
paper-so-many-without =
    { $orders ->
        [one] Of 1 order no parcel waits to be sent
       *[other] Of { $orders } orders no parcel waits to be sent
    }
paper-not-all-parcels = Not all parcels of order #{ $number } are here
paper-slips-on-its-page = On its page each parcel has its packing slip.
paper-nothing-to-pay = Nothing was to be paid.
paper-thank-you = Thank you.
paper-invoice-title = Invoice { $number }
paper-slip-title = Packing slip for order #{ $number }
# $n (Number)
# $of (Number)
paper-parcel-of =
    { $of ->
        [0] { $n }
       *[other] { $n } of { $of }
    }
paper-paid =
    { $by ->
        [card] Paid by card on { $day }.
        [hand] Paid offline on { $day }.
       *[other] Paid on { $day }.
    }
# That so much went back, and when.
paper-refunded = { $amount } refunded on { $day }.
