# Emails: what stands between greeting and signature, by the names of the templates. { $order } begins with a small letter;
# the first letter of a subject and of a body is made a capital one.

greeting = Hello { $name },
greeting-nameless = Hello,
order-numbered = order { $number }
order-unnumbered = your order
page-of-order = View your order: { $link }
page-of-guests-order = View your order, no account needed: { $link }
to-pay = Please pay { $amount } by { $until }. After that the order expires and your items are released.
pay-order = Pay for your order: { $link }
pay-guests-order = Pay for your order, no account needed: { $link }
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
reason = Reason: { $reason }
carrier = Carrier: { $carrier }
tracking-number = Tracking number: { $number }

welcome-subject = welcome to { $shop }
welcome = Your account is ready. You can sign in and order right away.

verify-email-subject = verify your email for { $shop }
verify-email =
    An account was created with this email address.

    Confirm your email address within 24 hours: { $link }

    Orders that you placed with this address as a guest will then appear in your account.

    If this wasn’t you, ignore this email.

password-reset-subject = reset your { $shop } password
password-reset =
    We received a request to reset your password.

    Choose a new password within 1 hour. The link can be used once: { $link }

    Or enter this code on that page: { $code }

    If you didn’t request this, ignore this email. Your password won’t change.

password-changed-subject = your { $shop } password was changed
password-changed =
    Your password was changed and your other sessions were signed out. API keys still work.

    If this wasn’t you, reset your password now.

order-placed-subject = we’ve received { $order }
order-placed =
    Thank you for your order. We’ve received { $order } for { $amount } and reserved your items.

    We’ll email you when it’s paid.

order-confirmed-subject = { $order } is confirmed
order-confirmed =
    { $order } for { $amount } is confirmed.

    We’ll email you when it ships.

payment-failed-subject = payment failed for { $order }
payment-failed =
    Your payment of { $amount } for { $order } failed. You weren’t charged.

    Try again or use another card.

payment-not-sent =
    Your payment of { $amount } for { $order } failed because the payment provider couldn’t be reached. Your card wasn’t declined, and you weren’t charged.

    Please try again in a few minutes.

payment-lapsed-subject = payment needed again for { $order }
payment-lapsed =
    Your authorization of { $amount } for { $order } has expired. You weren’t charged.

    Please pay for the order again.

order-items-cancelled-subject = part of { $order } was cancelled
order-items-cancelled =
    Part of { $order } was cancelled. The new total is { $amount }. The order page lists the cancelled items.

    If you’ve already paid more, we’ll refund the difference.

order-cancelled-subject = { $order } was cancelled
order-cancelled = { $order } was cancelled. If you’ve already paid, we’ll refund you.

order-expired-subject = { $order } has expired
order-expired = { $order } wasn’t paid in time and has expired. You don’t owe anything.

order-shipped-subject = a parcel from { $order } has shipped
order-shipped = A parcel from { $order } is on its way.

order-delivered-subject = a parcel from { $order } was delivered
order-delivered = A parcel from { $order } was delivered. Enjoy!

order-completed-subject = { $order } is complete
order-completed = All items of { $order } have been delivered. Thank you for shopping with us.

order-reopened-subject = { $order } was reopened
order-reopened = { $order } was reopened because of a return.

order-refunded-subject = we’ve refunded { $amount } for { $order }
order-refunded =
    We’ve refunded { $amount } for { $order }. It goes to your original payment method.

    It may take a few days to appear.
order-handed-back = We’ve refunded { $amount } for { $order } in cash or by transfer.
