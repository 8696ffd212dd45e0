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
