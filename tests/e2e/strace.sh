#!/bin/bash
# System calls that fail, in the driver, in its steps and in the libraries of these, which write by ways that the
# shim of tests/fault can't stand in for: an end with a status of ours and one line, and then, undisturbed, the bytes
# of an undisturbed run.
#   strace.sh [TIMES]   places per call; 3 without
. "$(dirname "$0")/driver_lib.bash"
times=${1:-${TIMES:-3}}
seeded
if ! can_trace; then
	echo "not tried: strace is missing or may not trace here"
	ok "" true
	finish
	exit
fi
if grep -q __asan_init "$dossier"; then
	echo "not tried: AddressSanitizer itself does not outlive calls that fail"
	ok "" true
	finish
	exit
fi
head -n 80 jobs/data/penguins.csv >"$T/x.csv"
printf 'source: {file: x.csv}\nreport_date: 2024-05-06\nmodeling: {enabled: false}\nreport: {formats: [html, text]}\n' >"$T/x.yaml"
run run x.yaml --data-dir golden
ended 0
digest "$T/golden/jobs/x" >"$T/golden.digest"

# How often the busiest process makes each call; when=N counts by process.
(cd "$T" && strace -f -qq -o calls "$dossier" run x.yaml --data-dir count >/dev/null </dev/null)
most() { grep -E "^[0-9]+ +$1\(" "$T/calls" | cut -d ' ' -f 1 | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }'; }
# The loader of the program maps and opens what it needs before we can say anything.
loaded=$(awk '/ set_robust_list\(/ { exit } / (mmap|openat)\(/ { n[$2 ~ /^mmap/]++ } END { print n[0] + 0, n[1] + 0 }' "$T/calls")

disturbed=0
for what in write:ENOSPC write:EIO pwrite64:ENOSPC fsync:EIO rename:EIO rename:ENOSPC openat:EMFILE openat:ENOSPC close:EIO mkdir:ENOSPC \
	unlink:EIO ftruncate:ENOSPC mmap:ENOMEM 'clone|clone3:EAGAIN' pipe2:EMFILE flock:EIO linkat:EMLINK newfstatat:EIO getdents64:EIO; do
	calls=${what%%:*} error=${what#*:}
	all=$(most "($calls)")
	first=1
	[ "$calls" != mmap ] || first=$((${loaded#* } + 5))
	[ "$calls" != openat ] || first=$((${loaded% *} + 5))
	[ "${all:-0}" -ge $first ] || continue
	for ((i = 0; i < times; i++)); do
		at=$((first + (all - first) * i / times + RANDOM % ((all - first) / times + 1)))
		[ $((i % 2)) = 0 ] || at=$at+ # from there on: a disk stays full
		rm -rf "$T/data"
		(cd "$T" && timeout 60 strace -f -qq -o /dev/null -e "trace=${calls/|/,}" -e "inject=${calls/|/,}:error=$error:when=$at" \
			"$dossier" run x.yaml --quiet >out 2>err </dev/null)
		status=$?
		grep -qE 'error while loading shared libraries|blas_thread_init' "$T/err" && continue # the program had not begun
		[ $status = 0 ] || disturbed=$((disturbed + 1))
		text="$calls $error at $at: status $status, said: $(cat "$T/err")"
		ok "$text" grep -qE '^(0|1|2|4|5|70)$' <<<$status
		[ $status = 0 ] || [ "$calls:$error" = write:EIO ] || [ "$calls:$error" = write:ENOSPC ] || # that line may be what fails
			ok "$text" test "$(wc -l <"$T/err")" = 1
		run run x.yaml
		ended 0
		as_golden "$T/data/jobs/x" "$text"
	done
done
echo "$disturbed disturbed runs"
ok "too few runs were disturbed: $disturbed" test $disturbed -ge $((8 * times))
finish
