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
console-partly-refunded = Partly refunded
console-refunded = Refunded
console-voided = Voided
console-unfulfilled = Unfulfilled
console-partly-shipped = Partly shipped
console-shipped = Shipped
console-partly-delivered = Partly delivered
console-partly-returned = Partly returned
console-delivered = Delivered
console-nothing-to-ship = Nothing to ship
console-to-pack = To pack
console-packed = Packed
console-delivery-failed = Delivery failed
console-returned = Returned
console-refund-under-way = Refund under way
console-refund-failed = Refund failed, tried again
console-refund-withdrawn = Refund withdrawn
console-all-views = All
console-to-pack-view = To pack
console-to-send-view = To ship
console-on-their-way = On their way
console-drafts = Drafts
console-saved-views = Views
console-filter-orders = Filter orders
console-search-orders = Number, name, email or article
console-search-orders-short = Number, name, email, article
console-clear-filters = Clear the filters
console-newest-first = Newest first
console-oldest-first = Oldest first
console-dearest-first = Largest total first
console-last-changed = Last changed first
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
console-no-orders-more = Orders appear here as soon as somebody buys.
console-no-such-day = The list cannot begin or end with this day
console-no-such-day-more = “{ $day }” is no day, or too late a one. No orders are listed: choose another day, or take the filter away.
console-no-such-orders = No orders match
console-no-such-orders-more = Take a filter away, or look for other words.
console-move = move
console-opens = opens
console-searches = searches
console-paid-offline = Paid offline…
console-refund = Refund…
console-hold = Put on hold…
console-hold-too = Also put on hold by hand…
console-release = Release
console-complete = Complete
console-is-back = A parcel came back
console-is-back-more = The order is complete once what came back has been refunded. If you will not refund any more, complete the order. You can still refund later.
# So much of what came back was not refunded.
console-is-back-kept = { $amount } of its money is kept.
console-keep-it-more = Refund it, or keep it if there is a reason: complete the order then, and nobody is reminded of it any more. It can still be refunded later.
console-keep-it-later = Refund it. If there is a reason to keep it, complete the order once all else of it has arrived.
console-complete-and-keep = Complete and keep { $amount }
console-lines = Lines
console-article = Article
console-each = Each
console-ordered = Ordered
console-left-to-pack = Left to pack
console-so-far = So far
console-orders-so-far =
    { $count ->
        [one] { $count } order
       *[other] { $count } orders
    }
