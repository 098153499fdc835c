#!/bin/bash
# Reports as a reader has them: in a browser, in both themes, on phones and wide screens, with and without
# scripts, by keyboard and on paper. run.sh [DOSSIER]; its last line is `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."
dossier=$(realpath "${1:-build/dossier}")
export DOSSIER_SHARE=$PWD
T=$(mktemp -d "${TMPDIR:-/tmp}/dossier-web.XXXXXX")
trap 'rm -rf "$T"' EXIT

# The tools: as package-lock.json names them, fetched once. Without them or a browser nothing is checked,
# and that is a failure.
fail() { echo "$1" && echo "0 passed, 1 failed" && exit 1; }
[ tests/web/node_modules -nt tests/web/package-lock.json ] ||
	(cd tests/web && npm ci --ignore-scripts --prefer-offline --loglevel=error >"$T/log" 2>&1 && touch node_modules) ||
	{ cat "$T/log" && fail "npm ci in tests/web failed"; }
command -v "${CHROMIUM:-chromium}" >/dev/null || fail "no chromium: set CHROMIUM"

mkdir "$T/jobs"
cp jobs/penguins.yaml jobs/weather.yaml "$T/jobs/" && cp -r jobs/data "$T/jobs/data"
# the same for other readers: in German, and both editions
sed -e 's/^id: .*/id: german/' -e '$alanguage: de' jobs/penguins.yaml >"$T/jobs/german.yaml"
sed -e 's/^id: .*/id: editions/' -e '$areport: { audience: both, formats: [html] }' jobs/penguins.yaml >"$T/jobs/editions.yaml"
node tests/web/tables.js "$T/jobs"
"$dossier" batch --data-dir "$T/data" "$T"/jobs/*.yaml >"$T/log" 2>&1 || true
[ -s "$T/data/index.html" ] || { cat "$T/log" && fail "no reports"; }
node tests/web/check.js "$T/data"
