# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer of models.sh: five folds of scikit-learn's linear, logistic and boosted models on a table whose
last two columns are a number and a class. Prints wall seconds, processor seconds and scores, a line a target.
Reading the file is not counted. Boosting is set like ours: learning rate, rounds, depth, share that stops it
early and its patience; a number has 63 bins and a missing one, where ours has 64."""
import sys
import time

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

LIKE_OURS = dict(learning_rate=0.15, max_iter=150, max_depth=5, max_leaf_nodes=32, min_samples_leaf=2, max_bins=63,
                 l2_regularization=1.0, early_stopping=True, validation_fraction=0.16, n_iter_no_change=15, random_state=1)
with open(sys.argv[1]) as f:
    next(f)
    rows = [line.rstrip("\n").split(",") for line in f]
x = np.array([r[:-2] for r in rows], float)
y = np.array([r[-2] for r in rows], float)
c = np.array([r[-1] for r in rows])


def scores(makers, folds, target):
    out = []
    for make in makers:
        fold = []
        for train, test in folds.split(x, target):
            m = make().fit(x[train], target[train])
            fold.append(log_loss(target[test], m.predict_proba(x[test])) if hasattr(m, "predict_proba")
                        else mean_squared_error(target[test], m.predict(x[test])) ** 0.5)
        out.append(np.mean(fold))
    return out


def measure(name, makers, folds, target):
    wall, cpu = time.perf_counter(), time.process_time()
    out = scores(makers, folds, target)
    print(name, "%.3f" % (time.perf_counter() - wall), "%.3f" % (time.process_time() - cpu), *("%.4f" % s for s in out))


measure("y", [LinearRegression, lambda: HistGradientBoostingRegressor(**LIKE_OURS)],
        KFold(5, shuffle=True, random_state=1), y)
measure("class", [lambda: make_pipeline(StandardScaler(), LogisticRegression(C=1e6)),
                  lambda: HistGradientBoostingClassifier(**LIKE_OURS)],
        StratifiedKFold(5, shuffle=True, random_state=1), c)
