# What services refuse, by their stable codes: requests, what is wrong with them, and payments.

refused-invalid_request = The request is invalid.
refused-invalid_credentials = Incorrect username or password.
refused-invalid_refresh_token = Your session has expired. Sign in again.
refused-unauthenticated = Sign in to continue.
refused-capture_failed = The payment couldn’t be captured.
refused-payment_declined = The payment was declined.
refused-provider_unavailable = The payment provider cannot be reached.
refused-account_disabled = This account is disabled.
refused-forbidden = You don’t have permission to do this.
refused-invalid_reset_token = The password reset code is invalid or has expired.
refused-invalid_setup_token = The setup code is invalid or out of date.
refused-invalid_verification_token = The verification code is invalid or has expired.
refused-scope_not_held = A requested scope exceeds your permissions.
refused-wrong_password = The current password is incorrect.
refused-not_found = Not found.
refused-method_not_allowed = Method not allowed.
refused-already_paid = The order is already paid.
refused-basket_closed = This basket has already been ordered.
refused-basket_empty = The basket is empty.
refused-basket_full = The basket limit is reached.
refused-email_taken = The email address is already in use.
refused-email_verified_already = The email address is already verified.
refused-illegal_fulfilment_transition = Action not allowed in the parcel’s current status.
refused-illegal_payment_transition = Action not allowed in the payment’s current status.
refused-illegal_refund_transition = The refund can no longer be cancelled: it belongs to a cancellation or has already been sent.
refused-illegal_transition = Action not allowed in the order’s current status.
refused-insufficient_stock = Insufficient stock for one or more items.
refused-last_admin = The last administrator can’t be removed.
refused-no_email = The account has no email address.
refused-charge_taken_over = The charge belongs to the order’s payment.
refused-not_handed_over = This refund isn’t paid manually.
refused-not_on_sale = One or more products are unavailable.
refused-not_open = The quantity exceeds the open units.
refused-on_hold = The order is on hold.
refused-payment_in_progress = Another payment attempt is in progress.
refused-price_changed = Prices have changed.
refused-refund_exceeds_captured = The amount exceeds the refundable balance.
refused-sku_taken = The SKU is already in use.
refused-stock_changed = The stock level has changed.
refused-already_booked = A movement with this reference already exists.
refused-stock_below_zero = The adjustment exceeds the stock on hand.
refused-stock_reserved = Stock on hand would fall below reserved stock.
refused-too_many_addresses = The address limit is reached.
refused-too_many_api_keys = The API key limit is reached.
refused-too_many_attempts = The payment attempt limit is reached.
refused-too_many_notes = The note limit is reached.
refused-too_many_unpaid_orders = The limit of unpaid orders is reached.
refused-username_taken = The username is already in use.
refused-version_conflict = This was changed in another session.
refused-void_refused = The provider declined the void. The authorization remains.
refused-webhook_not_verified = The webhook signature is missing, invalid or expired.
refused-worn_out = The order couldn’t be placed after several attempts.
refused-events_gone = The cursor has expired.
refused-set_up_already = Setup is already complete.
refused-precondition_failed = This was changed since you opened this page. Review it and try again.
refused-body_too_large = The request is too large.
refused-unsupported_media_type = Unsupported media type.
refused-common_password = This password is too common.
refused-key_reused = This request was already used for something else.
refused-unknown_payment_method = Unknown payment method.
refused-unprocessable = The request can’t be processed.
refused-precondition_required = A precondition is required.
refused-rate_limited = Too many requests. Try again shortly.
refused-too_many_failures = Too many failed attempts.
refused-too_many_streams = The event stream limit is reached.
refused-internal = Something went wrong on our side.
refused-outcome_unknown = We don’t know yet whether this went through.
refused-unavailable = Temporarily unavailable.
refused-deadline_exceeded = The request timed out.
refused-insufficient_storage = Storage is full.
refused-whole_only = An unpaid order can only be cancelled in full.

fault-below_zero = Discounts exceed the order total.
fault-blank = This can’t be blank.
fault-body = The request was incomplete or late.
fault-currency = The amount is in another currency.
fault-duplicate = Duplicate value.
fault-empty_range = The end is before the start.
fault-for_staff = Requires a staff permission.
fault-insufficient_stock = Insufficient stock.
fault-invalid = Invalid format.
fault-invalid_json = The body is not JSON.
fault-length = Invalid length.
fault-no_product = At least one product is required.
fault-no_such_country = Unknown country.
fault-no_such_line = Unknown order line.
fault-no_such_user = Unknown account.
fault-not_allowed = Not allowed together with another field.
fault-not_on_sale = The product is unavailable.
fault-not_open = Exceeds the open units.
fault-one_of = Exactly one of these fields is required.
fault-range = Out of range.
fault-required = Required.
fault-too_large = The total is too large.
fault-too_many_units = An order can’t contain this many units.
fault-unexpected_body = This operation accepts no body.
fault-unknown_member = Unknown field.
fault-unknown_parameter = Unknown query parameter.
fault-unknown_payment_method = Unknown payment method.

declined-card_declined = The card was declined.
declined-insufficient_funds = Insufficient funds.
declined-authentication_failed = The payment wasn’t confirmed.
declined-abandoned = The payment was abandoned.
declined-ended = The provider ended the payment.
declined-wrong_amount = The provider charged a different amount.
declined-provider_unavailable = The payment provider couldn’t be reached.
declined-other = The payment was declined.

fill-in = fill this in
at-least-characters =
    { $least ->
        [one] at least one character
       *[other] at least { $least } characters
    }
at-most-characters =
    { $most ->
        [one] at most one character
       *[other] at most { $most } characters
    }
# $least (Number)
at-least = { $least } or more
# $most (Number)
at-most = { $most } or less
# $least (Number)
# $most (Number)
password-from-to = a password has { $least } to { $most } characters
# $most (Number)
password-at-most = a password has at most { $most } characters
one-line-of-text = control characters and line breaks are not allowed here
no-control-characters = control characters are not allowed here
letters-and-digits = letters, digits, dots, hyphens and underscores are allowed
email-expected = an email address such as ada@example.com is expected
digits-expected = digits are expected
