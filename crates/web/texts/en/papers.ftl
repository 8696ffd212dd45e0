# The papers of an order.

paper-invoice = Invoice
paper-packing-slip = Packing slip
paper-print = Print
paper-back = Back to order
paper-lines = Items
paper-article = Product
paper-quantity = Quantity
paper-each = Unit price
paper-date = Date
paper-ordered-on = Ordered
paper-parcel = Parcel
paper-carrier = Carrier
paper-tracking-number = Tracking number
paper-note = Note
paper-no-address = No address
paper-back-to-list = Back to orders
paper-their-slips = View packing slips
# That the slips of so many more orders are on the next page.
paper-so-many-later =
    { $orders ->
        [one] The packing slips of 1 more order are on the next page
       *[other] The packing slips of { $orders } more orders are on the next page
    }
paper-none-has-a-slip = No parcels to ship in these orders
# That so many of the orders that were picked have no packing slip.
paper-so-many-without =
    { $orders ->
        [one] 1 order has no parcels to ship
       *[other] { $orders } orders have no parcels to ship
    }
paper-not-all-parcels = Some parcels of order #{ $number } aren’t shown
paper-slips-on-its-page = To print the other packing slips, open order
paper-nothing-to-pay = No payment was due.
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
