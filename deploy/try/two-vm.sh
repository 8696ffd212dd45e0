#!/bin/sh
# Sends the documented requests of the two-VM order management to a running server,
# and prints and checks the responses.
#
#     deploy/try/two-vm.sh [USERS [ORDERS]]
#
# The URLs can also be set in USERS_URL and ORDERS_URL. Exits with 1 if a response differs from the documentation.
set -u

users=${1:-${USERS_URL:-http://localhost:5001}}
orders=${2:-${ORDERS_URL:-http://localhost:5002}}
# remove trailing slashes
users=${users%/} orders=${orders%/}

. "$(dirname "$0")/walk.sh"

email="ann-$$-$(date +%s)@example.com"

# create a user
request 201 POST "$users/users" "{\"name\": \"Ann\", \"email\": \"$email\", \"password\": \"first-VM-2024\", \"address\": \"1 Main Street\"}"
contains '"message":"UserAnnaddedsuccessfully!"'
request 400 POST "$users/users" "{\"name\": \"Ann\", \"email\": \"$email\", \"password\": \"first-VM-2024\"}"
contains '"error":'
request 400 POST "$users/users" '{"name": "Ann"}'
contains '"error":'

# sign in, and validate the token
request 401 POST "$users/users/login" "{\"email\": \"$email\", \"password\": \"wrong\"}"
contains '"error":"Invalidemailorpassword"'
request 200 POST "$users/users/login" "{\"email\": \"$email\", \"password\": \"first-VM-2024\"}" > /dev/null
token=$(member token)
printf 'POST %s/users/login\n    %s signed in\n' "$users" "$status"
if [ -z "$token" ]; then
    unexpected 'expected a token; cannot continue without one'
    finish two-vm
fi
request 200 GET "$users/users/token/$token"
contains '"valid":true'
request 401 GET "$users/users/token/nonsense"
contains '"error":"Invalidtoken"'

# only staff can list users
request 403 GET "$users/users" '' "Authorization: Bearer $token"
contains '"error":'

# place an order, and list orders
request 201 POST "$orders/orders" "{\"item\": \"Tea, loose\", \"token\": \"$token\"}"
contains '"message":"Orderplacedsuccessfully!"'
request 401 POST "$orders/orders" '{"item": "Tea, loose"}'
contains '"error":'
request 400 POST "$orders/orders" "{\"token\": \"$token\"}"
contains '"error":'
request 200 GET "$orders/orders?token=$token"
contains '"order_id":1'
contains '"status":"Pending"'
request 200 GET "$orders/orders/1?token=$token"
contains '"item":"Tea,loose"'
request 404 GET "$orders/orders/2?token=$token"
contains '"error":"Ordernotfound"'
request 401 GET "$orders/orders"
contains '"error":'

finish two-vm
