#!/bin/sh
# Walks through the requests of the e-commerce microservices against a running server, and says what it got.
#
#     deploy/try/ecommerce.sh [AUTH [PRODUCTS [ORDERS]]]
#
# The addresses may also be in AUTH_URL, PRODUCTS_URL and ORDERS_URL. Products and order statuses are written by staff:
# set STAFF_USERNAME (an e-mail address does, too) and STAFF_PASSWORD; without them the server must have been started with
# --compat-open-writes. Ends with 1 where anything is not as the interface promises.
set -u

auth=${1:-${AUTH_URL:-http://localhost:5000}}
products=${2:-${PRODUCTS_URL:-http://localhost:5001}}
orders=${3:-${ORDERS_URL:-http://localhost:5002}}
# a slash at the end of an address makes no difference
auth=${auth%/} products=${products%/} orders=${orders%/}

. "$(dirname "$0")/walk.sh"

name="buyer-$$-$(date +%s)"

# signs_in USERNAME PASSWORD: leaves the header of a token in $bearer.
signs_in() {
    ask 200 POST "$auth/login" "{\"username\": \"$1\", \"password\": \"$2\"}" > /dev/null
    token=$(member access_token)
    bearer="Authorization: Bearer $token"
    printf 'POST %s/login\n    %s signed in\n' "$auth" "$status"
    if [ -z "$token" ]; then
        surprise "a token for $1 was expected: without one there is nothing to go on with"
        finish ecommerce
    fi
}

# register, sign in
ask 201 POST "$auth/register" "{\"username\": \"$name\", \"password\": \"Teapots-4-all\"}"
has '"message":"Userregisteredsuccessfully"'
ask 409 POST "$auth/register" "{\"username\": \"$name\", \"password\": \"Teapots-4-all\"}"
has '"message":"Useralreadyexists"'
ask 401 POST "$auth/login" "{\"username\": \"$name\", \"password\": \"wrong\"}"
has '"message":"Invalidcredentials"'
signs_in "${STAFF_USERNAME:-$name}" "${STAFF_PASSWORD:-Teapots-4-all}"
staff=$bearer

# products, with a version for each
teapot='{"name": "Teapot", "description": "Blue", "price": "24.50", "stock": "12"}'
ask 401 POST "$products/products" "$teapot"
has '"msg":'
ask 201 POST "$products/products" "$teapot" "$staff"
has '"message":"Productaddedsuccessfully"'
has '"price":24.5,"stock":12,"version":0'
product=$(member _id)
if [ -z "$product" ]; then
    echo 'without a product there is nothing to go on with: set STAFF_USERNAME and STAFF_PASSWORD, or start the' \
        'server with --compat-open-writes' >&2
    finish ecommerce
fi
ask 200 GET "$products/products" > /dev/null
has "\"_id\":\"$product\""
printf 'GET %s/products\n    %s it is in the list\n' "$products" "$status"
ask 200 GET "$products/products/$product"
ask 200 PUT "$products/products/$product" '{"price": 25, "version": 0}' "$staff"
has '"version":1'
ask 409 PUT "$products/products/$product" '{"price": 26, "version": 0}' "$staff"
has '"message":'

# orders
signs_in "$name" Teapots-4-all
ask 401 POST "$orders/orders" "{\"product_id\": \"$product\", \"quantity\": \"2\", \"total_price\": \"50\"}"
ask 400 POST "$orders/orders" "{\"product_id\": \"$product\", \"quantity\": \"2\", \"total_price\": \"1\"}" "$bearer"
ask 201 POST "$orders/orders" "{\"product_id\": \"$product\", \"quantity\": \"2\", \"total_price\": \"50\"}" "$bearer"
has "\"user_id\":\"$name\",\"product_id\":\"$product\",\"quantity\":2,\"total_price\":50,\"status\":\"pending\""
order=$(member _id)
if [ -z "$order" ]; then finish ecommerce; fi
ask 409 POST "$orders/orders" "{\"product_id\": \"$product\", \"quantity\": 11}" "$bearer"
ask 200 GET "$products/products/$product"
has '"stock":10'
ask 200 GET "$orders/orders/$order" '' "$bearer"
ask 200 GET "$orders/orders/user/$name" '' "$bearer"
has "\"_id\":\"$order\""
ask 403 GET "$orders/orders/user/somebody-else" '' "$bearer"
ask 400 PUT "$orders/orders/$order" '{"status": "lost"}' "$staff"
ask 200 PUT "$orders/orders/$order" '{"status": "cancelled"}' "$staff"
has '"status":"cancelled"'
ask 409 PUT "$orders/orders/$order" '{"status": "shipped"}' "$staff"
# its stock is on sale again within a moment
for _ in 1 2 3 4 5; do
    case $(curl --silent --max-time 20 "$products/products/$product" | tr -d ' \n') in *'"stock":12'*) break ;; esac
    sleep 1
done
ask 200 GET "$products/products/$product"
has '"stock":12'

# and away with it
ask 200 DELETE "$products/products/$product" '' "$staff"
ask 404 GET "$products/products/$product"

finish ecommerce
