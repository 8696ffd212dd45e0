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

surprises=0
token=none

# ask STATUS METHOD URL [BODY [HEADER]]: asks, shows the answer, and notes a surprise where the status is another one.
ask() {
    wanted=$1 method=$2 url=$3 body=${4-} header=${5-}
    set -- --silent --show-error --max-time 20 --request "$method" --write-out '\n%{http_code}'
    if [ -n "$body" ]; then set -- "$@" --header 'Content-Type: application/json' --data-binary @-; fi
    if [ -n "$header" ]; then set -- "$@" --header "$header"; fi
    said=$(printf '%s' "$body" | curl "$@" "$url") || said="no answer
000"
    status=${said##*
}
    answer=${said%
*}
    # tokens are nobody's business, on a screen either
    printf '%s %s\n    %s %s\n' "$method" "$url" "$status" "$answer" | sed "s|${token:-none}|TOKEN|g"
    if [ "$status" != "$wanted" ]; then surprise "the status $wanted was expected"; fi
}

# has TEXT: the answer holds this text, whatever blanks its JSON has.
has() {
    case $(printf '%s' "$answer" | tr -d ' \n') in
    *"$1"*) ;;
    *) surprise "$1 was expected in the answer" ;;
    esac
}

# member NAME: the value of a text or number of the answer.
member() {
    printf '%s' "$answer" | tr -d '\n' | sed -n "s|.*\"$1\": *\"\{0,1\}\([^\",}]*\).*|\1|p"
}

surprise() {
    surprises=$((surprises + 1))
    printf '    SURPRISE: %s\n' "$1" >&2
}

finish() {
    if [ "$surprises" -gt 0 ]; then
        printf '%s: %s surprises\n' "$1" "$surprises"
        exit 1
    fi
    printf '%s: all as it should be\n' "$1"
}

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
