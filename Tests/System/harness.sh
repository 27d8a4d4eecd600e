# shellcheck shell=bash
# What the system tests in bash share; they source it in the root of the tree: checking, counting, and the closing line.
#
# A test says which `program` it tries (a whole path), may set `limit`, `shown` and `as`, and ends with `finish`.

test_name=${0##*/}
program=${program:-}
passed=0 failed=0 skipped=()
limit=240 # seconds for any one command of the program
shown=60  # lines of what the program said, where it ended otherwise than it should
as=()     # words before each command of the program: those that make another user of it
top=      # the test's own folder

die() { printf '%s: %s\n' "$test_name" "$*" >&2; exit 1; }

need_program() { [ -x "$program" ] || die "there is no program at $program; build it with: swift build"; }
need_tools() { # PACKAGES TOOL…: `scripts/install-tools PACKAGES` brings them
    local packages=$1 tool
    shift
    for tool in "$@"; do command -v "$tool" >/dev/null || die "$tool is missing: scripts/install-tools $packages"; done
}
own_folder() { # PREFIX: makes $top; whoever makes it removes it
    top=$(mktemp -d "${TMPDIR:-/tmp}/$1-XXXXXXXX")
}

# --- Checking

pass() { passed=$((passed + 1)); printf 'ok      %s\n' "$1"; }
fail() { failed=$((failed + 1)); printf 'FAILED  %s\n' "$1"; shift; [ $# = 0 ] || printf '        %s\n' "$@"; }
skip() { skipped+=("$1: $2"); printf 'SKIPPED %s\n' "$1: $2"; } # WHAT WHY

expect() { # TITLE COMMAND…: it must succeed
    local title=$1 answer
    shift
    if answer=$("$@" 2>&1); then pass "$title"; else fail "$title" "$*" "${answer:0:2000}"; fi
}
is() { # TITLE WANTED GOT
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "wanted: $2" "got:    $3"; fi
}
runs() { # TITLE STATUS ARGUMENT…: the program ends with that status; what it said is in $top/said
    local title=$1 wanted=$2 status=0 start=$SECONDS
    shift 2
    "${as[@]}" timeout --kill-after=10 "$limit" "$program" "$@" >"$top/said" 2>&1 </dev/null || status=$?
    if [ "$status" = "$wanted" ]; then
        pass "$title ($((SECONDS - start)) s)"
    else
        fail "$title" "runbook $*" "wanted exit status $wanted, got $status; it said:" "$(tail -n "$shown" "$top/said")"
    fi
}
said() { grep -qF -- "$1" "$top/said"; }
settle() { # COMMAND…: until it succeeds, 20 s at most
    local _
    for _ in {1..100}; do if "$@" >/dev/null 2>&1; then return 0; fi; sleep 0.2; done
    return 1
}

# --- What is up

snapshot() { "${as[@]}" timeout 30 "$program" status --json 2>/dev/null; }
state_of() { snapshot | jq -r --arg id "$1" '.steps[] | select(.id == $id) | .state'; }
attempts() { snapshot | jq -c '[.steps[] | {(.id): .attempts}] | add'; }
attempts_of() { snapshot | jq -r --arg id "$1" '.steps[] | select(.id == $id) | .attempts'; }
ran_since() { # ATTEMPTS-BEFORE: ids of the steps with more attempts now, in order
    jq -nr --argjson before "$1" --argjson after "$(attempts)" \
        '[$after | to_entries[] | select(.value > ($before[.key] // 0)) | .key] | sort | join(" ")'
}
processes_that() { # COMMAND…: the processes for which COMMAND /proc/PID succeeds, but for this test
    local entry pid
    for entry in /proc/[0-9]*; do
        pid=${entry#/proc/}
        if [ "$pid" = $$ ] || [ "$pid" = "$BASHPID" ]; then continue; fi
        if "$@" "$entry"; then echo "$pid"; fi
    done
}
files_left() { # FOLDER: the first few things in it, in a line
    find "$1" -mindepth 1 2>/dev/null | head -n 5 | tr '\n' ' '
}

finish() { # the closing lines; succeeds if nothing failed
    local also=
    if [ "${#skipped[@]}" -gt 0 ]; then
        printf 'NOT TESTED: %s\n' "${skipped[@]}"
        also=", ${#skipped[@]} skipped"
    fi
    echo "$passed passed, $failed failed$also"
    [ "$failed" = 0 ]
}
