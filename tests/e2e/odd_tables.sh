#!/bin/bash
# Tables that nobody would draw up and somebody has: through all steps, with reports that are well formed.
. "$(dirname "$0")/driver_lib.bash"
whole() { # NAME OPTIONS...: the table on stdin makes both reports and passes its own checks
	local f=$1 job=$T/data/jobs/$1 faults
	shift
	cat >"$T/$f.csv"
	run run "$f.csv" --quiet "$@"
	ended 0
	# libxml2 knows the elements of HTML 4 only
	faults=$(xmllint --html --noout "$job/report.html" 2>&1 | grep '^[^ ]*:[0-9]*: .*error : ' | grep -v 'Tag .* invalid')
	is "$f: HTML" "$faults" ""
	ok "$f: PDF is damaged" qpdf --check "$job/report.pdf" >/dev/null
}
rows() { # N AWK_EXPRESSION: of i = 0, 1, ...
	awk -v n="$1" "BEGIN { for (i = 0; i < n; i++) print $2 }"
}

whole no-rows < <(printf 'a,b,c')
whole one-row < <(printf 'a,b,c\n1,x,2020-01-01\n')
whole one-column < <(echo x && rows 50 'i % 7')
whole all-missing < <(echo a,b,c && rows 50 '",,"')
whole twins --set target=y < <(echo a,b,y && rows 60 'i * i % 37 "," i * i % 37 "," i % 3')
whole zeros < <(echo a,b && rows 60 '0 "," 0.0')
whole magnitudes < <(echo a,b,y && rows 60 '(i % 2 ? "-" : "") "1.7e308," i "e-310," i % 5 "e160"')
whole infinities < <(echo a,b && rows 60 '(i % 6 ? i : i % 4 ? "inf" : "-Infinity") "," i * 7 % 11')
whole ends-of-time < <(echo when,v && rows 60 '(i % 2 ? "0001" : "9999") "-01-" 10 + i % 9 "," i * i % 7')
whole times < <(echo lasted,at && rows 60 'i % 30 ":" 10 + i % 50 ":00,0" i % 10 ":" 10 + i * 7 % 50')
ok "times: no column of durations" grep -q 'of-duration' "$T/data/jobs/times/report.html"
whole series --set time=when < <(echo when,a,b,c,d,e,f && rows 60 'sprintf("2020-%02d-%02d", 1 + i / 28, 1 + i % 28) "," i "," i * i "," i % 7 "," i % 5 "," -i "," i * 3 % 11')
whole one-day --set time=when --set target=v < <(echo when,v && rows 60 '"2020-01-01," i * i % 7')
whole one-class --set target=y < <(echo x,y && rows 60 'i * i % 7 ",yes"')
whole rare-class --set target=y < <(echo x,y && rows 60 'i * i % 7 "," (i == 9 ? "no" : "yes")')
whole half-a-target --set target=y < <(echo x,y && rows 90 'i * i % 7 "," (i % 2 ? "" : i * i % 7 > 3 ? "no" : "yes")')
whole long < <(rows 1 'sprintf("%5000s", "") ",b"' | tr ' ' n && rows 60 'sprintf("%5000d", i % 3) "," i * i % 7' | tr ' ' v)
whole markup < <(printf '<script>alert(1)</script>,{{{k}}},\\textbf{x}$_1^2,\360\237\230\200,\330\271\330\261\330\250\331\212,=cmd(),#fu\n' &&
	rows 60 '"<h1>" i % 3 ",{{>p" i % 4 "}},]]>" i % 5 ",\360\237\217\263\342\200\215\360\237\214\210,\342\200\256" i % 2 ",\357\277\276" i % 3 ",\033[2J" i % 4')
ok "markup: a value became code" test -z "$(grep -aoE '<h1>[0-9]|<script>alert' "$T/data/jobs/markup/report.html")"
whole wide < <(awk 'BEGIN { for (i = 0; i < 51; i++) for (k = 0; k < 400; k++)
	printf "%s%s", i ? (k % 2 ? i * k % 17 / 4 : substr("abcd", i * k % 4 + 1, 1)) : "v" k, k < 399 ? "," : "\n" }')
ok "wide: HTML of 5 MB or more" test "$(stat -c %s "$T/data/jobs/wide/report.html")" -lt 5000000
finish
