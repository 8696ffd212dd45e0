# What the scripts of this folder share: asking, and noting what is not as the interface promises. They read it with `.`.

# how many answers were not as expected
surprises=0
# the token that the walk got, so that it is not shown
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
