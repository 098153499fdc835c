#!/bin/bash
# Reports as a reader has them: in a browser, in both themes, on phones and wide screens, with and without
# scripts, by keyboard and on paper. run.sh [DOSSIER]; its last line is `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."
dossier=$(realpath "${1:-build/dossier}")
export DOSSIER_SHARE=$PWD
T=$(mktemp -d "${TMPDIR:-/tmp}/dossier-web.XXXXXX")
trap 'rm -rf "$T"' EXIT

[ -d tests/web/node_modules ] && [ tests/web/node_modules -nt tests/web/package-lock.json ] ||
	(cd tests/web && npm ci --ignore-scripts --no-audit --no-fund >/dev/null && touch node_modules)

mkdir "$T/jobs"
cp jobs/penguins.yaml jobs/weather.yaml "$T/jobs/" && cp -r jobs/data "$T/jobs/data"
node tests/web/tables.js "$T/jobs"
# The reports of other languages and readers, as far as there are any.
! [ -d assets/texts/de ] || sed -e 's/^id: .*/id: german/' -e '$alanguage: de' jobs/penguins.yaml >"$T/jobs/german.yaml"
"$dossier" batch --data-dir "$T/data" "$T"/jobs/*.yaml >"$T/log" 2>&1 || true
[ -s "$T/data/index.html" ] || { cat "$T/log"; exit 1; }
node tests/web/check.js "$T/data"
