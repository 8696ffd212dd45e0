# Orders, for staff.

console-draft = Draft
console-pending = Pending
console-confirmed = Confirmed
console-completed = Completed
console-cancelling = Cancelling
console-cancelled = Cancelled
console-expired = Expired
console-on-hold = On hold
console-unpaid = Unpaid
console-no-payment-yet = No payment yet
console-payment-pending = Payment pending
console-payment-failed = Payment failed
console-outcome-unknown = Outcome unknown
console-authorized = Authorized
console-paid = Paid
console-partly-refunded = Partially refunded
console-refunded = Refunded
console-voided = Voided
console-unfulfilled = Unfulfilled
console-partly-shipped = Partially shipped
console-shipped = Shipped
console-partly-delivered = Partially delivered
console-partly-returned = Partially returned
console-delivered = Delivered
console-nothing-to-ship = Nothing to ship
console-to-pack = To pack
console-packed = Packed
console-delivery-failed = Delivery failed
console-returned = Returned
console-refund-under-way = Refund in progress
console-refund-failed = Refund failed, retrying
console-refund-withdrawn = Refund cancelled
console-all-views = All
console-to-pack-view = To pack
console-to-send-view = To ship
console-on-their-way = On their way
console-drafts = Drafts
console-saved-views = Views
console-filter-orders = Filter orders
console-search-orders = Number, name, email or product
console-search-orders-short = Number, name, email, product
console-clear-filters = Clear filters
console-newest-first = Newest first
console-oldest-first = Oldest first
console-dearest-first = Highest total first
console-last-changed = Last updated first
console-order = Order
console-placed = Placed
console-customer = Customer
console-nobody-known = Unknown
console-order-status = Order status
console-payment = Payment
console-fulfilment = Fulfilment
console-total = Total
# What the fields of the first and the last day are called.
console-from-day-field = Placed from ({ $zone })
console-to-day-field = Placed until ({ $zone })
console-no-orders = No orders yet
console-no-orders-more = New orders appear here.
console-no-such-day = Invalid date
console-no-such-day-more = “{ $day }” isn’t a date, or it’s out of range. No orders are shown. Choose another date or remove the filter.
console-no-such-orders = No orders match
console-no-such-orders-more = Try fewer filters or different search terms.
console-move = move
console-opens = opens
console-searches = searches
console-paid-offline = Mark as paid…
console-refund = Refund…
console-hold = Put on hold…
console-hold-too = Add manual hold…
console-release = Release hold
console-complete = Complete
console-is-back = Parcel returned
console-is-back-more = The order is complete once the returned units are refunded. If you don’t want to refund any more, complete it now. You can still refund later.
# So much of what came back was not refunded.
console-is-back-kept = { $amount } isn’t refunded.
console-keep-it-more = Refund it, or complete the order without refunding. The order then no longer needs attention. You can still refund later.
console-keep-it-later = Refund it. To keep it instead, complete the order once everything else is delivered.
console-complete-and-keep = Complete without refunding { $amount }
console-lines = Line items
console-article = Product
console-each = Unit price
console-ordered = Ordered
console-left-to-pack = Left to pack
console-so-far = Order history
console-orders-so-far =
    { $count ->
        [one] { $count } order
       *[other] { $count } orders
    }