# $count (Number)
console-orders-or-more = { $count } orders or more
console-ships-to = Ships to
console-no-address = No address yet
console-no-address-more = Nobody has entered where this order is to be sent. Enter it before you ship, unless the goods are picked up.
console-no-address-of-draft = Enter where the order is to be sent before you place it, unless the goods are picked up.
console-no-address-of-parcel = No address yet: nothing to write on the parcel.
console-add-address = Enter address…
console-their-note = Their note
console-expires = It expires unless it is paid by{" "}
console-goods = Goods
console-money = Money
console-owed = Total after cancellations
console-captured = Captured
console-refunds = Refunds
console-hand-over-refused = The provider refused, and it is tried again. Should it keep refusing: note here that you hand the money over yourself, and then do.
console-hand-over = Paid offline: hand the money over yourself, and note it here.
console-handed-over = Handed over
console-given-by-hand = Handed over in cash or by transfer: none of it went through the provider.
console-withdraw = Withdraw…
console-withdraw-more = For a refund that was entered by mistake: the money stays in the shop, and can be refunded again.
console-withdraw-it = Withdraw the refund
console-done-withdrawn = Refund withdrawn.
console-timeline = Timeline
console-note-for-colleagues = Note for colleagues
console-add = Add
console-enter-note = Enter what colleagues should know
console-you = you
console-a-colleague = a colleague
console-you-noted = You noted:{" "}
console-a-colleague-noted = A colleague noted:{" "}
console-correct = Correct address…
console-correcting = Address
console-new-order = New order
console-as-in-latest-order = As in the latest order. Change it if this one goes elsewhere.
console-draft-an-order = Draft an order
console-edit = Edit
console-editing = Edit
console-save-draft = Save the draft
console-delete-draft = Delete…
console-delete-draft-now = Delete the draft
console-delete-draft-consequence = The draft is deleted for good. It reserves no stock, and the customer was told nothing of it.
console-draft-lines-hint = Articles by number or name, with the prices of today; or words of your own with a price of your own, such as an engraving. Leave lines empty that you do not need; once the draft is saved there are more.
console-use-todays-prices = Saved articles with the names and prices of today, not with those that were saved
console-article-or-words = Article or words
console-pieces-ordered = Pieces
console-enter-pieces-ordered = Enter a whole number from 1
console-own-price = Own price
console-enter-lines = Enter at least one line
console-no-such-article = Enter the number or name of an article, or words and a price of your own
console-mail = Email{" "}
console-to = {" "}to{" "}
console-parcels = Parcels
console-no-parcels = Nothing was packed.
console-packed-once-paid = Parcels are packed once the order is paid.
console-parcels-wait = While the order is on hold nothing can be packed.
console-next-parcel = Next parcel
console-carrier = Carrier
console-tracking = Tracking number
console-no-number = without a number,{" "}
console-neither-carrier-nor-number = neither carrier nor number
console-last-change = last change{" "}
console-pack-and-ship = Pack and ship
console-pack-only = Pack only
console-gets-a-mail = An email about it is written to the customer when it ships.
console-ship = Ship
console-ship-again = Ship again
console-mark-packed = Mark packed
console-mark-delivered = Mark delivered…
console-mark-failed = Not delivered…
console-put-back = Put what can be sold back in stock, unless that is done already:
console-mark-returned = It came back…
console-delivered-more = The customer gets an email about it. This cannot be undone.
console-failed-more = The customer sees on the order’s page that it could not be delivered. This cannot be undone; you can ship it again.
console-it-arrived = Yes, it was delivered
console-it-failed = Yes, it could not be delivered
console-correct-tracking = Correct carrier or number…
console-correct-tracking-more = For a mistake in what was entered: the customer’s page shows what you save here. No email goes out.
console-save-tracking = Save
console-undo-parcel = Undo parcel
console-undone = Undone
console-take-apart = Cancelled while packed: take it apart and put the goods back on the shelf.
console-taken-apart = It is taken apart
console-corrected-since-packed = The address or the note was corrected after it was packed: look whether its label is still right.
console-not-sent-yet = In a parcel that was not sent yet
console-hold-refunded = It is on hold because all its money went back.
console-hold-refunding = It is on hold because all its money goes back.
console-undelivered-ships = Ship it again, with a new tracking number, or note that it came back.
console-undelivered-held = While the order is on hold it cannot be shipped again. If it came back, say so here.
console-address-corrected = Address or note corrected
console-details-corrected = Address, note or details corrected
console-enter-pieces = Enter a whole number from 0
console-nothing-chosen = Choose at least one piece
console-unclear-amount = Write { $thousands } or { $fraction }: { $typed } may mean either
# Words fit more than one product.
console-several-articles = Several articles match, such as { $which }. Enter the number of the one you mean
# What has a price of its own is no line of somebody's own words.
console-has-its-own-price = { $which } is an article, and costs what it costs in the shop. Leave this empty, or write other words than its number and name
console-nothing-goes-back = Nothing more can go back
# That a draft wants more than there is.
# $left (Number)
console-only-left-now = Only { $left } available now: it can be placed once there is stock.
console-drafted-for = Draft for{" "}
console-total-as-saved = Total as saved
console-enter-amount = Enter an amount above 0, such as { $such }
console-enter-reason = Enter why, such as “asks about the address”
console-packed-only-with-all = What is in a parcel is only cancelled together with everything that is not shipped: leave the numbers as they are, and the parcels are undone. Or enter no more than is in no parcel.
console-what-to-cancel = What is cancelled
console-reason-is-read = The customer reads it on the page of the order.
console-reason-can-be-read = It is kept with the refund, where the customer can read it, too. A note is for colleagues alone.
console-cancel-it = Cancel these pieces
console-cancelling-it = Cancel
console-nothing-was-taken = Nothing was charged, so nothing goes back. This cannot be undone.
console-refunding = Refund
console-amount = Amount
console-refund-it = Refund
console-paying-offline = Paid offline
console-holding = Hold
console-hold-it = Put on hold
console-for-colleagues = For colleagues; the customer does not see it.
console-to-ship = To ship
console-of-one-customer = Of one customer
console-hold-consequence = Nothing of it is packed or shipped until somebody releases it.
console-hold-of-sent = All of it has left already. What could not be delivered is not shipped again until somebody releases the order.
console-still-paid-and-cancelled = It can still be paid and cancelled.
console-still-paid = It can still be paid.
console-still-cancelled = It can still be cancelled.
console-held-back = Put on hold
console-held-for-stock = Put on hold: not enough is on hand
console-stock-is-back = Enough is on hand again
console-was-released = Released
console-let-go = May be shipped again
console-came-back = Pieces came back
console-cancel-open = Cancel the rest…
console-cancel = Cancel…
console-placed-by = Placed by{" "}
console-hold-payment = The authorization of its payment has expired: the customer must pay again.
console-hold-stock-short = Less is on hand than is reserved: it waits for stock.
console-hold-stock-missing = Its reservation is lost, and there is not enough to make it again.
console-hold-manual = Staff put it on hold.
console-cancelled-by-customer = The customer asked for it
console-cancelled-by-staff = By staff
console-cancelled-unpaid = It was not paid in time
console-cancelled-stock-lost = Its stock was lost
console-done-noted = Noted.
console-done-packed = Packed.
console-done-shipped = Shipped. An email to the customer is written.
console-done-delivered = Noted as delivered.
console-done-failed = Noted as not delivered.
console-done-returned = Noted as come back.
console-done-restocked = Back in stock.
console-done-unpacked = The parcel is undone: its pieces are left to pack again.
console-done-cancelled = Cancelled.
console-done-handed-over = Noted that the money was handed over.
console-done-paid = Recorded as paid.
console-done-held = Put on hold.
console-done-released = Released.
console-done-completed = Completed.
console-done-drafted = Drafted. Nobody is told of it until it is placed.
console-done-placed = Placed. It is the customer’s order now.
console-has-changed = This order has changed meanwhile.
console-done-corrected = Corrected.
console-done-renumbered = Corrected. The customer’s page shows it.
console-done-taken-apart = Noted that it was taken apart.
console-done-saved = Saved.
console-done-replayed = It is acted on once more within seconds.
console-done-dropped = Dropped: nothing is done about it any more.
console-done-gone = It was looked after already.
console-done-auditing = The audit was started; what it finds appears below.
console-was-drafted = Drafted
console-draft-was-changed = Draft changed
console-was-placed = Placed
console-was-confirmed = Confirmed: its payment is secured
console-confirmed-and-paid = Confirmed: it is paid
console-payment-has-failed = A payment failed; nothing was charged
console-payment-has-lapsed = The payment’s authorization expired
console-cancelling-has-begun = Cancellation begun
console-was-cancelled = Cancelled
console-has-expired = Expired: not paid in time
console-pieces-were-cancelled = Pieces cancelled
console-was-changed = Changed
console-was-claimed = Came into the account that has verified the guest’s email address
console-money-went-back = Money refunded
console-was-completed = Order completed
console-was-reopened = Opened again: something came back
console-parcel-was-made = Parcel made
console-parcel-was-packed = Parcel packed
console-parcel-was-shipped = Parcel shipped
console-parcel-was-renumbered = Carrier or number of a parcel corrected
console-parcel-was-delivered = Parcel delivered
console-parcel-was-unpacked = Parcel undone
console-parcel-not-delivered = Parcel could not be delivered
console-parcel-came-back = Parcel came back

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
        [0] None is left to pack
        [one] Only { $left } is left to pack
       *[other] Only { $left } are left to pack
    }
