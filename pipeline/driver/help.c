/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier help. */
#include "driver/driver_int.h"

#include <stdio.h>
#include <string.h>

static const char overview[] =
	"dossier " DOSSIER_VERSION ": turns a dataset into a report that can be handed over\n"
	"\n"
	"  dossier run JOB.yaml|FILE|-      make the report of a job, a bare data file, standard input\n"
	"  dossier check JOB.yaml           validate a manifest without running it\n"
	"  dossier clarify JOB key=value    answer questions of a job and go on\n"
	"  dossier batch FOLDER|FILE...     many jobs, a few at a time; a page over their reports\n"
	"  dossier status [JOB]             what stands where; --follow: until it ends\n"
	"  dossier cancel JOB               stop a job that runs elsewhere\n"
	"  dossier gc [JOB] --keep N        take reports of earlier runs away\n"
	"  dossier qa JOB                   check the report of a job again, as it is now\n"
	"  dossier predict JOB FILE|-       what the model of a job says of new data\n"
	"  dossier models [JOB]             jobs with a model; all that competed in one\n"
	"  dossier importance JOB           what the model of a job rests on\n"
	"  dossier formats                  what can be read\n"
	"  dossier help [COMMAND|settings]  more about one of them; every key of a manifest\n"
	"  dossier help findings            everything that can be found\n"
	"  dossier --version\n"
	"\n"
	"Options\n"
	"  --data-dir DIR      folder of the job folders (data)\n"
	"  --set KEY=VALUE     overrule a key of the manifest; again for more\n"
	"  --from STEP         run this step and those after it even if they are up to date\n"
	"  --until STEP        stop after this step\n"
	"  --explain           say why each step runs or not\n"
	"  --metrics FILE      what came of the run or batch, for the textfile collector of Prometheus\n"
	"  --trace             where time and memory went, step by step\n"
	"  --resume            do not read standard input or a server again\n"
	"  --report-date DATE  date of the report: 2024-12-31, today, yesterday\n"
	"  --backfill FROM..TO run: the reports of these days that the history lacks\n"
	"  --log FILE|-        what happens, a JSON object a line; --log-level debug|info|warn|error\n"
	"  --threads N         threads of a step (one per processor)\n"
	"  --exact             exact figures whatever memory they need (eda.precision)\n"
	"  --approximate       sketches of bounded size, with a bound on their error\n"
	"  --allow-outside     a manifest may name files outside of its folder\n"
	"  --verify            compare the content of finished outputs with their hashes\n"
	"  --paranoid          that, read the input again even if it looks unchanged, CSV by libcsv\n"
	"  --quiet, --json     nothing but errors; one JSON object instead of lines\n"
	"  -o, --output FILE   predict: where the predictions go (standard output)\n"
	"  --format csv|ndjson predict: how they are written\n"
	"  --keep COLUMNS      predict: columns of FILE to write too: all, or names with commas\n"
	"  --report FILE       predict: what is strange about the data, as JSON\n"
	"  --allow-missing     predict: columns that FILE lacks are missing values\n"
	"  --force             predict: also where no model is warranted\n"
	"  --max-concurrent N  batch: so many jobs at a time (one per processor)\n"
	"  --retries N         batch: how often what may pass is tried again (1)\n"
	"  --stop-on-error     batch: begin no job after one has failed\n"
	"  --follow            status: until the job ends\n"
	"  --older-than DAYS   gc: what may go; --keep N: all but the newest; --dry-run: only say so\n"
	"  --conf FILE         site defaults instead of ./pipeline.conf\n"
	"  --share DIR         folder with templates/ and assets/\n"
	"\n"
	"Exit status: 0 done, 1 checks failed, 2 usage or manifest, 3 awaiting clarification,\n"
	"4 unreadable input, 5 I/O or resources, 6 cancelled, 7 timed out, 70 bug, 75 try again.\n";

