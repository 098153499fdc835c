#!/bin/bash
# Targets and manifests that ask for what cannot be, or for what should make suspicious: one clear line or a
# finding each, and the right exit status.
. "$(dirname "$0")/driver_lib.bash"
quick=(--quiet --set 'report.formats=[text]' --set 'modeling.candidates=[baseline, ols, logistic, gbm]')
rows() { # N AWK_EXPRESSION: of i = 0, 1, ... with r() uniform, the same each time
	awk -v n="$1" "function r() { s = (s * 16807 + 11) % 2147483647; return s / 2147483647 }
		BEGIN { s = 42; for (i = 0; i < n; i++) print $2 }"
}
ask() { # NAME OPTIONS...: the table on stdin runs through with status 0
	job=$T/data/jobs/$1 model=$T/data/jobs/$1/modeling.json
	local name=$1
	cat >"$T/$name.csv"
	shift
	run run "$name.csv" "${quick[@]}" "$@"
	ended 0
	[ $status = 0 ] || echo "in $name"
}
says() { # TEXT: modeling.json holds it
	ok "$(basename "$job"): modeling.json lacks '$1'" grep -qF -- "$1" "$model"
}
lacks() { # TEXT
	ok "$(basename "$job"): modeling.json has '$1'" test "$(grep -cF -- "$1" "$model")" = 0
}
reads() { # TEXT: the report does, line ends apart
	ok "$(basename "$job"): the report lacks '$1'" grep -qF -- "$1" <(tr -s '\n ' '  ' <"$job/report.txt")
}

# ---- no target, or none that can be predicted ----
{ echo a,quality && rows 60 'r() "," i % 7'; } >"$T/t.csv"
run run t.csv "${quick[@]}" --set target=qualtiy && ended 2 "no column 'qualtiy' (did you mean 'quality'?)"
run run t.csv "${quick[@]}" --set target=quality --set modeling.task=binary && ended 0
job=$T/data/jobs/t model=$job/modeling.json
says "'quality' has 7 classes, not two"
run run t.csv "${quick[@]}" --set target=quality --set modeling.validation=time && ended 2 "no column is known to hold the time"
run run t.csv "${quick[@]}" --set target=quality --set 'modeling.candidates=[olds]' && ended 2 "modeling.candidates: 'olds' is not one of"
run run t.csv "${quick[@]}" --set target=quality --set 'modeling.skip_actions=[log]' && ended 2 "skip_actions"
ask constant --set target=y < <(echo x,y && rows 60 'r() ",3"')
says "'y' never changes"
ask one-class --set target=y < <(echo x,y && rows 60 'r() ",yes"')
says "'y' never changes"
ask empty-target --set target=y < <(echo x,y && rows 60 'r() ","')
says "'y' never changes"
ask key --set target=id < <(echo id,x && rows 60 '"k" 1000 + i "," r()')
says "'id' tells the rows apart"
ask text --set target=note < <(echo note,x && rows 60 '"some words of row " i ", all of them different," r()' | sed 's/, all/ all/')
says '"status": "skipped"'
ask date --set target=day < <(echo day,x && rows 60 'sprintf("2020-%02d-%02d", i % 12 + 1, i % 28 + 1) "," r()')
says "'day' is neither a number nor a category"
ask many-classes --set target=y < <(echo x,y && rows 400 'r() ",c" i % 60')
says '"status": "skipped"'
ask ten --set target=y < <(echo x,y && rows 10 'r() "," r()')
says "only 10 rows"
ask nothing-else --set target=y < <(echo id,y && rows 60 '"k" 1000 + i "," r()')
says "no column is left to predict from"

# ---- tables that are hard to fit ----
ask gaps --set target=y < <(echo x,y && rows 200 'r() "," (i % 4 ? (i % 3 ? "no" : "yes") : "")')
says '"target_missing"'
says '"rows_dropped": 50'
ask rare --set target=y < <(echo x,y && rows 200 'r() "," (i == 5 ? "a" : i == 6 || i == 7 ? "b" : i % 2 ? "c" : "d")')
says '"status": "fitted"'
ask short-and-wide --set target=y < <(awk 'BEGIN { for (i = 0; i < 31; i++) for (k = 0; k < 61; k++)
	printf "%s%s", i ? i * (k + 3) * 7919 % 101 / 7 : k ? "v" k : "y", k < 60 ? "," : "\n" }')
