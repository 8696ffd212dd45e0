#!/bin/sh
# Walks through the requests of the Express pair of user and order service against a running server, and says what it
# got.
#
#     deploy/try/express-pair.sh [USERS [ORDERS]]
#
# The addresses may also be in USERS_URL and ORDERS_URL. Ends with 1 where anything is not as the interface promises.
# Each order that it asks for is a real one.
set -u

users=${1:-${USERS_URL:-http://localhost:3000}}
orders=${2:-${ORDERS_URL:-http://localhost:3001}}
# a slash at the end of an address makes no difference
users=${users%/} orders=${orders%/}

. "$(dirname "$0")/walk.sh"

ask 200 GET "$users/api/user"
has '"id":1'
has '"name":"JohnDoe"'
has '"email":"john@example.com"'

ask 200 GET "$orders/api/order"
has '"user":{"id":1,"name":"JohnDoe","email":"john@example.com"}'
has '"product":{"name":"SampleProduct","price":100}'
has '"status":"created"'
first=$(member orderId)
ask 200 GET "$orders/api/order"
second=$(member orderId)
if [ "$second" -le "$first" ]; then surprise "an order after $first was expected, and not $second"; fi

finish express-pair
