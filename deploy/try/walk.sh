# Functions of the scripts in this folder, which source this file: send a request, and check its response.

# number of failed checks
failures=0
# the received token, which is not printed
token=none

# request STATUS METHOD URL [BODY [HEADER]]: sends a request, prints the response, and checks its status.
request() {
    wanted=$1 method=$2 url=$3 body=${4-} header=${5-}
    set -- --silent --show-error --max-time 20 --request "$method" --write-out '\n%{http_code}'
    if [ -n "$body" ]; then set -- "$@" --header 'Content-Type: application/json' --data-binary @-; fi
    if [ -n "$header" ]; then set -- "$@" --header "$header"; fi
    said=$(printf '%s' "$body" | curl "$@" "$url") || said="no response
000"
    status=${said##*
}
    response=${said%
*}
    # do not print tokens
    printf '%s %s\n    %s %s\n' "$method" "$url" "$status" "$response" | sed "s|${token:-none}|TOKEN|g"
    if [ "$status" != "$wanted" ]; then unexpected "expected status $wanted"; fi
}

# contains TEXT: checks that the response contains this text, ignoring whitespace.
contains() {
    case $(printf '%s' "$response" | tr -d ' \n') in
    *"$1"*) ;;
    *) unexpected "expected $1 in the response" ;;
    esac
}

# member NAME: prints the value of a string or number in the response.
member() {
    printf '%s' "$response" | tr -d '\n' | sed -n "s|.*\"$1\": *\"\{0,1\}\([^\",}]*\).*|\1|p"
}

unexpected() {
    failures=$((failures + 1))
    printf '    UNEXPECTED: %s\n' "$1" >&2
}

finish() {
    if [ "$failures" -gt 0 ]; then
        printf '%s: %s checks failed\n' "$1" "$failures"
        exit 1
    fi
    printf '%s: all checks passed\n' "$1"
}
