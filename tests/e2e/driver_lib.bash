# shellcheck shell=bash
# Shared by the scripts beside it, which source it: $dossier, a work folder $T, and checks that count.
set -u
dossier=$(realpath "${DOSSIER:-build/dossier}")
root=$PWD
export DOSSIER_SHARE=$root
unset SOURCE_DATE_EPOCH
T=$(mktemp -d "${TMPDIR:-/tmp}/dossier-e2e.XXXXXX")
trap 'rm -rf "$T"' EXIT
passed=0 failed=0

ok() { # TEXT COMMAND...: the command succeeds
	local text=$1
	shift
	if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "failed: $text"; fi
}
is() { # TEXT GOT WANT
	ok "$1: got '$2', want '$3'" test "$2" = "$3"
}
# Runs dossier in $T with these arguments: status in $status, output in $T/out and $T/err.
run() {
	(cd "$T" && "$dossier" "$@" >out 2>err </dev/null)
	status=$?
}
# The last run ended with this status and, unless that is 0, one line on stderr that has the text.
ended() { # STATUS [TEXT]
	ok "status $status instead of $1: $(cat "$T/err")" test "$status" = "$1"
	ok "not one line: $(cat "$T/err")" test "$(wc -l <"$T/err")" = $(($1 != 0))
	ok "'$(cat "$T/err")' lacks '${2:-}'" grep -qF -- "${2:-}" <(cat "$T/err" && [ "$1" != 0 ] || echo)
}
# What must not depend on how a run went: artifacts by content, markers by key.
digest() { # JOB
	(cd "$1" && find . -type f ! -name state.json ! -name telemetry.jsonl ! -name .lock ! -name original.json \
		! -name '*.done' -exec sha256sum {} + | sort -k 2 && grep -H '^  "key"' ./*.done)
}
# The job is, byte for byte, as that of $T/golden.digest, and nothing temporary is left.
as_golden() { # JOB TEXT
	digest "$1" >"$T/digest"
	ok "$2: other bytes: $(diff "$T/digest" "$T/golden.digest" | head -n 3)" cmp -s "$T/digest" "$T/golden.digest"
	ok "$2: temporary files" test -z "$(find "$T/data" -name '*tmp-*')"
}
# What is tried at random can be tried again: SEED=N repeats it.
seeded() {
	RANDOM=${SEED:-7}
	echo "seed ${SEED:-7}"
}
# Bytes that are nothing, the same ones each time.
noise() { # BYTES
	LC_ALL=C awk -v n="$1" 'BEGIN { x = 7; while (n-- > 0) { x = (x * 16807) % 2147483647; printf "%c", int(x / 128) % 256 } }'
}
# Whatever it takes on a busy machine, up to 20 s.
soon() { # COMMAND...: succeeds in the end
	local i
	for ((i = 0; i < 400; i++)); do "$@" && return || sleep 0.05; done
	return 1
}
nobody_left() { [ -z "$(pgrep -f "$T/" | grep -v "^$$\$")" ]; }
can_trace() { strace -f -qq -o /dev/null -e trace=none true 2>/dev/null; }
finish() {
	echo "$passed passed, $failed failed"
	[ $failed = 0 ]
}