# $count (Number)
console-orders-or-more = { $count } or more orders
console-ships-to = Ships to
console-no-address = No shipping address
console-no-address-more = Add a shipping address before you ship, unless the order is picked up.
console-no-address-of-draft = Add a shipping address before you place the order, unless it’s picked up.
console-no-address-of-parcel = No shipping address for the label.
console-add-address = Add address…
console-their-note = Customer note
console-expires = It expires if not paid by{" "}
console-goods = Subtotal
console-money = Payment
console-owed = Total after cancellations
console-captured = Captured
console-refunds = Refunds
console-hand-over-refused = The payment provider declined the refund, and it’s being retried. If it keeps failing, mark it as paid, then refund the customer yourself.
console-hand-over = Paid offline. Refund the customer yourself, then mark it as paid.
console-handed-over = Mark as paid
console-given-by-hand = Refunded in cash or by transfer, not through the payment provider.
console-withdraw = Cancel refund…
console-withdraw-more = Use this if the refund was a mistake. The amount becomes refundable again.
console-withdraw-it = Cancel refund
console-done-withdrawn = Refund cancelled.
console-timeline = Timeline
console-note-for-colleagues = Internal note
console-add = Add
console-enter-note = Enter a note
console-you = you
console-a-colleague = a colleague
console-you-noted = You noted:{" "}
console-a-colleague-noted = A colleague noted:{" "}
console-correct = Edit address…
console-correcting = Address
console-new-order = New order
console-as-in-latest-order = From the latest order. Change it if this order ships elsewhere.
console-draft-an-order = Create draft order
console-edit = Edit
console-editing = Edit
console-save-draft = Save draft
console-delete-draft = Delete…
console-delete-draft-now = Delete draft
console-delete-draft-consequence = The draft is deleted permanently. It reserves no stock, and the customer hasn’t been notified.
console-draft-lines-hint = Enter a product’s SKU or name to sell it at its current price, or a custom item with its own price, such as an engraving. Leave lines you don’t need empty. Save the draft to get more lines.
console-use-todays-prices = Update saved products to current names and prices
console-article-or-words = Product or custom item
console-pieces-ordered = Quantity
console-enter-pieces-ordered = Enter a whole number from 1
console-own-price = Custom price
console-enter-lines = Enter at least one line
console-no-such-article = Enter a product’s SKU or name, or a custom item with its own price
console-mail = Email{" "}
console-to = {" "}to{" "}
console-parcels = Parcels
console-no-parcels = No parcels were packed.
console-packed-once-paid = The order can be packed once it’s paid.
console-parcels-wait = Orders on hold can’t be packed.
console-next-parcel = Next parcel
console-carrier = Carrier
console-tracking = Tracking number
console-no-number = no tracking number,{" "}
console-neither-carrier-nor-number = no carrier or tracking number
console-last-change = last change{" "}
console-pack-and-ship = Pack and ship
console-pack-only = Pack only
console-gets-a-mail = The customer is emailed when it ships.
console-ship = Ship
console-ship-again = Ship again
console-mark-packed = Mark as packed
console-mark-delivered = Mark as delivered…
console-mark-failed = Mark as undelivered…
console-put-back = Restock the units that can be sold again, if you haven’t yet:
console-mark-returned = Mark as returned…
console-delivered-more = The customer is emailed. This can’t be undone.
console-failed-more = The customer sees on the order page that delivery failed. This can’t be undone, but you can ship the parcel again.
console-it-arrived = Mark as delivered
console-it-failed = Mark as undelivered
console-correct-tracking = Edit tracking…
console-correct-tracking-more = Use this to correct a mistake. The customer’s order page shows the change. No email is sent.
console-save-tracking = Save
console-undo-parcel = Cancel parcel
console-undone = Cancelled
console-take-apart = Cancelled after packing. Unpack it and put the units back on the shelf.
console-taken-apart = Mark as unpacked
console-corrected-since-packed = The address or note changed after packing. Check that the label is still correct.
console-not-sent-yet = In a parcel that hasn’t shipped
console-hold-refunded = On hold: fully refunded.
console-hold-refunding = On hold: full refund in progress.
console-undelivered-ships = Ship it again with a new tracking number, or mark it as returned.
console-undelivered-held = It can’t be shipped again while the order is on hold. If it was returned, mark it as returned.
console-address-corrected = Address or note updated
console-details-corrected = Address, note or details updated
console-enter-pieces = Enter a whole number from 0
console-nothing-chosen = Choose at least one unit
# $thousands
# $fraction
# $typed
console-unclear-amount = { $typed } is ambiguous. Enter { $thousands } or { $fraction }
# Words fit more than one product.
console-several-articles = Several products match, such as { $which }. Enter the SKU
# What has a price of its own is no line of somebody's own words.
console-has-its-own-price = { $which } is a product and is sold at its shop price. Leave this empty, or enter a different name for the custom item
console-nothing-goes-back = Nothing left to refund
# That a draft wants more than there is.
# $left (Number)
console-only-left-now = Only { $left } available. You can place the order once it’s in stock.
console-drafted-for = Draft for{" "}
console-total-as-saved = Saved total
console-enter-amount = Enter an amount above 0, such as { $such }
console-enter-reason = Enter a reason, such as “asks about the address”
console-packed-only-with-all = Packed units can only be cancelled together with all unshipped units. Keep the quantities as they are to cancel the parcels too, or enter only units that aren’t in a parcel.
console-what-to-cancel = Units to cancel
console-reason-is-read = The customer sees this on the order page.
console-reason-can-be-read = Saved with the refund, where the customer can see it. Use a note for internal comments.
console-cancel-it = Cancel units
console-cancelling-it = Cancel
console-nothing-was-taken = Nothing was charged, so there’s nothing to refund. This can’t be undone.
console-refunding = Refund
console-amount = Amount
console-refund-it = Refund
console-paying-offline = Paid offline
console-holding = Hold
console-hold-it = Put on hold
console-for-colleagues = Visible to staff only.
console-to-ship = To ship
console-of-one-customer = One customer
console-hold-consequence = The order can’t be packed or shipped until it’s released.
console-hold-of-sent = Everything has shipped. Undelivered parcels can’t be shipped again until the order is released.
console-still-paid-and-cancelled = It can still be paid and cancelled.
console-still-paid = It can still be paid.
console-still-cancelled = It can still be cancelled.
console-held-back = Put on hold
console-held-for-stock = Put on hold: not enough stock
console-stock-is-back = Back in stock
console-was-released = Hold released
console-let-go = Can be shipped again
console-came-back = Units returned
console-cancel-open = Cancel remaining…
console-cancel = Cancel…
console-placed-by = Placed by{" "}
console-hold-payment = Payment authorization expired. The customer must pay again.
console-hold-stock-short = Waiting for stock: more is reserved than on hand.
console-hold-stock-missing = Reservation lost, and not enough stock to restore it.
console-hold-manual = Put on hold by staff.
console-cancelled-by-customer = Requested by customer
console-cancelled-by-staff = Cancelled by staff
console-cancelled-unpaid = Not paid in time
console-cancelled-stock-lost = Stock no longer available
console-done-noted = Note added.
console-done-packed = Packed.
console-done-shipped = Shipped. The customer will be emailed.
console-done-delivered = Marked as delivered.
console-done-failed = Marked as undelivered.
console-done-returned = Marked as returned.
console-done-restocked = Restocked.
console-done-unpacked = Parcel cancelled. Its units can be packed again.
console-done-cancelled = Cancelled.
console-done-handed-over = Refund marked as paid.
console-done-paid = Marked as paid.
console-done-held = Put on hold.
console-done-released = Released.
console-done-completed = Completed.
console-done-drafted = Draft created. The customer isn’t notified until you place it.
console-done-placed = Order placed for the customer.
console-has-changed = This order has been updated
console-done-corrected = Address updated.
console-done-renumbered = Tracking updated. The customer’s order page shows it.
console-done-taken-apart = Marked as unpacked.
console-done-saved = Saved.
console-done-replayed = Replay queued.
console-done-dropped = Event discarded.
console-done-gone = Already handled.
console-done-auditing = Audit started. The results appear below.
console-was-drafted = Draft created
console-draft-was-changed = Draft updated
console-was-placed = Placed
console-was-confirmed = Confirmed: payment secured
console-confirmed-and-paid = Confirmed: paid
console-payment-has-failed = Payment failed; nothing was charged
console-payment-has-lapsed = Payment authorization expired
console-cancelling-has-begun = Cancellation started
console-was-cancelled = Cancelled
console-has-expired = Expired: not paid in time
console-pieces-were-cancelled = Units cancelled
console-was-changed = Updated
console-was-claimed = Moved to the account that verified the guest’s email address
console-money-went-back = Refund issued
console-was-completed = Order completed
console-was-reopened = Order reopened after a return
console-parcel-was-made = Parcel created
console-parcel-was-packed = Parcel packed
console-parcel-was-shipped = Parcel shipped
console-parcel-was-renumbered = Parcel carrier or tracking number updated
console-parcel-was-delivered = Parcel delivered
console-parcel-was-unpacked = Parcel cancelled
console-parcel-not-delivered = Parcel delivery failed
console-parcel-came-back = Parcel returned

