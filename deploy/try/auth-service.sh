#!/bin/sh
# Walks through the requests of the auth service of the online order management against a running server, and says what
# it got. `auth-service.ps1` does the same.
#
#     deploy/try/auth-service.sh [AUTH]
#
# The address may also be in AUTH_URL. Ends with 1 where anything is not as the interface promises.
set -u

auth=${1:-${AUTH_URL:-http://localhost:5000}}
# a slash at the end of an address makes no difference
auth=${auth%/}

. "$(dirname "$0")/walk.sh"

name="johndoe-$$-$(date +%s)"

ask 200 GET "$auth/health"
has '"status":"healthy","service":"auth-service","timestamp":"'

# register
ask 201 POST "$auth/register" "{\"username\": \"$name\", \"email\": \"$name@example.com\", \"password\": \"SecurePass123\"}"
has '"message":"Userregisteredsuccessfully"'
has "\"username\":\"$name\",\"email\":\"$name@example.com\""
ask 400 POST "$auth/register" "{\"username\": \"$name\", \"email\": \"$name@example.com\", \"password\": \"SecurePass123\"}"
has '"error":'
ask 400 POST "$auth/register" '{"username": "jo", "email": "jo@example.com", "password": "SecurePass123"}'
has '"error":'

# sign in
ask 401 POST "$auth/login" "{\"email\": \"$name@example.com\", \"password\": \"wrong\"}"
has '"error":"Invalidcredentials"'
ask 400 POST "$auth/login" '{"email": "john@example.com"}'
has '"error":'
ask 200 POST "$auth/login" "{\"email\": \"$name@example.com\", \"password\": \"SecurePass123\"}" > /dev/null
has '"message":"Loginsuccessful"'
token=$(member token)
printf 'POST %s/login\n    %s signed in\n' "$auth" "$status"

# what the token is good for
ask 200 POST "$auth/validate" "{\"token\": \"$token\"}"
has '"valid":true'
ask 401 POST "$auth/validate" '{"token": "nonsense"}'
has '"valid":false'
ask 200 GET "$auth/me" '' "Authorization: Bearer $token"
has "\"username\":\"$name\""
has '"created_at":'
ask 401 GET "$auth/me"
has '"error":'

finish auth-service