console-only-left-to-cancel =
    { $left ->
        [0] All of it is in a parcel or shipped. Cancel everything that is not shipped, or undo the parcel first
        [one] Only { $left } is neither in a parcel nor shipped. Cancel no more than that, or everything that is not shipped
       *[other] Only { $left } are neither in a parcel nor shipped. Cancel no more than that, or everything that is not shipped
    }
console-at-most-back = At most { $left } can go back
console-went-back = { $amount } refunded
console-handed-back = { $amount } handed back
console-drafted-by = Drafted by { $who } for{" "}
console-placed-for = Placed for{" "}
console-placed-by-for = Placed by { $who } for{" "}
console-cancel-open-question = Cancel what is not shipped of #{ $number }?
console-cancel-question = Cancel #{ $number }?
console-money-goes-back = { $amount } is paid. The price of the pieces you cancel goes back; if you cancel the whole order, all of it does. This cannot be undone.
# Of an order of which something has shipped.
console-part-goes-back = { $amount } is paid. The price of the pieces you cancel goes back: { $most } at most. This cannot be undone.
console-pieces-are-cancelled =
    { $pieces ->
        [one] { $pieces } piece cancelled. What was paid for it goes back.
       *[other] { $pieces } pieces cancelled. What was paid for them goes back.
    }
