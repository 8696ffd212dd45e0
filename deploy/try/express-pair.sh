#!/bin/sh
# Sends the documented requests of the Express pair of user and order service to a running server,
# and prints and checks the responses.
#
#     deploy/try/express-pair.sh [USERS [ORDERS]]
#
# The URLs can also be set in USERS_URL and ORDERS_URL. Exits with 1 if a response differs from the documentation.
# Each order that it places is a real one.
set -u

users=${1:-${USERS_URL:-http://localhost:3000}}
orders=${2:-${ORDERS_URL:-http://localhost:3001}}
# remove trailing slashes
users=${users%/} orders=${orders%/}

. "$(dirname "$0")/walk.sh"

request 200 GET "$users/api/user"
contains '"id":1'
contains '"name":"JohnDoe"'
contains '"email":"john@example.com"'

request 200 GET "$orders/api/order"
contains '"user":{"id":1,"name":"JohnDoe","email":"john@example.com"}'
contains '"product":{"name":"SampleProduct","price":100}'
contains '"status":"created"'
first=$(member orderId)
request 200 GET "$orders/api/order"
second=$(member orderId)
if [ "$second" -le "$first" ]; then unexpected "expected an order ID above $first, not $second"; fi

finish express-pair
