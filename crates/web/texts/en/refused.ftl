# What services refuse, by their stable codes: requests, what is wrong with them, and payments.

refused-invalid_request = The request is wrong in form.
refused-invalid_credentials = No account has this name and password.
refused-invalid_refresh_token = The refresh token is not good, or no longer.
refused-unauthenticated = Nobody is signed in.
refused-capture_failed = The money could not be captured.
refused-payment_declined = The payment was declined.
refused-provider_unavailable = The payment provider cannot be reached.
refused-account_disabled = The account has been switched off.
refused-forbidden = This account may not do that.
refused-invalid_reset_token = The code is not good, or no longer.
refused-invalid_setup_token = The token is not the one of this start.
refused-invalid_verification_token = The code is not good, or no longer.
refused-scope_not_held = You may not do yourself what the key is to do.
refused-wrong_password = This is not the account's password.
refused-not_found = There is nothing here.
refused-method_not_allowed = This address does not know that method.
refused-already_paid = The order is paid already.
refused-basket_closed = The basket is an order already, or all of it is in another one.
refused-basket_empty = Nothing is in the basket.
refused-basket_full = There is no room for that in the basket.
refused-email_taken = The email address belongs to an account.
refused-email_verified_already = The email address is verified.
refused-illegal_fulfilment_transition = That cannot be done to a fulfilment in this state.
refused-illegal_payment_transition = That cannot be done in this state.
refused-illegal_refund_transition = This refund cannot be withdrawn: it belongs to a cancellation, or has gone out already.
refused-illegal_transition = That cannot be done in this state.
refused-insufficient_stock = Not every line can be had.
refused-last_admin = This is the last admin.
refused-no_email = The account has no email address.
refused-charge_taken_over = The order’s payment has taken over this charge.
refused-not_handed_over = The money of this refund is not one that people hand over.
refused-not_on_sale = Some products are not on sale.
refused-not_open = Not that many units are open.
refused-on_hold = The order is on hold.
refused-payment_in_progress = Another attempt is under way.
refused-price_changed = The prices have changed.
refused-refund_exceeds_captured = There is not that much left to refund.
refused-sku_taken = Another product has this SKU.
refused-stock_changed = There are others on hand by now.
refused-already_booked = It has been booked already.
refused-stock_below_zero = There is not that much on hand.
refused-stock_reserved = More is reserved than would be on hand.
refused-too_many_addresses = The account has as many addresses as one can have.
refused-too_many_api_keys = You have as many API keys as one account can have.
refused-too_many_attempts = There have been too many attempts to pay this order.
refused-too_many_notes = There are as many notes about this order as there can be.
refused-too_many_unpaid_orders = There are too many unpaid orders of this account.
refused-username_taken = The username is taken.
refused-version_conflict = Somebody else has changed it since.
refused-void_refused = The payment provider does not void the authorization: it stands.
refused-webhook_not_verified = The signature of this webhook is missing, wrong or too old.
refused-worn_out = Placing it was given up too often.
refused-events_gone = Some of the events after this cursor are not kept any more.
refused-set_up_already = The shop has been set up: it has an administrator.
refused-precondition_failed = Somebody has changed this since the page was loaded. Look at it as it is now, and send it once more.
refused-body_too_large = The body is larger than allowed.
refused-unsupported_media_type = This form of body is not understood.
refused-common_password = The password is too common.
refused-key_reused = This idempotency key was used for something else, or what it made is gone.
refused-unknown_payment_method = This method of payment is not known.
refused-unprocessable = The request is right in form, and cannot be done as it is.
refused-precondition_required = This change needs to know what it changes.
refused-rate_limited = Too many requests.
refused-too_many_failures = Too many failures.
refused-too_many_streams = This account has too many streams open.
refused-internal = Something broke on our side.
refused-outcome_unknown = It is not known whether this was done.
refused-unavailable = This cannot be done at the moment.
refused-deadline_exceeded = There was no time left to answer.
refused-insufficient_storage = There is no room left to write.
refused-whole_only = An order that waits for its payment is cancelled as a whole.

fault-below_zero = The discounts of an order are more than all the rest.
fault-blank = There are only blanks in it, where something is to be read.
fault-body = The body broke off, or did not come in time.
fault-currency = The amount is in another currency.
fault-duplicate = It is given twice.
fault-empty_range = This lies before the beginning: nothing is in between.
fault-for_staff = Only staff with the permission may set this member.
fault-insufficient_stock = There are not enough pieces; `available` says how many.
fault-invalid = It has not the form that is expected.
fault-invalid_json = The body is not JSON.
fault-length = It is too short or too long.
fault-no_product = An order of a customer has at least one product.
fault-no_such_country = There is no such country.
fault-no_such_line = The order has no such line.
fault-no_such_user = There is no such account.
fault-not_allowed = It must not be given beside another member.
fault-not_on_sale = The product is not on sale.
fault-not_open = Fewer pieces than that are open; `available` says how many.
fault-one_of = One of several members is to be given, and not more of them.
fault-range = The number lies beyond what is possible.
fault-required = It is missing.
fault-too_large = The total is more than can be kept.
fault-too_many_units = An order can’t contain this many units.
fault-unexpected_body = This operation takes no body.
fault-unknown_member = This member of the body is not known here.
fault-unknown_parameter = This parameter of the query is not known here.
fault-unknown_payment_method = The payment provider does not know this method.

declined-card_declined = The card was declined.
declined-insufficient_funds = There is not enough money on the account.
declined-authentication_failed = The payment was not confirmed by its owner.
declined-abandoned = The payment was given up.
declined-ended = The payment was ended at the provider.
declined-wrong_amount = The provider charged another amount.
declined-provider_unavailable = The payment provider could not be reached.
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
at-least = { $least } or more
at-most = { $most } or less
password-from-to = a password has { $least } to { $most } characters
password-at-most = a password has at most { $most } characters
one-line-of-text = control characters and line breaks are not allowed here
no-control-characters = control characters are not allowed here
letters-and-digits = letters, digits, dots, hyphens and underscores are allowed
email-expected = an email address such as ada@example.com is expected
digits-expected = digits are expected
