/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How everything was computed: definitions with their sources, every threshold, where the data
 * came from, what was assumed, and the verdict of the checks on the report itself.
 */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

/* ---- definitions ----------------------------------------------------------------------------- */

/* Printed when the artifact at `path` exists; NULL: always. */
static const struct definition {
	const char *what, *how;
	const char *artifact, *path;
} definitions[] = {
	{ "Missing",
		"An empty field or one of the texts listed under How the file was read. Shares "
		"are of all rows; every other figure of a column is of the values present.",
		"eda", NULL },
	{ "Distinct",
		"The number of different values, counted exactly; where it is an estimate it is "
		"marked with ~.",
		"eda", NULL },
	{ "Sketches",
		"Columns that do not fit eda.memory_mb, or all of many values with --approximate, are "
		"sketched, and estimates marked with ~: quantiles by KLL with k = 4096 (Karnin, Lang and "
		"Liberty 2016), whose rank error is bounded with 99 % confidence by its own "
		"compactions (Azuma, Hoeffding); different values by HyperLogLog with 2^14 registers "
		"(Flajolet et al. 2007, estimator of Ertl 2017), within 2.1 % with 99 % confidence; "
		"frequencies by Misra-Gries with 4096 counters (merged as by Agarwal et al. 2013). "
		"Tests of shape are of a seeded sample of the rows. A column of at most 4096 "
		"different values is exact all the same.",
		"eda", NULL },
	{ "Mean and its interval",
		"Compensated sums (Neumaier 1974); decimals are summed as whole numbers of their last "
		"place, so that none is rounded. 95 % interval by Student's t: mean plus and "
		"minus t times the standard deviation over the square root of n.",
		"eda", NULL },
	{ "Standard deviation, variance", "With n - 1 in the denominator.", "eda", NULL },
	{ "Quantiles, median, quartiles",
		"Linear interpolation between order statistics, type 7 of Hyndman and Fan "
		"(1996). 95 % interval of the median from order statistics (binomial).",
		"eda", NULL },
	{ "Skewness and kurtosis",
		"G1 and G2, adjusted for the size of the sample (Joanes and Gill 1998); kurtosis "
		"is excess over the normal distribution. In words: below 0.5 roughly symmetric, "
		"below 1 moderately, else strongly skewed.",
		"eda", NULL },
	{ "Histogram",
		"Width of the bars by Freedman and Diaconis (1981), bounded in number; whole "
		"numbers get bars of whole width. Density estimate: Gaussian kernel, bandwidth "
		"by Silverman's rule of thumb.",
		"eda", NULL },
	{ "Outliers",
		"Beyond 1.5 interquartile ranges of the quartiles (Tukey 1977); modified z score "
		"0.6745 (x - median) / MAD beyond 3.5 (Iglewicz and Hoaglin 1993).",
		"eda", NULL },
	{ "Normality",
		"Shapiro-Wilk by Royston's approximation (1995) up to 5000 values, "
		"Anderson-Darling beyond. In large samples it reacts to departures of no "
		"practical matter.",
		"eda", NULL },
	{ "Quality score",
		"100 times the weighted mean of shares without a fault, rounded down to a tenth. "
		"Completeness: cells that were not empty in the file. Validity: values that could be "
		"read, are finite, undamaged and of the kind of the others, and dates that can be meant; "
		"records set aside count with all their cells. Uniqueness: rows that repeat no other, "
		"and values of a key. Consistency: values in one spelling and form, without blanks "
		"around them, by the rules between columns. Timeliness: the age that the newest row may "
		"have, of its age. The weights are settings.",
		"eda", "quality.score" },
	{ "Order of findings",
		"By level; within a level by weight, the larger of the share of cells or rows "
		"concerned and the size of the effect (0 to 1; 0.5 where neither is known); then in the "
		"order of the columns. Findings that follow from another one stand below it, like "
		"findings of several columns are one point.",
		"eda", NULL },
	{ "Skewed, bell-shaped",
		"Skewness is tested against 0 by its standard error under normality; bell-shaped is "
		"what the test of normality does not reject, from eda.small_sample values on.",
		"eda", NULL },
	{ "Outliers in the same rows",
		"Rows with outliers of two columns: those of both as a share of those of either "
		"(Jaccard 1912).",
		"eda", NULL },
	{ "Imbalance", "1 - H / log k, where H is the entropy of the k levels.", "eda", NULL },
	{ "Typing errors",
		"A level is proposed to be another one that is at least ten times as frequent (twenty "
		"times below eight letters) and differs by one slip in a word of five letters or two in "
		"one of nine (Damerau 1964): a letter dropped, added, exchanged with the next or hit "
		"beside, not in the first letter or the ending, with the same digits.",
		"eda", NULL },
	{ "Pearson, Spearman",
		"Linear and rank correlation over the rows where both values are present; p by "
		"Student's t, of ranks at least 2 / n!, the least that n ranks can have.",
		"eda", "associations.pairs.0" },
	{ "Cram\xC3\xA9r's V",
		"From chi-square, corrected for bias (Bergsma 2013); p of the chi-square test.",
		"eda", "associations.pairs.0" },
	{ "Correlation ratio",
		"Square root of the share of the variance of a number that lies between the "
		"levels of a category; p by analysis of variance.",
		"eda", "associations.pairs.0" },
	{ "Kendall's tau",
		"tau-b over the rows where both values are present, by the algorithm of Knight (1966); "
		"p by the normal approximation with the variance for ties (Kendall 1970). Of a seeded "
		"sample of rows where rows times pairs of columns exceed max_kendall_work.",
		"eda", "associations.kendall.columns.1" },
	{ "Theil's U",
		"The share of the entropy of one category that knowing the other takes away (Theil "
		"1970): it has a direction.",
		"eda", "associations.theils_u.columns.1" },
	{ "Columns that go together",
		"Average linkage (Sokal and Michener 1958) on 1 minus the strength, which is |r| of "
		"two numbers, V of two categories, the correlation ratio of a number and a category. "
		"Neighbours in the matrix by Gruvaeus and Wainer (1972).",
		"eda", "associations.mixed.columns.1" },
	{ "Predictive power",
		"One column is cut into at most 20 bins of equal share (the levels of a category; "
		"missing values are a bin of their own); a bin predicts the median, or the commonest "
		"class, of its rows in three of four seeded folds, and is scored on the fourth. "
		"Numbers: 1 minus the ratio of the mean absolute error to that of the median. Classes: "
		"(F1 - base) / (1 - base), F1 weighted by class, base the better of the commonest class "
		"and of guessing by the shares. Never below 0. After Wetschoreck, Krabel and "
		"Krishnamurthy (2020). Of a sample of at most max_cross_rows rows.",
		"eda", "associations.power.columns.1" },
	{ "Weight of evidence, information value",
		"ln of the share of the positives over the share of the negatives that lie in a bin, "
		"0.5 added to every count (Good 1985); the information value sums the differences of "
		"these shares times the weights. Bins: at most 10 of equal share of a number, the 10 "
		"commonest levels and the rest; missing values are a bin of their own. Bands by Siddiqi "
		"(2006). Intervals of rates: Wilson (1927).",
		"eda", "associations.target.evidence.0" },
	{ "Variance inflation",
		"1 / (1 - R\xC2\xB2) of a numeric column by all others, from a QR decomposition of "
		"the standardised complete rows. The columns with most missing values are left out "
		"until half of the rows are complete.",
		"eda", "structure.collinearity.columns.1" },
	{ "Principal components",
		"Of the correlation matrix of the same rows and columns (Pearson 1901, Hotelling 1933) "
		"by one-sided Jacobi rotations. The largest loading of each component is positive.",
		"eda", "structure.components.columns.1" },
	{ "Nearly identical columns",
		"Equal, or on one straight line up to rounding, in at least the share nearly of the "
		"rows in which both have a value and not both their commonest one.",
		"eda", "structure.near.0" },
	{ "Adjusted p", "Benjamini and Hochberg (1995) over all pairs tested.", "eda",
		"associations.pairs.0" },
	{ "Even spread, rounded values",
		"Chi-square tests of the values, and of their last digits, against an even "
		"spread.",
		"eda", NULL },
	{ "Keys",
		"A column, or up to three together, whose values differ in every row; none of "
		"several columns may be left out. Several count only where at least 20 pairs of "
		"rows would coincide if the columns were independent.",
		"eda", "keys.keys.0" },
	{ "Rules between columns",
		"Functional dependencies with one or two columns on the left, up to the share of "
		"exceptions dependency_error below (g3 of Kivinen and Mannila 1995), if shuffling "
		"the values would give at least ten times as many, and at least 20 (with two "
		"columns on the left, 40).",
		"eda", "keys.dependencies.0" },
	{ "Judgement of missing data",
		"By the thresholds missing_good, missing_attention and missing_bad below: hardly "
		"matters, needs attention, bad, of little use.",
		"eda", NULL },
	{ "Missing completely at random",
		"Little's test (1988): the means of the rows that lack the same columns against those "
		"of a normal distribution fitted to all rows by EM (Dempster, Laird and Rubin 1977); "
		"chi-square. About numeric columns that vary, are not mostly missing and are no "
		"combination of others, at most max_mcar_columns of them and max_mcar_rows rows. It "
		"is approximate where few rows lack the same columns.",
		"eda", "missing.mcar.d2" },
	{ "What missing values go with",
		"Each column with gaps against the values of every number, date and category, against "
		"the missing values of every other column, and against the order of the rows: Mann and "
		"Whitney (1947) with r = z / \xE2\x88\x9An, Cram\xC3\xA9r's V (Bergsma 2013), phi. A "
		"clue is an adjusted p (Benjamini and Hochberg 1995 over all of these) of at most "
		"missing_p and a strength of at least missing_effect.",
		"eda", "missing.causes.columns.0" },
	{ "Columns missing together",
		"Average linkage of 1 - r, the correlation of being missing.", "eda",
		"missing.nullity.merges.1" },
	{ "Autocorrelation",
		"Correlation of a series with itself so many periods later; bounds of plus and "
		"minus 1.96 over the square root of n. Partial autocorrelation by Durbin and "
		"Levinson; test by Ljung and Box (1978).",
		"eda", "time.acf.0" },
	{ "Periods of a series",
		"The usual step of the times, if three of four steps are near it; else the finest "
		"unit of the calendar of which nine in ten are filled, by three rows on average. "
		"Values of a period are averaged.",
		"eda", "time.grid" },
	{ "Trend",
		"Least squares line through the deseasonalised values; errors of Newey and West "
		"(1987), prewhitened (Andrews and Monahan 1992), since neighbours resemble each "
		"other.",
		"eda", "time.series.0.trend" },
	{ "Unit root",
		"Augmented Dickey-Fuller test of the deseasonalised values, around a line where the "
		"trend is significant, else around a constant; lags by AIC up to 12 (n / 100)^(1/4) "
		"(Schwert 1989), p by MacKinnon (1994).",
		"eda", "time.series.0.adf" },
	{ "Season",
		"Lengths of the calendar and the first peak of the autocorrelation, if the spectrum "
		"peaks at their harmonics (F test against the neighbouring frequencies). Robust STL "
		"(Cleveland et al. 1990), the season fixed below six cycles; strength by Wang, Smith "
		"and Hyndman (2006): 1 - var(remainder) / var(season + remainder).",
		"eda", "time.series.0.trend" },
	{ "Changes of level",
		"Least squares with a penalty a change, optimal by PELT (Killick, Fearnhead and "
		"Eckley 2012), on the deseasonalised values without spikes. Noise by medians of steps "
		"(Chakar et al. 2017); changes that an AR(1) explains as well are dropped, all of "
		"them where a polynomial of up to three degrees does. p: chi-square of the gain times "
		"the places where it could have been.",
		"eda", "time.series.0.trend" },
	{ "Effects of the calendar",
		"Each value less the mean of the cycle around it, one value for each unit and cycle; "
		"test by Kruskal and Wallis (1952), share of the variation of ranks as epsilon "
		"squared.",
		"eda", "time.series.0.calendar.0" },
	{ "Far from trend and season",
		"Remainders beyond six median absolute deviations from their median, the limit at "
		"which robust STL gives no weight.",
		"eda", "time.series.0.trend" },
	{ "Baseline forecast",
		"Mean, naive, seasonal naive, drift, and exponential smoothing (simple, Holt, damped, "
		"Holt-Winters additive): the least mean absolute error over up to ten origins that "
		"roll through the later part, fitted to what lies before. Horizon: a season, or a "
		"tenth of the values. Intervals of the state space form (Hyndman et al. 2008), "
		"widened where the errors over the origins were larger. MASE by Hyndman and Koehler "
		"(2006).",
		"eda", "time.series.0.forecast.candidates.0" },
	{ "Scores on unseen rows",
		"Every row is predicted by a model that was fitted without it; filling in, "
		"scaling and encoding are learned inside each part as well. 95 % interval by "
		"bootstrap (percentiles) over what is independent: rows; groups as wholes where rows "
		"come in groups; blocks of as many times as the cube root of their number where rows "
		"follow time (Hall, Horowitz and Jing 1995).",
		"modeling", "candidates.0" },
	{ "Validation",
		"In order of time each part is predicted from what came before it. Else rows are dealt into "
		"parts with the same shares of the classes, or of the tenths of a number; groups are whole, "
		"the largest first, each to the part that it makes least uneven. Copies of a row stay with "
		"it, where columns that know nothing of each other would make a tenth as many at most.",
		"modeling", "validation.scheme" },
	{ "Preprocessing",
		"Learned from training rows. Linear models and neighbours: missing values are filled and "
		"flagged, numbers standardised, categories one-hot; those of many levels by the mean of the "
		"target at each level, drawn to the mean of all by empirical Bayes (Micci-Barreca 2001, with "
		"variances of one-way random effects), of other fifths of the training rows than the row's "
		"own. Texts: length, words, and whether they hold their commonest words. Trees take "
		"values and levels as they are.",
		"modeling", "preprocessing" },
	{ "Linear regression",
		"Least squares by Householder QR of centred and scaled columns, residuals and coefficients refined "
		"together with remainders in extended precision (Bj\xC3\xB6rck 1967). Where the spread of the errors is "
		"uneven (Breusch and Pagan 1979, in Koenker's form 1981, p < 0.05) intervals and p are from HC3 "
		"(MacKinnon and White 1985). Columns as a whole: F test of all their terms, the same by types II "
		"and III of sums of squares. RESET: F test of squares and cubes of the fit (Ramsey 1969). "
		"Influence: Cook's distance (1977).",
		"modeling", "candidates.0" },
	{ "Robust regression",
		"Huber's M-estimator (1964), k = 1.345, scale: median absolute residual over 0.6745, by iterated "
		"weighted least squares; standard errors by Huber (1981).",
		"modeling", "candidates.0" },
	{ "Logistic regression",
		"Maximum likelihood by Newton's method; Wald intervals and tests; likelihood ratio against the model "
		"without terms; McFadden's R\xC2\xB2 = 1 - log likelihood / that of the model without terms; Hosmer "
		"and Lemeshow (1980) over tenths. Where the likelihood has no maximum a ridge penalty stands in, "
		"and there is no inference.",
		"modeling", "candidates.0" },
	{ "Ridge, lasso, elastic net",
		"Coordinate descent over a path of penalties, loss / n + penalty (share |b| + (1 - share) b\xC2\xB2 / 2) "
		"with share 0, 1 and 0.5 on terms of variance 1 (Friedman, Hastie and Tibshirani 2010). The "
		"penalty has the least error in cross-validation within the training rows alone, units and times kept "
		"together; classes: on a seeded sample where rows are many.",
		"modeling", "candidates.0" },
	{ "Rows kept back",
		"The chosen kind of model, fitted on all other rows, is scored on them once, after it was "
		"chosen; interval as for the others.",
		"modeling", "holdout.rows" },
	{ "Scores of classes",
		"Areas under the ROC curve share ties; of more than two classes the mean of each against "
		"the rest, and of all pairs (Hand and Till 2001). PR AUC is average precision. MCC of many "
		"classes by Gorodkin (2004). Brier skill is against the shares of the classes. MAPE is left "
		"out where the truth can be zero.",
		"modeling", "candidates.0" },
	{ "Decision tree",
		"CART (Breiman, Friedman, Olshen and Stone 1984): splits by squared error or Gini impurity on "
		"at most 255 steps of a number and any two sets of levels (Fisher 1958; of more than two "
		"classes along the first principal axis of their shares, Coppersmith et al. 1999). Missing "
		"values go where they fit better. Pruned by cost and complexity: the largest penalty within "
		"one standard error of the least loss in cross-validation inside the training rows.",
		"modeling", "tree.nodes.0" },
	{ "Forest, neighbours, naive Bayes",
		"Random forest (Breiman 2001): trees on bootstrap samples, at each split the root of the number "
		"of columns (classes) or a third of them (a number, at least 5) at random. Nearest neighbours: standardised columns, "
		"weights by inverse distance (Dudani 1976), their number by leaving training rows out. Naive "
		"Bayes: normal numbers, shares of levels with one row added, missing values left out.",
		"modeling", "candidates.0" },
	{ "Threshold and its cost",
		"A row is called positive from a probability on. Each part of the validation is cut where "
		"the other parts (those before it, where rows follow time) say: least cost, largest F1, "
		"largest recall less false positive rate (Youden 1950); one half and the odds of the costs "
		"(Elkan 2001) need no choice. Gains share out ties evenly.",
		"modeling", "judgement.thresholds.cuts" },
	{ "Calibration",
		"Ten groups of rows by rising probability; shares with Wilson intervals (1927); the mean "
		"distance of both is weighted by rows. Slope and intercept: logistic regression of the "
		"outcome on the log odds (Cox 1958). p: Spiegelhalter's z of the Brier score (1986). Mapping "
		"anew by a logistic curve (Platt 1999) or isotonic regression (Ayer et al. 1955), each part by "
		"the others, is advised when it lowers the log loss beyond chance by half a percent.",
		"modeling", "judgement.calibration.ece" },
	{ "Intervals of predictions",
		"The prediction plus and minus the quantile of the absolute errors of held-out rows that "
		"split-conformal prediction takes, ceil(level (n + 1)) of n in order (Papadopoulos et al. "
		"2002; cross-validated as in Barber et al. 2021, without its guarantee, so the share found "
		"inside is measured: each part with the width of the others).",
		"modeling", "judgement.intervals.0" },
	{ "Weak spots",
		"Mean error of rows by level, by quarter of a number and where a value is missing, against all "
		"other rows: Welch's test (1947), p adjusted over all that were tried (Benjamini and Hochberg "
		"1995). Pairs of the six weightiest must be worse than what is left of either. First what adds "
		"most to the whole error.",
		"modeling", "judgement.segments.tried" },
	{ "Groups",
		"Differences of shares with Newcombe's interval (1998, method 10), ratios by Katz et al. (1978), "
		"both at a level that allows for choosing the two groups that differ most (Bonferroni).",
		"modeling", "judgement.fairness.0" },
	{ "Learning curve",
		"The best model that is no average of others, fitted to 10, 20, 40, 70 and 100 % of the "
		"training rows of each part (nested, drawn by the seed, at most modeling.learning_cells). Doubling: "
		"slope over the last three points against the logarithm of rows, a part at a time, with its "
		"interval over the parts.",
		"modeling", "judgement.learning.doubling" },
	{ "Comparison of models",
		"Corrected resampled t test over the parts (Nadeau and Bengio 2003); against the baseline it is that of the "
		"logarithm of the ratio of scores. The best of many is ahead by chance more often than one: p values are "
		"stepped down over all candidates (Holm 1979), and a model is useful below 0.05.",
		"modeling", "candidates.0" },
	{ "The model that is kept",
		"The simplest of those whose error is at most one standard error of the difference, corrected likewise, above "
		"the least, and that beat the baseline as surely (after Breiman et al. 1984). Simplest: linear, penalised, tree, "
		"naive Bayes, nearest neighbours, forest, boosting, ensembles.",
		"modeling", "candidates.0" },
	{ "Gradient boosting",
		"Trees one after the other on the slopes of the loss, to second order (Friedman 2001; Chen and Guestrin 2016), "
		"numbers in at most 64 bins, levels in the order of their target; stopped when training rows kept aside gain no more "
		"for 15 rounds. The same rows choose among the usual settings and drawn ones, search_models at most and as many "
		"as search_seconds allows by rounds, rows and columns, not by the clock. Up to 400,000 training values the choice "
		"is then fitted to all training rows.",
		"modeling", "candidates.0" },
	{ "Averages of models",
		"Plain: the best three. Weighted: stacking (Wolpert 1992), weights not negative and of sum 1 (Breiman 1996), by least "
		"squares of a number, by likelihood of classes. Members and weights for a part are chosen on the other parts, in "
		"time order on the earlier ones.",
		"modeling", "candidates.0" },
	{ "Columns that give the target away",
		"Before fitting: each column alone predicts held-out rows by the means (or commonest classes) of 50 bins "
		"(threshold: modeling.leak_threshold); levels that go with the classes one to one, or values on one line "
		"with the target (median of slopes, Theil 1950, Sen 1968), in 95 % of the rows; up to four numbers that add "
		"up to it (Gram-Schmidt); rows with or without a value that are to 99 % of one class, beyond chance (p < 0.000001); "
		"numbers of rows; dates after the row's own time.",
		"modeling", "leaks.0" },
	{ "Actions",
		"Each is tried on the linear candidate, on the same rows (at most 20 000) and parts, and compared by the "
		"test above. Log target: predictions are turned back with the smearing factor (Duan 1983). Class weights: "
		"rows of rare classes count a whole number of times.",
		"modeling", "actions.0" },
	{ "Permutation importance",
		"The loss of score when the values of one column (all parts of a date or text together) "
		"are shuffled among the held-out rows of a part of the validation, by the model that had "
		"not seen them (Breiman 2001; Fisher, Rudin and Dominici 2019). Mean, 2.5 and 97.5 % over "
		"parts and shuffles.",
		"modeling", "importance.features.0" },
	{ "Model card",
		"What a user of the model alone has to know: use, data, scores, groups, limits (Mitchell et al. 2019).",
		"modeling", "card.details" },
	{ "Shapley values",
		"What each column adds to a prediction, averaged over all orders in which columns can "
		"become known (Shapley 1953; Lundberg and Lee 2017); base and values add up to the "
		"prediction. Exact for linear models and trees (path-dependent: Lundberg et al. 2020); "
		"else unknown columns take their values from training rows, in all subsets of up to six "
		"columns or along random orders and their reverses (Strumbelj and Kononenko 2014).",
		"modeling", "explanation.shap.columns.0" },
	{ "Dependence on a column",
		"Mean prediction when all rows take one value of the column (partial dependence, Friedman "
		"2001), with the curves of single rows moved to its level (Goldstein et al. 2015). Beyond a "
		"correlation of 0.7 with another number: accumulated local effects (Apley and Zhu 2020). A "
		"curve rises or falls when it never goes back by more than a fifth of its range.",
		"modeling", "explanation.dependence.0" },
	{ "Strongest interaction",
		"Share of the joint effect of two columns that is not the sum of both: H squared of "
		"Friedman and Popescu (2008, eq. 44), for pairs of the four weightiest columns.",
		"modeling", "explanation.interaction.h" },
};