console-from-day = From { $day } ({ $zone })
console-to-day = Until { $day } ({ $zone })
# $pieces
# $shipped (Number)
console-pieces-shipped = { $pieces }, { $shipped } shipped
# $n (Number)
console-parcel = Parcel { $n }
# $open (Number)
console-so-many-open = { $open } not shipped
# $open (Number)
# $packed (Number)
console-so-many-open-and-packed = { $open } not shipped, { $packed } of them in a parcel
console-pack-and-ship-so-many = Pack and ship { $pieces }
# $left (Number)
console-so-many-to-pack = { $left } left to pack
console-only-left-to-pack =
    { $left ->
        [0] No units left to pack
        [one] Only { $left } left to pack
       *[other] Only { $left } left to pack
    }
console-only-left-to-cancel =
    { $left ->
        [0] All units are in a parcel or shipped. Cancel all unshipped units, or cancel the parcel first
        [one] Only { $left } unit is neither in a parcel nor shipped. Cancel at most that, or all unshipped units
       *[other] Only { $left } units are neither in a parcel nor shipped. Cancel at most those, or all unshipped units
    }
console-at-most-back = You can refund at most { $left }
console-went-back = { $amount } refunded
console-handed-back = { $amount } refunded manually
console-drafted-by = Drafted by { $who } for{" "}
console-placed-for = Placed for{" "}
console-placed-by-for = Placed by { $who } for{" "}
console-cancel-open-question = Cancel unshipped units of #{ $number }?
console-cancel-question = Cancel #{ $number }?
console-money-goes-back = { $amount } is paid. Cancelled units are refunded; if you cancel the whole order, it’s refunded in full. This can’t be undone.
# Of an order of which something has shipped.
console-part-goes-back = { $amount } is paid. Cancelled units are refunded, up to { $most }. This can’t be undone.
console-pieces-are-cancelled =
    { $pieces ->
        [one] { $pieces } unit cancelled. What was paid for it is refunded.
       *[other] { $pieces } units cancelled. What was paid for them is refunded.
    }
