# Accounts.

sign-in = Sign in
sign-out = Sign out
new-here = New here?{" "}
make-an-account = Create an account
make-an-account-title = Create an account
make-account = Create account
have-one = Already have an account?{" "}
email-or-username = Email address or username
email = Email address
email-hint = For order confirmations and to sign in.
username = Username
password = Password
password-hint = 8 to 128 characters. Avoid common passwords.
forgotten = Forgot password?
stay-signed-in = Stay signed in for 30 days
basket-comes-along = Your basket is kept when you sign in.
do-not-go-together = Incorrect email, username or password
set-a-new-password = reset your password
do-not-go-together-more = Try again or{" "}
enter-who = Enter your email address or username
enter-password = Enter your password
order-by-link = Ordered as a guest?
order-by-link-more = Open the link in the email we sent you about the order, or sign in.
switched-off = This account is disabled
switched-off-more = Contact the shop for help.
too-often = Too many attempts
your-name = Name
enter-email = Enter an email address, such as ada@example.com
email-taken = This email address is already in use. Sign in or use a different one
common-password = This password is too common. Choose a different one
set-up = Set up your shop
set-up-more = Create the first administrator, who can assign roles to others. Setup can only be completed once.
setup-code = Setup code
setup-code-hint = The part after # in the setup link that the shop printed when it started.
setup-email-hint = To sign in. It doesn’t have to be the shop’s address.
enter-setup-code = Enter the setup code
not-the-setup-code = This setup code is invalid or out of date. Use the most recent setup link
setup-email-taken = This email address is already in use. Use a different one, or make that account an administrator with “ordo admin create” on the server
not-set-up = No administrator was created.
make-administrator = Create administrator
set-up-already = Setup is already complete
set-up-already-more = This shop has an administrator. Sign in or ask them for access.
password-length = Enter a password of 8 to 128 characters
account-made = Welcome. Your account is ready
account-made-more = We’ve sent a link to { $email }. Open it to verify your email address.
nothing-saved = Your changes weren’t saved.
no-mail-sent = No email was sent.
not-signed-in = You’re not signed in.
no-account-made = Your account wasn’t created.
forgotten-title = Forgot your password?
forgotten-more = We’ll email you a link to reset it.
send-mail = Send link
mail-sent = Check your inbox
mail-sent-more = If an account exists for this email, we’ve sent a reset link. Open it, or enter the code here.
password-is-set = Password changed
password-is-set-more = Sign in with your new password. You’ve been signed out everywhere else.
new-password-title = Set a new password
new-password-more = You’ll be signed out everywhere. Then sign in with your new password.
code = Code
code-hint = From the email. Can be used once, within 1 hour.
enter-code = Enter the code from the email
code-not-good = This code is invalid or has expired. Codes work once, within 1 hour. Request a new one
send-another-code = Send new email
new-password = New password
set-password = Set password
password-stays = Your password wasn’t changed.
back-to-sign-in = Back to sign-in
overview = Overview
orders = Orders
profile = Profile
sessions = Sessions
called = Your name
your-account = Your account
nothing-needs-you = You’re all caught up.
latest-orders = Latest orders
all-orders = All orders
change = Change
none-yet = Not set
member-since = Customer since
no-orders = No orders yet
no-orders-more = Your orders appear here. Guest orders are added once you verify your email address.
newest = Newest
older = Older
state = Status
date = Date
contents = Items
save-name = Save name
name-saved = Name saved
password-saved = Password changed. You’ve been signed out of all other sessions
current-password = Current password
enter-current-password = Enter your current password
wrong-password = The current password is incorrect
change-password = Change password
change-password-more = You’ll be signed out everywhere else.
sessions-more = Devices where you’re signed in. Sign out any you don’t recognize.
sessions-alone = You’re only signed in here.
unknown-browser = Unknown browser
last-used = Last used{" "}
this-one = This session
end = Sign out
end-others = Sign out all other sessions

wait-seconds =
    { $seconds ->
        [one] Try again in 1 second.
       *[other] Try again in { $seconds } seconds.
    }
hello = Hello, { $name }
wait-for-payment =
    { $count ->
        [one] 1 order is awaiting payment.
       *[other] { $count } orders are awaiting payment.
    }
session-on = {" "}of { $browser }
browser-on = { $browser } on { $system }
addresses = Addresses
addresses-more = Checkout starts with your default address. Changes don’t affect existing orders.
add-address = Add address
change-address = Edit address
save-address = Save address
cancel = Cancel
no-addresses = No addresses yet
no-addresses-more = Add one here, or save one at checkout.
too-many-addresses = You’ve reached the address limit. Remove one to add another
default-address = Default
make-default = Set as default
remove-address = Remove…
remove-address-question = Remove this address?
remove-address-more = Existing orders aren’t affected. This can’t be undone.
keep-address-here = Keep address
remove-it = Remove address
developer = Developer
personal-token = Personal token
token-more = Your personal token gives API access as you. Keep it secret. To see what it can do, read the documentation of the{" "}
token-not-shown = The token is hidden until you show it.
show-token = Show token
copy = Copy
copied = Copied
not-copied = Not copied
whole-token = Show full token
expires = Expires
expires-in-minutes =
    { $count ->
        [0] in less than a minute
        [one] in { $count } minute
       *[other] in { $count } minutes
    }
expires-in-hours =
    { $count ->
        [one] in { $count } hour
       *[other] in { $count } hours
    }
issued = Issued
token-ends = The token expires with this session. Manage sessions under{" "}
example = Example request
example-hint = Set the variable TOKEN to your personal token.
api-asked = Checking API
api-connected = API connected
api-degraded = API degraded
api-offline = API offline
is-verified = Verified
is-not-verified = Not verified yet
verify = Confirm email address
verify-title = Verify your email address
verify-more = An account was created with this email address. If that was you, confirm the address; orders you placed with it as a guest then appear in your account.
verify-why = We’ve sent you an email with a link. Open it to verify your address; orders you placed with it as a guest then appear in your account.
send-verification = Resend email
verification-sent = Verification email sent
verified-title = Email address verified
verified-more = Orders you placed with it as a guest will appear in your account shortly.
link-not-good = This link is invalid or has expired
to-your-profile = Go to profile
link-not-good-more = Links can be used once, within 24 hours. If your email address is already verified, no action is needed. Otherwise, request a new link in your profile.
# The address that a button is about, for screen readers.
of-address = : { $line }
changed-meanwhile = This was changed in another session. Review it and save again.
changed-to = This was changed in another session to: { $now }. Save again to replace it.
