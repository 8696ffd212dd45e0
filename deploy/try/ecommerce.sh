#!/bin/sh
# Sends the documented requests of the e-commerce microservices to a running server,
# and prints and checks the responses.
#
#     deploy/try/ecommerce.sh [AUTH [PRODUCTS [ORDERS]]]
#
# The URLs can also be set in AUTH_URL, PRODUCTS_URL and ORDERS_URL. Only staff can write products and order statuses: set
# STAFF_USERNAME (or an email address) and STAFF_PASSWORD, or start the server with --compat-open-writes. Exits with 1 if a
# response differs from the documentation.
set -u

auth=${1:-${AUTH_URL:-http://localhost:5000}}
products=${2:-${PRODUCTS_URL:-http://localhost:5001}}
orders=${3:-${ORDERS_URL:-http://localhost:5002}}
# remove trailing slashes
auth=${auth%/} products=${products%/} orders=${orders%/}

. "$(dirname "$0")/walk.sh"

name="buyer-$$-$(date +%s)"

# signs_in USERNAME PASSWORD: sets $bearer to the header with the token.
signs_in() {
    request 200 POST "$auth/login" "{\"username\": \"$1\", \"password\": \"$2\"}" > /dev/null
    token=$(member access_token)
    bearer="Authorization: Bearer $token"
    printf 'POST %s/login\n    %s signed in\n' "$auth" "$status"
    if [ -z "$token" ]; then
        unexpected "expected a token for $1; cannot continue without one"
        finish ecommerce
    fi
}

# register, sign in
request 201 POST "$auth/register" "{\"username\": \"$name\", \"password\": \"Teapots-4-all\"}"
contains '"message":"Userregisteredsuccessfully"'
request 409 POST "$auth/register" "{\"username\": \"$name\", \"password\": \"Teapots-4-all\"}"
contains '"message":"Useralreadyexists"'
request 401 POST "$auth/login" "{\"username\": \"$name\", \"password\": \"wrong\"}"
contains '"message":"Invalidcredentials"'
signs_in "${STAFF_USERNAME:-$name}" "${STAFF_PASSWORD:-Teapots-4-all}"
staff=$bearer

# products and their versions
teapot='{"name": "Teapot", "description": "Blue", "price": "24.50", "stock": "12"}'
request 401 POST "$products/products" "$teapot"
contains '"msg":'
request 201 POST "$products/products" "$teapot" "$staff"
contains '"message":"Productaddedsuccessfully"'
contains '"price":24.5,"stock":12,"version":0'
product=$(member _id)
if [ -z "$product" ]; then
    echo 'cannot continue without a product: set STAFF_USERNAME and STAFF_PASSWORD, or start the server with' \
        '--compat-open-writes' >&2
    finish ecommerce
fi
request 200 GET "$products/products" > /dev/null
contains "\"_id\":\"$product\""
printf 'GET %s/products\n    %s the product is in the list\n' "$products" "$status"
request 200 GET "$products/products/$product"
request 200 PUT "$products/products/$product" '{"price": 25, "version": 0}' "$staff"
contains '"version":1'
request 409 PUT "$products/products/$product" '{"price": 26, "version": 0}' "$staff"
contains '"message":'

# orders
signs_in "$name" Teapots-4-all
request 401 POST "$orders/orders" "{\"product_id\": \"$product\", \"quantity\": \"2\", \"total_price\": \"50\"}"
request 400 POST "$orders/orders" "{\"product_id\": \"$product\", \"quantity\": \"2\", \"total_price\": \"1\"}" "$bearer"
request 201 POST "$orders/orders" "{\"product_id\": \"$product\", \"quantity\": \"2\", \"total_price\": \"50\"}" "$bearer"
contains "\"user_id\":\"$name\",\"product_id\":\"$product\",\"quantity\":2,\"total_price\":50,\"status\":\"pending\""
order=$(member _id)
if [ -z "$order" ]; then finish ecommerce; fi
request 409 POST "$orders/orders" "{\"product_id\": \"$product\", \"quantity\": 11}" "$bearer"
request 200 GET "$products/products/$product"
contains '"stock":10'
request 200 GET "$orders/orders/$order" '' "$bearer"
request 200 GET "$orders/orders/user/$name" '' "$bearer"
contains "\"_id\":\"$order\""
request 403 GET "$orders/orders/user/somebody-else" '' "$bearer"
request 400 PUT "$orders/orders/$order" '{"status": "lost"}' "$staff"
request 200 PUT "$orders/orders/$order" '{"status": "cancelled"}' "$staff"
contains '"status":"cancelled"'
request 409 PUT "$orders/orders/$order" '{"status": "shipped"}' "$staff"
# the stock is available again shortly
for _ in 1 2 3 4 5; do
    case $(curl --silent --max-time 20 "$products/products/$product" | tr -d ' \n') in *'"stock":12'*) break ;; esac
    sleep 1
done
request 200 GET "$products/products/$product"
contains '"stock":12'

# delete the product
request 200 DELETE "$products/products/$product" '' "$staff"
request 404 GET "$products/products/$product"

finish ecommerce
