#!/bin/sh
# Sends the documented requests of the Flask pair of user and order service to a running server,
# and prints and checks the responses.
#
#     deploy/try/flask-pair.sh [USERS [ORDERS]]
#
# The URLs can also be set in USERS_URL and ORDERS_URL. Exits with 1 if a response differs from the documentation.
set -u

users=${1:-${USERS_URL:-http://localhost:5001}}
orders=${2:-${ORDERS_URL:-http://localhost:5002}}
# remove trailing slashes
users=${users%/} orders=${orders%/}

. "$(dirname "$0")/walk.sh"

email="charlie-$$-$(date +%s)@example.com"

# get a user, create one
request 200 GET "$users/users/1"
contains '"name":"Alice"'
request 200 GET "$users/users/2"
contains '"name":"Bob"'
request 404 GET "$users/users/999999"
contains '"error":"Usernotfound"'
request 201 POST "$users/users" "{\"name\": \"Charlie\", \"email\": \"$email\"}"
charlie=$(member user_id)
request 200 GET "$users/users/$charlie"
contains "{\"name\":\"Charlie\",\"email\":\"$email\"}"
request 400 POST "$users/users" "{\"name\": \"Charlie\", \"email\": \"$email\"}"
contains '"error":'

# get an order with its user, create one
request 200 GET "$orders/orders/1"
contains '"user_id":1,"product":"Laptop","user":{"name":"Alice"'
request 200 GET "$orders/orders/2"
contains '"user_id":2,"product":"Smartphone"'
request 404 GET "$orders/orders/999999"
contains '"error":"Ordernotfound"'
request 201 POST "$orders/orders" "{\"user_id\": $charlie, \"product\": \"Tablet\"}"
order=$(member order_id)
request 200 GET "$orders/orders/$order"
contains "{\"user_id\":$charlie,\"product\":\"Tablet\",\"user\":{\"name\":\"Charlie\",\"email\":\"$email\"}}"
request 404 POST "$orders/orders" '{"user_id": 999999, "product": "Tablet"}'
contains '"error":'

finish flask-pair
