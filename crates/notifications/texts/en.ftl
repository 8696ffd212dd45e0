# Mails: what stands between greeting and signature, by the names of the templates. { $order } begins with a small letter,
# as what follows a greeting does; a subject's first letter is made large.

greeting = Hello { $name },
greeting-nameless = Hello,
order-numbered = order { $number }
order-unnumbered = your order
page-of-order = See your order here: { $link }
page-of-guests-order = See your order here, without an account: { $link }
to-pay = Please pay { $amount } by { $until }: after that the order expires, and its goods are no longer kept for you.
pay-order = Pay it on this page: { $link }
pay-guests-order = Pay it on this page, without an account: { $link }
moment = { $day } { $month ->
        [m1] January
        [m2] February
        [m3] March
        [m4] April
        [m5] May
        [m6] June
        [m7] July
        [m8] August
        [m9] September
        [m10] October
        [m11] November
       *[m12] December
    } { $year }, { $time } { $zone }
reason = The reason: { $reason }
carrier = Carrier: { $carrier }
tracking-number = Tracking number: { $number }

welcome-subject = welcome to { $shop }
welcome = your account is ready. You can sign in and order at once.

verify-email-subject = your address for { $shop }
verify-email =
    somebody, hopefully you, has made an account with this address.

    Open this page of our shop within a day to say that it is yours: { $link }

    What you have ordered with this address without an account is in it then.

    If it was not you, do nothing.

password-reset-subject = a new password for { $shop }
password-reset =
    somebody, hopefully you, has asked for a new password for your account.

    Choose one on this page of our shop, once and within an hour: { $link }

    Or give this code there: { $code }

    If it was not you, do nothing: your password stays as it is.

password-changed-subject = your password for { $shop } was changed
password-changed =
    your account has another password. Other sessions of it have ended; API keys stay as they are.

    If it was not you, ask for a new password at once.

order-placed-subject = we have received { $order }
order-placed =
    Thank you. We have received { $order } for { $amount }, and its goods are reserved for you.

    We write again as soon as it is paid.

order-confirmed-subject = { $order } is confirmed
order-confirmed =
    { $order } over { $amount } is confirmed: its payment is secured.

    We write again as soon as it is on its way.

payment-failed-subject = the payment for { $order } failed
payment-failed =
    your payment of { $amount } for { $order } did not go through. Nothing was charged.

    The order waits a while: try again, or with another card.

payment-not-sent =
    your payment of { $amount } for { $order } did not go through: the payment provider could not be reached. Your card was not declined, and nothing was charged.

    The order waits a while: please try again in a few minutes.

payment-lapsed-subject = { $order } must be paid again
payment-lapsed =
    the payment of { $amount } that was reserved for { $order } has lapsed. Nothing was charged.

    The order waits a while to be paid again.

order-items-cancelled-subject = part of { $order } is cancelled
order-items-cancelled =
    some of { $order } is cancelled. It now comes to { $amount }. The order's page says which pieces, and why where a reason was given.

    If you have paid more than that, the rest is refunded.

order-cancelled-subject = { $order } is cancelled
order-cancelled = { $order } is cancelled. If you have paid for it, that is refunded.

order-expired-subject = { $order } has expired
order-expired = { $order } was not paid in time and has expired. You owe nothing for it.

order-shipped-subject = a parcel of { $order } is on its way
order-shipped = a parcel of { $order } is on its way.

order-delivered-subject = a parcel of { $order } has arrived
order-delivered = a parcel of { $order } has been delivered. Enjoy what is in it.

order-completed-subject = { $order } is complete
order-completed = all of { $order } is delivered and settled. Thank you for ordering.

order-reopened-subject = { $order } is open again
order-reopened = { $order } is open again, since something of it comes back to us.

order-refunded-subject = { $amount } of { $order } refunded
order-refunded =
    we have sent { $amount } of { $order } back to you.

    It can take some days until your bank shows it.
order-handed-back = we have handed { $amount } of { $order } back to you.