static void add_definitions(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Figure", ALIGN_LEFT, false },
		{ "How it is computed", ALIGN_LEFT, false } };
	struct node *table = doc_table(b->doc, section, "Definitions", heads, COUNTOF(heads));
	for (size_t i = 0; i < COUNTOF(definitions); i++) {
		const struct definition *d = &definitions[i];
		const json_t *artifact = strcmp(d->artifact, "eda") == 0 ? b->eda.v : b->modeling.v;
		if (!artifact || (d->path && !json_at(artifact, d->path)))
			continue;
		struct cell cells[] = { cell_text(d->what), cell_text(d->how) };
		doc_row(b->doc, table, cells, NULL);
	}
}

/* ---- thresholds ------------------------------------------------------------------------------ */

static void add_thresholds(struct build *b, struct node *section)
{
	static const struct table_column heads[] = {
		{ "Setting of the manifest", ALIGN_LEFT, false }, { "Value", ALIGN_RIGHT, false }
	};
	struct place t = place_at(b->eda, "thresholds");
	if (json_object_size(t.v) == 0)
		return;
	struct node *table = doc_table(
		b->doc, section, "Thresholds and limits", heads, COUNTOF(heads));
	json_t *object = (json_t *)(uintptr_t)t.v;    /* jansson's iteration lacks const */
	for (void *it = json_object_iter(object); it; it = json_object_iter_next(object, it)) {
		const char *key = json_object_iter_key(it);
		if (!json_is_number(json_object_iter_value(it)))
			continue;
		struct cell cells[] = { cell_code(arena_printf(b->arena, "eda.%s", key)),
			place_num(t, CELL_MEASURE, key) };
		doc_row(b->doc, table, cells, NULL);
	}
}

