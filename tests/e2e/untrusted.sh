#!/bin/bash
# A manifest from somebody who means harm: one clear line and a documented status, at once; nothing outside of its
# folder is read; nobody waits for a pipe, and no alias or nesting eats the memory.
. "$(dirname "$0")/driver_lib.bash"
shopt -s lastpipe # what stands behind a pipe counts too
# Like run, but it must neither take long nor much.
run() {
	(cd "$T/in" && ulimit -v 4000000 && exec timeout 20 "$dossier" "$@" >"$T/out" 2>"$T/err" </dev/null)
	status=$?
}
[ "$(cd "$T" && ulimit -v 4000000 && "$dossier" version >/dev/null 2>&1; echo $?)" = 0 ] || # sanitizers map terabytes
	run() {
		(cd "$T/in" && exec timeout 60 "$dossier" "$@" >"$T/out" 2>"$T/err" </dev/null)
		status=$?
	}
mkdir "$T/in"
printf 'a,b\n1,2\n3,4\n' >"$T/in/x.csv"
printf 'a,secret-4711\n1,2\n3,4\n' >"$T/secret.csv"
refused() { # STATUS TEXT: the manifest on stdin
	cat >"$T/in/x.yaml"
	run run x.yaml --until ingest
	ended "$1" "$2"
}

# size, depth, aliases, numbers, bytes
{ echo 'a: &a [x, x, x, x, x, x, x, x, x]' && for c in b c d e f g h i; do
	p=$(echo "$c" | tr b-i a-h) && echo "$c: &$c [*$p, *$p, *$p, *$p, *$p, *$p, *$p, *$p, *$p]"
done && echo 'source: {file: x.csv}'; } | refused 2 "x.yaml:1:"
{ printf 'title: ' && head -c 100000 /dev/zero | tr '\0' '['; } | refused 2 "x.yaml"
{ printf 'title: ' && head -c 100000 /dev/zero | tr '\0' '{'; } | refused 2 "x.yaml"
{ echo 'source: {file: x.csv}' && head -c 30000000 /dev/zero | tr '\0' '#'; } | refused 2 "larger than"
{ head -c 1000000 /dev/zero | tr '\0' 'k' && echo ': 1'; } | refused 2 "x.yaml"
{ echo 'source: {file: x.csv}' && printf 'title: %%s' "$(head -c 900000 /dev/zero | tr '\0' 't')"; } | refused 2 "x.yaml"
{ echo 'source: {file: x.csv}' && seq -f 'k%g: 1' 100000; } | refused 2 "unknown key"
for v in 1e999999 99999999999999999999999 -1 nan .inf 0x10 1e-400 ''; do
	{ echo 'source: {file: x.csv}' && echo "eda: {max_levels: $v}"; } | refused 2 "eda.max_levels"
done
printf 'source: {file: "x\\0.csv"}\n' | refused 2 "NUL"
printf 'source: {file: x\0.csv}\n' | refused 2 "x.yaml"
printf 'source: {file: x.csv}\ntitle: \xff\xfe\n' | refused 2 "x.yaml"
printf 'source: !!python/object/apply:os.system ["touch gone"]\n' | refused 2 "tag"
ok "code of a manifest was run" test ! -e "$T/in/gone"
printf 'source: {file: x.csv}\n---\nsource: {file: x.csv}\n' | refused 2 "x.yaml"
printf 'source: {file: x.csv}\nsource: {file: y.csv}\n' | refused 2 "x.yaml:2:"

# names of jobs
for id in ../x ../../x/y /tmp/x . .. .x 'a b' A 'x/y' '-x' "$(head -c 65 /dev/zero | tr '\0' x)" 'x\n' ''; do
	{ echo 'source: {file: x.csv}' && printf 'id: "%s"\n' "$id"; } | refused 2 "id"
	run status x.yaml
	ok "status follows the id $id: $(cat "$T/out" "$T/err")" grep -qvE "\.\./|/tmp/x" "$T/err"
	run batch x.yaml --until ingest
	ok "batch follows the id $id" test -z "$(find "$T" -newer "$T/in/x.yaml" -path '*jobs*' ! -path "$T/in/data/*")"
done

# outside of the folder
outside="outside of the folder of the manifest"
ln -s ../secret.csv "$T/in/link.csv"
ln -s .. "$T/in/up"
for file in ../secret.csv "$T/secret.csv" link.csv up/secret.csv ./../secret.csv x/../../secret.csv /etc/passwd /proc/self/environ; do
	echo "source: {file: $file}" | refused "$([ "$file" = x/../../secret.csv ] && echo 4 || echo 2)" ""
	echo "source: {files: [$file]}" | refused "$([ "$file" = x/../../secret.csv ] && echo 4 || echo 2)" ""
	echo "source: {sqlite: $file, table: t}" | refused "$([ "$file" = x/../../secret.csv ] && echo 4 || echo 2)" ""
done
echo 'source: {file: link.csv}' | refused 2 "$outside"
echo 'source: {files: ["../*.csv"]}' | refused 2 "$outside"
echo 'source: {postgres: "host=nowhere", query: "select 1", password_file: ../secret.csv}' | refused 2 "$outside"
printf 'source: {file: x.csv}\njoin: {j: {file: ../secret.csv, on: a}}\n' | refused 2 "$outside"
ok "the secret got into the job folder" test -z "$(grep -rl secret-4711 "$T/in/data" 2>/dev/null)"

# what is no file
mkfifo "$T/in/pipe.csv" "$T/in/pipe.yaml" "$T/in/pipe"
run run pipe.yaml && ended 2 "not a regular file"
run check pipe.yaml && ended 2 "not a regular file"
run status pipe.yaml && ended 2 ""
echo 'source: {file: pipe.csv}' | refused 4 "not a regular file"
echo 'source: {files: [pipe.csv]}' | refused 4 "not a regular file"
echo 'source: {postgres: "host=nowhere", query: "select 1", password_file: pipe}' | refused 2 "not a regular file"
echo 'source: {file: /dev/zero}' >"$T/in/x.yaml"
run run x.yaml --allow-outside && ended 4 "not a regular file"
run run x.csv --conf pipe && ended 2 "not a regular file"

# A link that points inside and outside by turns, while it is looked at: what is read is inside, or nothing is.
rm -rf "$T/in/data"
ln -s x.csv "$T/in/turn.csv"
(cd "$T/in" && while [ ! -e "$T/stop" ]; do
	ln -s ../secret.csv t1 && mv -T t1 turn.csv && ln -s x.csv t2 && mv -T t2 turn.csv
done) 2>/dev/null &
turner=$!
echo 'source: {file: turn.csv}' >"$T/in/x.yaml"
declare -A ends=()
for _ in {1..40}; do
	run run x.yaml --until ingest
	ends[$status]=$((${ends[$status]:-0} + 1))
	ok "status $status: $(cat "$T/err")" grep -qE '^(0|2|4)$' <<<$status
done
: >"$T/stop"
wait $turner
ok "the race let the secret in" test -z "$(grep -rl secret-4711 "$T/in/data")"
ok "nothing was raced: ${!ends[*]}" test -n "${ends[0]:-}"
finish
