# shellcheck shell=bash
# What must hold of a work folder after a disturbed run and after the next one; for run.sh, which sets $S, the folder
# of the scenario, and $K, that of the worker, with its work folder $W.

# Names that are no artifact: they hold times, or say nothing that anybody relies on.
clocked=(-name state.json -o -name telemetry.jsonl -o -name .lock -o -name original.json -o -name '*.done' -o -name run.json
	-o -name summary.json -o -name m.prom -o -name cancel -o -path '*/.slots/*')
temporary=(-name '*.tmp-*' -o -name '*.tmp' -o -path '*/.predict/*/*')

# Content of all artifacts, with the names that they have for good.
sums() { # FOLDER
	(cd "$1" && find . \( -path '*tmp-*' -o -path '*/original/*' -o -path '*/.predict/*' \) -prune -o -type f ! \( "${clocked[@]}" -o "${temporary[@]}" \) \
		-exec sha256sum {} + | sed -E 's|(/history/[^/]*)/[^/]*/|\1/RUN/|' | sort -u)
}

# The same with markers and the like, without what differs from run to run. What the history holds depends on how
# often a job was run.
digest() { # FOLDER
	sums "$1" | grep -v ' \./data/history/'
	(cd "$1" && for f in data/jobs/*/*.done data/summary.json; do
		[ -e "$f" ] && echo "$f $(grep -vE '"(started|ended|seconds|cpu_seconds|peak_bytes|check)"' "$f" | sha256sum)"
	done
	[ ! -e m.prom ] || grep -vE 'duration_seconds|timestamp_seconds' m.prom)
}

# 1: a file is complete when the undisturbed run or the one before has it; one with times in it when it ends as it should.
published() {
	sums "$W" | grep -vxFf "$S/complete" >"$K/torn"
	local f
	for f in "$W"/data/summary.json "$W"/data/jobs/*/original.json "$W"/data/history/*/*/run.json; do
		[ ! -e "$f" ] || [ "$(tail -c 2 "$f")" = '}' ] || echo "$f" >>"$K/torn"
	done
	[ ! -e "$W/m.prom" ] ||
		tail -n 1 "$W/m.prom" | grep -qE '^(# TYPE dossier_job_report_bytes gauge|dossier_job_report_bytes.*} [0-9]+)$' || echo m.prom >>"$K/torn"
	[ ! -s "$K/torn" ]
}

# 8: every report, of the run before too, is in the history.
kept() { # prints the first that is not
	local f h job
	for f in "$S"/template/data/jobs/*/report.html "$W"/data/jobs/*/report.html; do
		[ -e "$f" ] || continue
		job=$(basename "${f%/*}")
		for h in "$W/data/history/$job"/*/; do
			[ -e "$h/run.json" ] && [ -e "$h/manifest.json" ] && cmp -s "$f" "$h/report.html" && continue 2
		done
		echo "$f" && return 1
	done
	return 0
}

# 2: a marker's outputs are what it says.
markers() {
	local m
	for m in "$W"/data/jobs/*/*.done; do
		[ -e "$m" ] || continue
		[ "$(tail -c 2 "$m")" = '}' ] || return 1
		awk -F'"' '/"path":/ {p = $4} /"sha256":/ && p {print $4 "  " p; p = ""}' "$m" |
			(cd "${m%/*}" && sha256sum -c --quiet --strict - >/dev/null 2>&1) || return 1
	done
}

# Markers whose step has nothing left to do: the key is that of the undisturbed run.
finished() {
	local m
	rm -rf "$K/finished"
	mkdir "$K/finished"
	for m in "$W"/data/jobs/*/*.done; do
		[ -e "$m" ] && [ "$(key "$m")" = "$(key "$S/golden/${m#"$W/"}")" ] &&
			cp "$m" "$K/finished/$(basename "${m%/*}").${m##*/}"
	done
}
key() { sed -n 's/^  "key": "\(.*\)",$/\1/p' "$1"; }
repeated() { # prints the first marker that was written again
	local m job
	for m in "$K"/finished/*.done; do
		[ -e "$m" ] || continue
		job=$(basename "$m") step=${job#*.} job=${job%%.*}
		cmp -s "$m" "$W/data/jobs/$job/$step" || { echo "$job/$step" && return 0; }
	done
	return 1
}
