#!/bin/sh
# Walks through the requests of the two-VM order management against a running server, and says what it got.
#
#     deploy/try/two-vm.sh [USERS [ORDERS]]
#
# The addresses may also be in USERS_URL and ORDERS_URL. Ends with 1 where anything is not as the interface promises.
set -u

users=${1:-${USERS_URL:-http://localhost:5001}}
orders=${2:-${ORDERS_URL:-http://localhost:5002}}
# a slash at the end of an address makes no difference
users=${users%/} orders=${orders%/}

. "$(dirname "$0")/walk.sh"

email="ann-$$-$(date +%s)@example.com"

# create a user
ask 201 POST "$users/users" "{\"name\": \"Ann\", \"email\": \"$email\", \"password\": \"first-VM-2024\", \"address\": \"1 Main Street\"}"
has '"message":"UserAnnaddedsuccessfully!"'
ask 400 POST "$users/users" "{\"name\": \"Ann\", \"email\": \"$email\", \"password\": \"first-VM-2024\"}"
has '"error":'
ask 400 POST "$users/users" '{"name": "Ann"}'
has '"error":'

# sign in, and have the token checked
ask 401 POST "$users/users/login" "{\"email\": \"$email\", \"password\": \"wrong\"}"
has '"error":"Invalidemailorpassword"'
ask 200 POST "$users/users/login" "{\"email\": \"$email\", \"password\": \"first-VM-2024\"}" > /dev/null
token=$(member token)
printf 'POST %s/users/login\n    %s signed in\n' "$users" "$status"
if [ -z "$token" ]; then
    surprise 'a token was expected: without one there is nothing to go on with'
    finish two-vm
fi
ask 200 GET "$users/users/token/$token"
has '"valid":true'
ask 401 GET "$users/users/token/nonsense"
has '"error":"Invalidtoken"'

# the list of users is for staff only
ask 403 GET "$users/users" '' "Authorization: Bearer $token"
has '"error":'

# order, and see the orders
ask 201 POST "$orders/orders" "{\"item\": \"Tea, loose\", \"token\": \"$token\"}"
has '"message":"Orderplacedsuccessfully!"'
ask 401 POST "$orders/orders" '{"item": "Tea, loose"}'
has '"error":'
ask 400 POST "$orders/orders" "{\"token\": \"$token\"}"
has '"error":'
ask 200 GET "$orders/orders?token=$token"
has '"order_id":1'
has '"status":"Pending"'
ask 200 GET "$orders/orders/1?token=$token"
has '"item":"Tea,loose"'
ask 404 GET "$orders/orders/2?token=$token"
has '"error":"Ordernotfound"'
ask 401 GET "$orders/orders"
has '"error":'

finish two-vm