says '"status": "fitted"'
ask all-missing --set target=y < <(echo x,gone,y && rows 80 'r() ",," r()')
says '"holds no values"'
ask huge --set target=y < <(echo x,z,y && rows 80 '(i % 9 ? r() : "inf") "," (i % 2 ? "-" : "") "1e308," r()')
says '"status": "fitted"'
ask huge-target --set target=y < <(echo x,y && rows 80 'r() "," (i % 2 ? "-" : "") 1 + i % 7 "e307"')
says 'too large or too close'
ask odd-names --set target='y "1"' < <(printf '"a,b","<b>x</b>","","q""uote","y ""1""","\303\251\342\202\254 %%s"\n' &&
	rows 80 'r() "," r() "," r() "," r() "," r() "," r()')
says '"status": "fitted"'
says '<b>x</b>'
ask wide --set target=v0 --set modeling.fold_repeats=1 < <(awk 'BEGIN { s = 42; for (i = 0; i < 1001; i++) for (k = 0; k < 200; k++) {
	s = (s * 16807 + 11) % 2147483647; printf "%s%s", i ? s / 2147483647 : "v" k, k < 199 ? "," : "\n" } }')
says '"verdict": "no_model"'
reads 'No: none of'

# ---- what gives the target away ----
{ echo x,y,celsius,fahrenheit && rows 200 'r() "," r() "," (a = int(r() * 400) / 10) "," a * 1.8 + 32'; } >"$T/leak.csv"
ask copy --set target=celsius <"$T/leak.csv"
says '"leak_copy"'
says '"kind": "copy"'
says '"verdict": "useful"'
says '"without_leaks"'
reads 'Too good to be true? The outcome is given away by fahrenheit'
ask copy-out --set target=celsius --set modeling.leaks=exclude <"$T/leak.csv"
says '"gives the target away"'
says '"leaks_excluded"'
says '"verdict": "no_model"'
ask only-copy --set target=celsius --set modeling.leaks=exclude --set 'modeling.exclude=[x, y]' <"$T/leak.csv"
says 'every column gives the target away'
ask sum --set target=total < <(echo a,b,c,total && rows 200 '(a = int(r() * 900)) "," (b = int(r() * 900)) "," r() "," a + b')
says '"leak_sum"'
ask renamed --set target=alive < <(echo survived,x,alive && rows 200 '(a = (r() > 0.6)) "," r() "," (a ? "yes" : "no")')
says '"verdict": "useful"'
says '"leaks": ['
lacks '"leaks": []'
ask filled --set target=died < <(echo x,cause,died && rows 300 'r() "," ((d = r() > 0.6) && r() > 0.4 ? "c" int(r() * 3) : "") "," (d ? "yes" : "no")')
says '"leak_filled"'
ask later --set target=y --set time=day < <(echo day,paid,x,y &&
	rows 200 'sprintf("2020-%02d-%02d,2021-%02d-%02d", i / 28 % 12 + 1, i % 28 + 1, i / 28 % 12 + 1, i % 28 + 1) "," r() "," r()')
says '"leak_later"'

# ---- actions ----
{ echo x,g,amount && rows 300 '(a = r() * 4) "," substr("ababc", i % 5 + 1, 1) "," exp(a + r())'; } >"$T/skew.csv"
ask suggest --set target=amount <"$T/skew.csv"
says '"action": "log_target"'
says '"status": "suggested"'
reads 'Worth doing: when the logarithm of amount'
ask apply --set target=amount --set modeling.auto_actions=apply <"$T/skew.csv"
says '"status": "applied"'
applied=$(cat "$model")
ask off --set target=amount --set modeling.auto_actions=off <"$T/skew.csv"
lacks '"log_target"'
ask skip --set target=amount --set modeling.auto_actions=apply --set 'modeling.skip_actions=[log_target]' <"$T/skew.csv"
says '"status": "skipped"'
for threads in 1 7; do
	ask apply --set target=amount --set modeling.auto_actions=apply --set "limits.threads=$threads" --force <"$T/skew.csv"
	is "bytes of modeling.json with $threads threads" "$(md5sum <"$model")" "$(md5sum <<<"$applied")"
done
finish
