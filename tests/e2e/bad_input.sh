#!/bin/bash
# Whatever is handed to `dossier run`: one clear line, the right exit status, never a crash.
. "$(dirname "$0")/driver_lib.bash"
good() { printf 'a,b\n1,2\n3,4\n' >"$T/x.csv" && printf 'source: {file: x.csv}\n' >"$T/x.yaml" && rm -rf "$T/data"; }
good

run run absent.csv && ended 4 "cannot open 'absent.csv'"
mkdir "$T/folder"
run run folder && ended 4 "it is a directory"
run run absent.yaml && ended 2 "absent.yaml"
: >"$T/empty.csv"
run run empty.csv && ended 4 "empty.csv"
head -c 100000 /dev/zero >"$T/zero.csv"
run run zero.csv && ended 4 "zero.csv"
head -c 200000 "$dossier" >"$T/binary.csv"
run run binary.csv && ended 4 "binary.csv"
mkfifo "$T/pipe.csv"
run run pipe.csv && ended 4 "not a regular file"
printf 'a,b\n1,2\n' >"$T/$(printf 'bad\033[2Jname').csv"
run run "$(printf 'bad\033[2Jname.csv')"
ok "control characters reach the terminal" test -z "$(tr -d '\n\40-\176\200-\377' <"$T/out")"
head -c 3000000 /dev/zero >"$T/large.csv"
run run large.csv --set limits.max_input_mb=2 && ended 4 "more than limits.max_input_mb = 2 allows"

printf 'source: {file: x.csv}\ntraget: b\n' >"$T/x.yaml"
run run x.yaml && ended 2 "x.yaml:2:1: unknown key 'traget' (did you mean 'target'?)"
printf 'source: {file: x.csv}\neda: {max_levels: many}\n' >"$T/x.yaml"
run run x.yaml && ended 2 "x.yaml:2:19: eda.max_levels: expected a whole number, found 'many'"
printf 'source: {file: [x.csv\n' >"$T/x.yaml"
run run x.yaml && ended 2 "x.yaml:2:1: "
printf 'source: &a {file: x.csv}\n' >"$T/x.yaml"
run run x.yaml && ended 2 "anchors"
noise 5000 >"$T/x.yaml"
run run x.yaml && ended 2 "x.yaml"
printf 'source: {file: x.csv}\ntarget: nosuch\n' >"$T/x.yaml"
run run x.yaml && ended 2 "nosuch"

# The job folder cannot be written, or the disk is full.
good
: >"$T/file"
run run x.yaml --data-dir file/sub && ended 5 "file/sub"
(cd "$T" && ulimit -f 3 && exec "$dossier" run x.yaml >out 2>err </dev/null)
status=$?
ended 5 "File too large"
run run x.yaml && ended 0
(cd "$T" && "$dossier" run x.yaml --explain >/dev/full 2>err </dev/null)
status=$?
ended 5 "standard output"
good
# A file system of its own, where the machine allows one.
cat >"$T/full.sh" <<EOF
mkdir -p "$T/small" && mount -t tmpfs -o size=100k none "$T/small" || exit 99
cp "$root/jobs/data/penguins.csv" "$T/small/" && cd "$T" && exec "$dossier" run small/penguins.csv --data-dir small >out 2>err
EOF
unshare -Urm true 2>/dev/null && unshare -Urm bash "$T/full.sh" </dev/null
status=$?
[ $status = 99 ] || [ ! -d "$T/small" ] || ended 5 "No space left on device"

# Two runs of one job.
mkdir -p "$T/data/jobs/x"
exec 9>"$T/data/jobs/x/.lock"
flock 9
run run x.yaml && ended 75 "job 'x' is locked by another run"
exec 9>&-
run run x.yaml --quiet && ended 0
ok "--quiet is not quiet" test ! -s "$T/out"
(cd "$T" && "$dossier" run x.yaml --quiet <&- >&- 2>&-)
ok "closed descriptors" test $? = 0
finish