static const struct topic {
	const char *name, *text;
} topics[] = {
	{ "run",
	  "dossier run JOB.yaml|FILE [--from STEP] [--until STEP] [--explain] [--set KEY=VALUE]...\n"
	  "\n"
	  "Runs the steps of a job that are not up to date, in <data-dir>/jobs/<id>/, and leaves\n"
	  "report.html and report.pdf there. It can be stopped or killed at any time: run it again and\n"
	  "it goes on where it was. A FILE that is not a manifest gets one, at job.yaml in its folder.\n"
	  "A job that reads standard input (-) or a server reads it again each time, but for --resume.\n"
	  "\n"
	  "{date}, {yyyy}, {mm} and {dd} in source.file, source.files, source.sqlite, source.query, the files\n"
	  "of join and the title stand for the report date. --backfill 2026-11-01..2026-11-20 runs the job for\n"
	  "each of these days of which its history has no report, then shows the youngest one again.\n" },
	{ "check",
	  "dossier check JOB.yaml [--json]\n"
	  "\n"
	  "Reads the manifest and everything that may overrule it, and looks for the input. --json prints\n"
	  "the manifest with every default filled in.\n" },
	{ "clarify",
	  "dossier clarify JOB KEY=VALUE...\n"
	  "\n"
	  "Answers questions of a job that stopped with exit status 3 (clarify.on_ambiguity: ask), then\n"
	  "goes on with it. The questions, with the evidence, are in clarify.json of the job folder. The\n"
	  "answer 'none' says that no column fits.\n" },
	{ "status",
	  "dossier status [JOB] [--follow] [--json]\n"
	  "\n"
	  "All jobs of the data folder, or one with its steps. JOB is an id or a manifest. A run whose process\n"
	  "is gone shows as interrupted, with the step and how long ago: run it again. --follow shows one job\n"
	  "or all until nothing runs any more.\n"
	  "\n"
	  "Exit status: 0 told; 2 no such job; with --follow that of the job, of several the gravest.\n" },
	{ "batch",
	  "dossier batch FOLDER|PATTERN|FILE... [--max-concurrent N] [--retries N] [--stop-on-error]\n"
	  "\n"
	  "Runs the manifests of a folder, or these manifests and data files, each in a process of its\n"
	  "own, N at a time (one per processor), in the order of their names. What fails because a job is\n"
	  "locked or a resource is short is tried again (--retries, 1) after a pause. A failure leaves the\n"
	  "others alone, unless --stop-on-error. limits.job_timeout_s bounds each. In the end summary.json\n"
	  "and index.html of the data folder tell what came of each, and the exit status is the worst.\n" },
	{ "cancel",
	  "dossier cancel JOB\n"
	  "\n"
	  "Asks the run of a job, whoever started it, to stop, and waits until it has. What it finished\n"
	  "stays: run the job again to go on.\n" },
	{ "qa",
	  "dossier qa JOB [--json|--quiet]\n"
	  "\n"
	  "Checks the report of a job again, as its files are now: every number of HTML, PDF and text against\n"
	  "the document and the artifacts, sums and shares, links, charts, layout, claims. One line for each\n"
	  "check that fails, with the first place; all of them are in critique.json, and --json prints it.\n"
	  "\n"
	  "Exit status: 0 all passed; 1 a check failed; 2 no such job, or it has no report; 4 an artifact\n"
	  "cannot be read.\n" },
	{ "predict",
	  "dossier predict JOB FILE|- [-o OUT] [--format csv|ndjson] [--keep all|COLUMN,...]\n"
	  "                [--report OUT.json] [--allow-missing] [--force] [--set KEY=VALUE]...\n"
	  "\n"
	  "Reads FILE, in any format, as the job's own input was read, with the types that its columns had\n"
	  "in training, and writes a line a row, in their order: row (1 is the first), prediction, then for\n"
	  "a number lower and upper, an interval that held 95 % of held-out rows, for classes the\n"
	  "probability of each. --set overrules the manifest of the job (source.delimiter, source.sheet).\n"
	  "\n"
	  "What the model did not meet in training is counted by column, on standard error and with --report\n"
	  "as JSON: missing values, values of another type, unseen levels, numbers out of range. Columns that\n"
	  "the model does not know are not used. OUT appears when all is written, never in part.\n"
	  "\n"
	  "Exit status: 0 done; 1 done, but the data is not like that of the training: a column is absent or\n"
	  "has values of another type, more than 5 % of its values are unseen or out of range, or records\n"
	  "could not be read; 2 no such job, or it has no model; 4 unreadable FILE, or columns are absent.\n" },
	{ "models",
	  "dossier models [JOB] [--json]\n"
	  "\n"
	  "The jobs that have a model: what it predicts, how well (95 % interval), its size. Of one job all\n"
	  "that competed, best first: score on held-out and on training rows, p against the baseline and\n"
	  "against the best, seconds of a processor for the fit on all rows and for predicting them.\n" },
	{ "importance",
	  "dossier importance JOB [--json]\n"
	  "\n"
	  "How much worse the model predicts when a column is shuffled, in the unit of its score, with what\n"
	  "95 % of shuffles say, and the mean size of the column's Shapley values.\n" },
	{ "gc",
	  "dossier gc [JOB] [--keep N] [--older-than DAYS] [--dry-run]\n"
	  "\n"
	  "The reports of earlier runs stay in <data-dir>/history/<job>/, the newest history.keep of them.\n"
	  "This takes more of them away: of one job or of all, all but the newest N, those older than so\n"
	  "many days, or both. The newest one whose checks passed always stays, as does the job folder.\n" },
	{ "formats",
	  "dossier formats [--json]\n"
	  "\n"
	  "The formats that can be read, with the usual ends of file names. Which one a file is in is\n"
	  "found by its content first; source.format in a manifest decides otherwise.\n" },
	{ "help", "dossier help [COMMAND|settings [SECTION]|findings]\n" },
};

static int settings(const char *section, struct err *e)
{
	struct buf text = { 0 };
	size_t n = settings_help(&text, section);
	if (n)
		fputs(buf_str(&text), stdout);
	buf_free(&text);
	return n ? 0 : err_set(e, ERR_USAGE, "no settings below '%s'", section);
}

int cmd_help(const struct options *opt, const struct stage *const *table, struct err *e)
{
	(void)table;
	const char *names[COUNTOF(topics) + 2] = { "settings", "findings" };
	if (!opt->nargs) {
		fputs(overview, stdout);
		return 0;
	}
	if (strcmp(opt->args[0], "settings") == 0)
		return settings(opt->nargs > 1 ? opt->args[1] : NULL, e);
	if (strcmp(opt->args[0], "findings") == 0) {
		struct buf text = { 0 };
		findings_help(&text);
		fputs(buf_str(&text), stdout);
		buf_free(&text);
		return 0;
	}
	for (size_t i = 0; i < COUNTOF(topics); i++) {
		names[i + 2] = topics[i].name;
		if (strcmp(opt->args[0], topics[i].name) == 0) {
			fputs(topics[i].text, stdout);
			return 0;
		}
	}
	const char *near = str_nearest(opt->args[0], names, COUNTOF(names));
	return near ? err_set(e, ERR_USAGE, "no help on '%s' (did you mean '%s'?)", opt->args[0], near) :
		err_set(e, ERR_USAGE, "no help on '%s'; see dossier help", opt->args[0]);
}
