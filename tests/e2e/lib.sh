# Sourced by the scripts beside it: counts, a work folder, and the program under test.
set -u
dossier=$(readlink -f "${DOSSIER:-build/dossier}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
ok() { # DESCRIPTION COMMAND...
	what=$1 && shift
	if "$@" >"$work/ok.out" 2>&1; then passed=$((passed + 1)); else
		failed=$((failed + 1))
		echo "failed: $what"
		tail -n 5 "$work/ok.out" | sed 's/^/    /'
	fi
}
is() { # DESCRIPTION GOT WANT
	if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
		failed=$((failed + 1))
		printf 'failed: %s\n    got  %s\n    want %s\n' "$1" "$2" "$3"
	fi
}
# Runs dossier; its messages are in $out, its status in $status.
run() {
	out=$("$dossier" "$@" 2>&1 </dev/null)
	status=$?
}
# The bytes of every artifact that must not depend on when or how it was made.
fingerprint() {
	(cd "$1" && find . -type f ! -name '*.done' ! -name state.json ! -name telemetry.jsonl ! -name '.*' | sort | xargs sha256sum)
}
finish() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