console-refund-is-done = { $amount } refunded.
console-refund-is-under-way = The refund of { $amount } is under way.
# Of a part of an order a part goes back.
console-cancel-and-refund = Cancel and refund up to { $amount }
console-at-most = At most { $left }
console-refund-question = Refund of #{ $number }
console-came-back-cost = What came back cost { $cost }.
console-came-back-cost-reduced = What came back cost { $cost } before the discount.
console-refund-so-much = Refund { $amount }
console-refund-consequence = It cannot be taken back, and the customer has the money in a few days.
console-refund-by-hand = Paid offline: hand the money back yourself; nothing is sent by Ordo. Note it on the order’s page once you have.
console-refund-both-ways = It cannot be taken back. What was paid by card the customer has in a few days; what was paid offline you hand back yourself, and nothing of that is sent by Ordo.
console-refund-cancels-nothing = A refund cancels nothing: what is not shipped yet still ships unless you cancel it. If you refund everything while something is still to be shipped, the order is put on hold until you release it.
console-hand-all-back = Paid offline: hand the money back yourself; nothing is sent by Ordo.
console-hand-some-back = What was paid offline you hand back yourself; nothing of that is sent by Ordo.
console-offline-question = Was #{ $number } paid offline?
console-offline-consequence = Record it once you have { $amount } in hand or on the account. The order is confirmed then.
console-record = Record { $amount } as paid
console-hold-question = Put #{ $number } on hold?
console-noted-by = { $who } noted:{" "}
console-address-of = Correct the address of #{ $number }
console-first-address-of = Enter the address of #{ $number }
console-draft-for = An order for { $name }
console-edit-draft = Edit draft #{ $number }
console-delete-draft-question = Delete draft #{ $number }?
console-place-for = Place for { $total }
console-once-placed = Once it is placed, an email asks the customer to pay within { $time }; unpaid, it expires then.
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
console-has-left-for = A parcel has left meanwhile, for { $to }.
# What was to be written, where it was not.
console-you-wanted = You wanted: { $what }
console-not-corrected = The address was not corrected.
console-nothing-to-correct = As the order is now, nothing of it can be corrected. What has happened stands below.
console-completed-already = It is completed already.
console-nothing-left-to-do = Nothing is left to do.
console-by = {" "}by { $who }
console-noted-by-who = , noted by { $who }
console-method = By { $method }
console-pieces-left = { $pieces } shipped
# $n (Number)
console-parcel-to-take-apart = Parcel { $n } was packed already: take it apart and put the goods back on the shelf
# $n (Number)
console-parcel-renumbered = Parcel { $n }: carrier or tracking number corrected
# $n (Number)
console-parcel-taken-apart = Parcel { $n }: taken apart
# $n (Number)
# $state
console-parcel-became =
    { $state ->
        [packed] Parcel { $n }: packed
        [shipped] Parcel { $n }: shipped
        [delivered] Parcel { $n }: delivered
        [failed] Parcel { $n }: delivery failed
        [returned] Parcel { $n }: returned
        [cancelled] Parcel { $n }: undone
       *[pending] Parcel { $n } made
    }
console-readdressed = The address has changed since this page was loaded
console-readdressed-to = Nothing was shipped. It goes to { $to } now: write that on the parcel, then ship it.
console-parcel-or-address-changed = A parcel, the address or the note was changed
console-is-to-hand-back = { $amount } is to be handed back
console-hand-back-more = Ordo sends none of it. Hand it over yourself, and note that you have under “Money”.
console-is-refused-by-provider = The provider refused to send back { $amount }
console-refused-more = It is tried again by itself, so hand nothing over yet. If the provider keeps refusing, note under “Money” that you hand it over yourself: from then on it is not sent any more.
console-to-the-refund = Go to the refund
console-returned-more = It cannot be sent again after that: its money goes back by a refund. This cannot be undone.
console-it-returned = Yes, it came back
console-leave-it = Leave it as it is
console-new-orders =
    { $count ->
        [one] 1 new order
       *[other] { $count } new orders
    }
# $count (Number)
console-more-new-orders = More than { $count } new orders