/* ---- provenance ------------------------------------------------------------------------------ */

static void add_fact(struct build *b, struct node *table, const char *what, struct cell value)
{
	struct cell cells[] = { cell_text(what), value };
	if (value.cls != CELL_EMPTY && !(cell_is_number(&value) && isnan(value.num)))
		doc_row(b->doc, table, cells, NULL);
}

static void add_provenance(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "What", ALIGN_LEFT, false },
		{ "Value", ALIGN_LEFT, false } };
	struct node *table = doc_table(
		b->doc, section, "Where this report comes from", heads, COUNTOF(heads));
	add_fact(b, table, "Input", cell_code(b->doc->input_name));
	add_fact(b, table, "Size", place_num(b->ingest, CELL_BYTES, "bytes"));
	add_fact(b, table, "SHA-256 of the input", place_code(b->ingest, "sha256"));
	add_fact(b, table, "Licence", place_text(b->manifest, "source.licence"));
	add_fact(b, table, "Source", place_text(b->manifest, "source.url"));
	add_fact(b, table, "Job", place_code(b->manifest, "id"));
	add_fact(b, table, "Date of the report", place_date(b->manifest, "report_date"));
	add_fact(
		b, table, "Seed of all random choices", place_num(b->manifest, CELL_COUNT, "seed"));
	add_fact(b, table, "Made by",
		cell_text(arena_printf(b->arena, "Dossier %s", b->doc->version)));
	build_say(b, section,
		"The same input, manifest and version give the same report, byte for byte. Every "
		"number is in result.json with the artifact and the place it comes from.");
}

