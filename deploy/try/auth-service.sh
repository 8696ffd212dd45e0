#!/bin/sh
# Sends the documented requests of the auth service of the online order management to a running server,
# and prints and checks the responses. `auth-service.ps1` does the same.
#
#     deploy/try/auth-service.sh [AUTH]
#
# The URL can also be set in AUTH_URL. Exits with 1 if a response differs from the documentation.
set -u

auth=${1:-${AUTH_URL:-http://localhost:5000}}
# remove trailing slashes
auth=${auth%/}

. "$(dirname "$0")/walk.sh"

name="johndoe-$$-$(date +%s)"

request 200 GET "$auth/health"
contains '"status":"healthy","service":"auth-service","timestamp":"'

# register
request 201 POST "$auth/register" "{\"username\": \"$name\", \"email\": \"$name@example.com\", \"password\": \"SecurePass123\"}"
contains '"message":"Userregisteredsuccessfully"'
contains "\"username\":\"$name\",\"email\":\"$name@example.com\""
request 400 POST "$auth/register" "{\"username\": \"$name\", \"email\": \"$name@example.com\", \"password\": \"SecurePass123\"}"
contains '"error":'
request 400 POST "$auth/register" '{"username": "jo", "email": "jo@example.com", "password": "SecurePass123"}'
contains '"error":'

# sign in
request 401 POST "$auth/login" "{\"email\": \"$name@example.com\", \"password\": \"wrong\"}"
contains '"error":"Invalidcredentials"'
request 400 POST "$auth/login" '{"email": "john@example.com"}'
contains '"error":'
request 200 POST "$auth/login" "{\"email\": \"$name@example.com\", \"password\": \"SecurePass123\"}" > /dev/null
contains '"message":"Loginsuccessful"'
token=$(member token)
printf 'POST %s/login\n    %s signed in\n' "$auth" "$status"

# use the token
request 200 POST "$auth/validate" "{\"token\": \"$token\"}"
contains '"valid":true'
request 401 POST "$auth/validate" '{"token": "nonsense"}'
contains '"valid":false'
request 200 GET "$auth/me" '' "Authorization: Bearer $token"
contains "\"username\":\"$name\""
contains '"created_at":'
request 401 GET "$auth/me"
contains '"error":'

finish auth-service
