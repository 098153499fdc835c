#!/bin/bash
# Makes the modeling artifacts of the penguins here again, from the program itself, when their shape has
# changed; small ones, since tests read them often. Then: build/tests/unit/report_build --print penguins.
# Usage: tests/data/report/refresh.sh, from the root of the project.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make() { # TARGET FILE
	build/dossier run --quiet --data-dir "$work" --until modeling --set target="$1" --set 'modeling.candidates=[baseline, ols, logistic, tree, gbm]' \
		--set modeling.shap_rows=25 --set modeling.bootstrap=50 jobs/penguins.yaml
	cp "$work/jobs/penguins/modeling.json" "tests/data/report/penguins/$2"
}
make species modeling.json
make sex modeling_binary.json
make body_mass_g modeling_regression.json