/* ---- assumptions ----------------------------------------------------------------------------- */

static const char *source_name(const char *source)
{
	return strcmp(source, "manifest") == 0   ? "manifest"
		: strcmp(source, "answer") == 0  ? "answered"
		: strcmp(source, "assumed") == 0 ? "assumed"
		: "open";
}

static void add_questions(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Question", ALIGN_LEFT, false },
		{ "Answer", ALIGN_LEFT, false }, { "From", ALIGN_LEFT, false },
		{ "Evidence", ALIGN_LEFT, false } };
	struct place list = place_at(b->clarify, "questions");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *table = doc_table(
		b->doc, section, "What had to be decided", heads, COUNTOF(heads));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place q = place_item(list, i);
		struct cell answer = place_code(q, "answer"), guess = place_code(q, "guess");
		bool assumed = place_is(q, "source", "assumed");
		struct cell cells[] = { place_text(q, "question"),
			answer.text                     ? answer
				: assumed && guess.text ? guess
							: cell_text("none"),
			cell_text(source_name(json_text(q.v, "source", ""))),
			place_text(q, "evidence") };
		doc_row(b->doc, table, cells, NULL);
	}
}

void build_methods(struct build *b, struct node *root)
{
	struct node *section = doc_section(b->doc, root, "methods", "Methods and provenance");
	add_provenance(b, section);
	add_questions(b, section);
	add_definitions(b, section);
	add_thresholds(b, section);
}

