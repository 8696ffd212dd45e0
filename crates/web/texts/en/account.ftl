# Accounts.

sign-in = Sign in
sign-out = Sign out
new-here = New here?{" "}
make-an-account = Create an account
make-an-account-title = Create an account
make-account = Make the account
have-one = Already have an account?{" "}
email-or-username = Email address or username
email = Email address
email-hint = For confirmations of your orders, and to sign in.
username = Username
password = Password
password-hint = 8 to 128 characters, and not a common one.
forgotten = Forgotten?
stay-signed-in = Stay signed in for 30 days
basket-comes-along = Your basket comes along.
do-not-go-together = These sign-in details do not match
set-a-new-password = set a new password
do-not-go-together-more = Try again, or{" "}
enter-who = Enter your email address or username
enter-password = Enter your password
order-by-link = Have you ordered without an account?
order-by-link-more = Open the link in the email that we sent you about the order, or sign in.
switched-off = This account is switched off
switched-off-more = Ask the shop why.
too-often = Too many tries
your-name = Name
enter-email = Enter an email address, such as ada@example.com
email-taken = This email address has an account. Sign in, or enter another one
common-password = This password is on the lists that attackers try first. Choose another one
set-up = Set up this shop
set-up-more = Make its first administrator, who gives others their roles. This works once.
setup-code = Setup code
setup-code-hint = What follows the # in the link that the shop printed at its start.
setup-email-hint = To sign in. It need not be the shop’s.
enter-setup-code = Enter the setup code
not-the-setup-code = This is not the code of the shop’s last start. Take it from the newest link that it printed
setup-email-taken = This email address has an account. Enter another one, or make that account an administrator’s on the shop’s machine with “ordo admin create”
not-set-up = No administrator was made.
make-administrator = Make the administrator
set-up-already = This shop is set up
set-up-already-more = It already has an administrator. Sign in, or ask them for access.
password-length = Enter a password of 8 to 128 characters
account-made = Welcome. Your account is ready
account-made-more = We have sent a link to { $email }. Open it to verify that this email address is yours.
nothing-saved = Nothing was saved.
no-mail-sent = No email was sent.
not-signed-in = You are not signed in.
no-account-made = No account was made.
forgotten-title = Forgotten your password?
forgotten-more = We send a link to your email address.
send-mail = Send the link
mail-sent = Check your inbox
mail-sent-more = If there is an account with this email address, an email with a link is on its way: open it to go on. Or enter its code here.
password-is-set = Your new password is set
password-is-set-more = Sign in with it. Everywhere else you were signed out.
new-password-title = Set a new password
new-password-more = It signs you out everywhere. Sign in with the new password then.
code = Code
code-hint = From the email. Valid once, for one hour.
enter-code = Enter the code of the email
code-not-good = This code is not good, or no longer: it works once, and for an hour, and has to be copied whole. Ask for another one
send-another-code = Send another email
new-password = New password
set-password = Set the password
password-stays = Your password is as it was.
back-to-sign-in = Back to sign-in
overview = Overview
orders = Orders
profile = Profile
sessions = Sessions
called = Your name
your-account = Your account
nothing-needs-you = Nothing needs you.
latest-orders = Latest orders
all-orders = All orders
change = Change
none-yet = None yet
member-since = Customer since
no-orders = No orders yet
no-orders-more = They appear here as soon as you place one, with every step they take. What you ordered as a guest comes here once your email address is verified.
newest = Newest
older = Older
state = State
date = Date
contents = Contents
save-name = Save the name
name-saved = Name saved
password-saved = Password changed. All other sessions have ended
current-password = Current password
enter-current-password = Enter the password that you sign in with
wrong-password = This is not your password
change-password = Change the password
change-password-more = Changing it signs you out everywhere else.
sessions-more = Each of these is a place where you are signed in. End what you do not know: it takes effect within a second.
sessions-alone = You are signed in here only.
unknown-browser = Unknown browser
last-used = Last used{" "}
this-one = This session
end = End
end-others = End all others

wait-seconds =
    { $seconds ->
        [one] Wait a second, and try again.
       *[other] Wait { $seconds } seconds, and try again.
    }
hello = Hello, { $name }
wait-for-payment =
    { $count ->
        [one] One order waits for its payment.
       *[other] { $count } orders wait for their payment.
    }
session-on = {" "}the session on { $browser }
browser-on = { $browser } on { $system }
addresses = Addresses
addresses-more = Checkout begins with your default address. Orders that you have placed stay as they are.
add-address = Add an address
change-address = Change the address
save-address = Save the address
cancel = Cancel
no-addresses = No addresses yet
no-addresses-more = Add one here, or keep one at checkout.
too-many-addresses = There is no room for another address. Remove one that nobody uses
default-address = Default
make-default = Make default
remove-address = Remove…
remove-address-question = Remove this address?
remove-address-more = Orders that go there stay as they are. This cannot be undone.
keep-address-here = Keep the address
remove-it = Remove the address
developer = Developer
personal-token = Personal token
token-more = Your personal token speaks to the API as you. Treat it like a password. What it can do is in the documentation of the{" "}
token-not-shown = The page shows the token only when you ask for it.
show-token = Show token
copy = Copy
copied = Copied
not-copied = Not copied
whole-token = Show all of it
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
token-ends = It belongs to this session, and ends with it. End sessions under{" "}
example = Example of a request
example-hint = With the token from above in the variable TOKEN.
api-asked = Asking the API
api-connected = API connected
api-degraded = API degraded: not all of it works
api-offline = API offline
is-verified = Verified
is-not-verified = Not verified yet
verify = This email address is mine
verify-title = Verify your email address
verify-more = Somebody made an account with this email address. If it was you, confirm it; orders you placed with it as a guest then appear in your account.
verify-why = We have sent an email with a link. Orders that you have placed with this email address without an account come into your account once you have opened it.
send-verification = Send the email again
verification-sent = An email with a link is on its way
verified-title = Your email address is verified
verified-more = What you have ordered with it without an account comes into your account within moments.
link-not-good = This link is not good, or no longer
to-your-profile = To your profile
link-not-good-more = It is good for a day, and once, and has to be copied whole. Nothing was changed. If your address is verified by now, there is nothing to do; if not, ask for another one in your profile.
# Which address a button is about, for whoever does not see where it stands.
of-address = : { $line }
changed-meanwhile = It was changed elsewhere meanwhile. Look at it, and save it again.
changed-to = It was changed elsewhere meanwhile, and says now: { $now }. Save again to replace that.
