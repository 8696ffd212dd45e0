# Accounts.

sign-in = Sign in
sign-out = Sign out
new-here = New here?{" "}
make-an-account = Make an account
make-an-account-title = Make an account
make-account = Make the account
have-one = You have one?{" "}
email-or-username = E-mail or username
email = E-mail
email-hint = For confirmations of your orders, and to sign in.
username = Username
password = Password
password-hint = 8 characters or more, and not a common one.
forgotten = Forgotten?
stay-signed-in = Stay signed in on this device for 30 days
basket-comes-along = Your basket comes along.
do-not-go-together = This name and password do not go together
do-not-go-together-more = Try again, or choose a new password by “Forgotten?”.
switched-off = This account is switched off
switched-off-more = Ask the shop why.
too-often = Too many tries
your-name = Name
enter-email = Enter an e-mail address, such as ada@example.com
email-taken = This e-mail address has an account. Sign in, or enter another one
common-password = This password is on the lists that attackers try first. Choose another one
password-length = Enter 8 to 128 characters
no-account-made = No account was made.
forgotten-title = Choose a new password
forgotten-more = We send a code to your e-mail address.
send-mail = Send the code
mail-sent = Look into your mailbox
mail-sent-more = If there is an account with this address, a mail with a code is on its way.
new-password-title = Set a new password
new-password-more = All your sessions end; sign in with the new password then.
code = Code
code-hint = From the mail. It is good for an hour, once.
enter-code = Enter the code of the mail
code-not-good = This code is not good, or no longer. Ask for another mail
new-password = New password
set-password = Set the password
password-stays = Your password is as it was.
back-to-sign-in = Back to signing in
overview = Overview
orders = Orders
profile = Profile
devices = Devices
sessions = Where you are signed in
called = What you are called
your-account = Your account
nothing-needs-you = Nothing needs you.
latest-orders = Latest orders
all-orders = All orders
change = Change
none-yet = None yet
member-since = Here since
no-orders = No orders yet
no-orders-more = They appear here as soon as you place one, with every step they take.
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
change-password-more = All other sessions end within a second; this one goes on.
sessions-more = End what you do not know. It takes effect within a second.
unknown-browser = Unknown browser
last-used = last used{" "}
this-one = This device
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