/* ---- the checks on the report ---------------------------------------------------------------- */

void build_critique(struct build *b, struct node *root)
{
	static const struct table_column heads[] = { { "Check", ALIGN_LEFT, false },
		{ "Result", ALIGN_LEFT, false }, { "Checked", ALIGN_RIGHT, false },
		{ "Failed", ALIGN_RIGHT, false } };
	if (!b->critique.v)
		return;
	struct node *section = doc_section(b->doc, root, "checks", "Checks of this report");
	bool pass = place_is(b->critique, "verdict", "pass");
	build_say(b, section,
		pass ? "Before it was handed out, this report was read back and compared with "
			"the figures it was made from. All checks passed."
			: "This report was read back and compared with the figures it was made "
			"from. Checks failed: do not hand it out before they are resolved.");
	struct node *table = doc_table(b->doc, section, NULL, heads, COUNTOF(heads));
	struct place checks = place_at(b->critique, "checks");
	for (size_t i = 0; i < json_array_size(checks.v); i++) {
		struct place c = place_item(checks, i);
		bool done = !place_is(c, "status", "not checked");
		/* the figures are of the draft that was checked, so they have no address in
		 * critique.json */
		struct cell cells[] = { cell_text(json_text(c.v, "name", NULL)),
			cell_text(done ? json_text(c.v, "status", NULL)
				: "made on the finished file: see critique.json"),
			done ? build_count(json_num(c.v, "checked", NAN)) : cell_text(""),
			done ? build_count(json_num(c.v, "failed", NAN)) : cell_text("") };
		doc_row(b->doc, table, cells, NULL);
	}
}