console-refund-is-done = { $amount } refunded.
console-refund-is-under-way = { $amount } refund in progress.
# Part of an order is cancelled, and part of its payment is refunded.
console-cancel-and-refund = Cancel and refund up to { $amount }
console-at-most = At most { $left }
console-refund-question = Refund #{ $number }
console-came-back-cost = Value of returned units: { $cost }.
console-refund-so-much = Refund { $amount }
console-refund-consequence = This can’t be undone. The customer gets the money within a few days.
console-refund-by-hand = Paid offline, so Ordo sends no money. Refund the customer yourself, then mark it as paid on the order page.
console-refund-both-ways = This can’t be undone. The customer gets card payments back within a few days. Refund offline payments yourself; Ordo sends none of them.
console-refund-cancels-nothing = A refund cancels nothing: unshipped units still ship unless you cancel them. If you refund everything while units are unshipped, the order is put on hold until you release it.
console-hand-all-back = Paid offline: refund the customer yourself. Ordo sends no money.
console-hand-some-back = Refund offline payments yourself. Ordo sends none of them.
console-offline-question = Mark #{ $number } as paid?
console-offline-consequence = Do this once you’ve received { $amount } in cash or by transfer. The order is then confirmed.
console-record = Mark { $amount } as paid
console-hold-question = Put #{ $number } on hold?
console-noted-by = { $who } noted:{" "}
console-address-of = Edit address of #{ $number }
console-first-address-of = Add address for #{ $number }
console-draft-for = New order for { $name }
console-edit-draft = Edit draft #{ $number }
console-delete-draft-question = Delete draft #{ $number }?
console-place-for = Place order for { $total }
console-once-placed = The customer gets a payment email and has { $time } to pay before the order expires.
console-in-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
console-in-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
console-in-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
# $n (Number)
console-line-number = Line { $n }
# What is wrong with a field of a line.
# $n (Number)
# $what
console-of-line = Line { $n }: { $what }
# What is wrong with a field that is of an article.
console-of-article = { $title }: { $what }
# Where a parcel went that left while its address was corrected.
console-has-left-for = A parcel has shipped to { $to } since you opened this page.
# What was to be written, where it was not.
console-you-wanted = You entered: { $what }
console-not-corrected = The address wasn’t changed
console-nothing-to-correct = This order can no longer be edited. See the timeline for what changed.
console-completed-already = The order is already complete
console-nothing-left-to-do = No action needed.
console-by = {" "}by { $who }
console-noted-by-who = , recorded by { $who }
console-method = By { $method }
console-pieces-left = { $pieces } shipped
# $n (Number)
console-parcel-to-take-apart = Parcel { $n } was already packed. Unpack it and put the units back on the shelf
# $n (Number)
console-parcel-renumbered = Parcel { $n }: carrier or tracking number updated
# $n (Number)
console-parcel-taken-apart = Parcel { $n }: unpacked
# $n (Number)
# $state
console-parcel-became =
    { $state ->
        [packed] Parcel { $n }: packed
        [shipped] Parcel { $n }: shipped
        [delivered] Parcel { $n }: delivered
        [failed] Parcel { $n }: delivery failed
        [returned] Parcel { $n }: returned
        [cancelled] Parcel { $n }: cancelled
       *[pending] Parcel { $n } created
    }
console-readdressed = The shipping address has changed
console-readdressed-to = Nothing was shipped. Relabel the parcel for { $to }, then ship it.
console-parcel-or-address-changed = A parcel, the address or the note was updated
console-is-to-hand-back = Manual refund due: { $amount }
console-hand-back-more = Ordo doesn’t send this money. Refund the customer yourself, then mark it as paid under “Payment”.
console-is-refused-by-provider = Provider declined refund of { $amount }
console-refused-more = It’s retried automatically, so don’t refund the customer yet. If it keeps failing, mark it as paid under “Payment”, then refund the customer yourself. Ordo then stops retrying.
console-to-the-refund = View refund
console-returned-more = It can’t be shipped again after that. Refund the customer instead. This can’t be undone.
console-it-returned = Mark as returned
console-leave-it = Go back
console-new-orders =
    { $count ->
        [one] 1 new order
       *[other] { $count } new orders
    }
# $count (Number)
console-more-new-orders = More than { $count } new orders
