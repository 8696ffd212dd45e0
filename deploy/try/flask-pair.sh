#!/bin/sh
# Walks through the requests of the Flask pair of user and order service against a running server, and says what it got.
#
#     deploy/try/flask-pair.sh [USERS [ORDERS]]
#
# The addresses may also be in USERS_URL and ORDERS_URL. Ends with 1 where anything is not as the interface promises.
set -u

users=${1:-${USERS_URL:-http://localhost:5001}}
orders=${2:-${ORDERS_URL:-http://localhost:5002}}
# a slash at the end of an address makes no difference
users=${users%/} orders=${orders%/}

. "$(dirname "$0")/walk.sh"

email="charlie-$$-$(date +%s)@example.com"

# get a user, create one
ask 200 GET "$users/users/1"
has '"name":"Alice"'
ask 200 GET "$users/users/2"
has '"name":"Bob"'
ask 404 GET "$users/users/999999"
has '"error":"Usernotfound"'
ask 201 POST "$users/users" "{\"name\": \"Charlie\", \"email\": \"$email\"}"
charlie=$(member user_id)
ask 200 GET "$users/users/$charlie"
has "{\"name\":\"Charlie\",\"email\":\"$email\"}"
ask 400 POST "$users/users" "{\"name\": \"Charlie\", \"email\": \"$email\"}"
has '"error":'

# get an order with its user, create one
ask 200 GET "$orders/orders/1"
has '"user_id":1,"product":"Laptop","user":{"name":"Alice"'
ask 200 GET "$orders/orders/2"
has '"user_id":2,"product":"Smartphone"'
ask 404 GET "$orders/orders/999999"
has '"error":"Ordernotfound"'
ask 201 POST "$orders/orders" "{\"user_id\": $charlie, \"product\": \"Tablet\"}"
order=$(member order_id)
ask 200 GET "$orders/orders/$order"
has "{\"user_id\":$charlie,\"product\":\"Tablet\",\"user\":{\"name\":\"Charlie\",\"email\":\"$email\"}}"
ask 404 POST "$orders/orders" '{"user_id": 999999, "product": "Tablet"}'
has '"error":'

finish flask-pair
