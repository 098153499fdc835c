# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of dossier for bash: commands, options and their values, jobs, keys of --set.

_dossier_data_dir() {
	local i
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == --data-dir ]] && { echo "${COMP_WORDS[i + 1]}" && return; }
	done
	echo data
}

_dossier_jobs() {
	local d
	for d in "$(_dossier_data_dir)"/jobs/*/; do
		[[ -d $d ]] && basename "$d"
	done
}

_dossier() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' i
	local options='--data-dir --set --resume --from --until --allow-outside --explain --trace --metrics --log --log-level --backfill --report-date --threads --exact --approximate --verify --paranoid
		--max-concurrent --retries --stop-on-error --follow --keep --older-than --dry-run --quiet --json --conf --share --output --format --keep --report --allow-missing --force --help --version'
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		run | check | clarify | batch | status | cancel | gc | qa | formats | help) command=${COMP_WORDS[i]} && break ;;
		esac
	done
	case $prev in
	--from | --until)
		mapfile -t COMPREPLY < <(compgen -W 'ingest eda clarify modeling report qa' -- "$cur")
		return
		;;
	--data-dir | --share)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W 'csv ndjson' -- "$cur")
		return
		;;
	--log-level)
		mapfile -t COMPREPLY < <(compgen -W 'debug info warn error' -- "$cur")
		return
		;;
	--report-date)
		mapfile -t COMPREPLY < <(compgen -W 'today yesterday' -- "$cur")
		return
		;;
	--conf | --output | --report | -o | --metrics | --log)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--set)
		mapfile -t COMPREPLY < <(compgen -W "$(dossier help settings 2>/dev/null | sed -n 's/^\([a-z][^ *]*\)$/\1=/p')" -- "$cur")
		compopt -o nospace 2>/dev/null
		return
		;;
	--backfill | --threads | --max-concurrent | --retries)
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
		return
	fi
	case $command in
	'') mapfile -t COMPREPLY < <(compgen -W 'run check clarify batch status cancel gc qa formats help' -- "$cur") ;;
	run | check | batch) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	clarify | status | cancel | gc | qa) mapfile -t COMPREPLY < <(compgen -W "$(_dossier_jobs)" -- "$cur") ;;
	help) mapfile -t COMPREPLY < <(compgen -W 'run check clarify batch status cancel gc qa formats settings findings' -- "$cur") ;;
	esac
}

complete -o filenames -F _dossier dossier
