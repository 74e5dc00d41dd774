"""python3 training/tagging/fit.py DATA: DATA/tables/tags.json -> src/providers/shared/sound-judges.json, and figures on the way.

Needs python3-sklearn of Debian. Linear models over the logarithms of what YAMNet says of groups of sounds. Every figure is on
speakers and recordings that the model in question has not seen.
"""
import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.model_selection import GroupKFold

folder = Path(sys.argv[1])
target = Path(__file__).parents[2] / 'src/providers/shared/sound-judges.json'
rows = json.loads((folder / 'tables' / 'tags.json').read_text())
groups = list(rows[0]['scores'])
scores = np.array([[row['scores'][group] for group in groups] for row in rows])

# Labels without recordings that may be learnt from: as likely as `normal` at this score, which next to no speech reaches (of
# 3402 clips none a laugh of 0.05, one a cry of 0.05, six a song of 0.1); then the odds
# grow with its square.
by_rule = {'laughing': 0.05, 'crying': 0.05, 'singing': 0.1}
steepness = 2
# How often each manner of speaking is taken to occur.
shares = {'normal': 0.8, 'whispering': 0.1, 'shouting': 0.1}


def ece(p, y):
    top, right = p.max(1), p.argmax(1) == y
    bins = np.minimum((top * 10).astype(int), 9)
    return sum(abs(top[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in range(10) if (bins == b).any())


def tell(name, classes, p, y):
    truth = np.array([classes[i] for i in y])
    told = np.array([classes[i] for i in p.argmax(1)])
    print(f'{name}: {len(y)} rows, accuracy {np.mean(truth == told):.3f}, majority {max(np.mean(truth == c) for c in classes):.3f}, '
          f'macro-F1 {f1_score(truth, told, average="macro", labels=sorted(set(truth)), zero_division=0):.3f}, ECE {ece(p, y):.3f}')
    print(classes)
    print(confusion_matrix(truth, told, labels=classes))


def fit(key, used, c):
    # Whether the band is a telephone's is not among the sounds that have names.
    here = np.array([row.get(key) not in (None, 'telephone') for row in rows])
    columns = [groups.index(group) for group in used]
    x = scores[here][:, columns]
    mine = [row for row, kept in zip(rows, here) if kept]
    labels = np.array([row[key] for row in mine])
    classes = sorted(set(labels))
    y = np.array([classes.index(label) for label in labels])
    train = np.array([row['split'] != 'test' for row in mine])
    who = np.array([row['corpus'] + row['speaker'] for row in mine])
    spread = x[train].std(0)
    z = x / spread

    counts = np.bincount(y[train])
    weight = (train.sum() / len(classes) / counts)[y]

    def model(rows_in):
        return LogisticRegression(C=c, max_iter=2000).fit(z[rows_in], y[rows_in], sample_weight=weight[rows_in])

    # Held back speakers and recordings, in turn.
    kept = np.zeros((train.sum(), len(classes)))
    inside = np.flatnonzero(train)
    for a, b in GroupKFold(5).split(inside, groups=who[inside]):
        kept[b] = model(inside[a]).decision_function(z[inside[b]]) if len(classes) > 2 else 0
    soft = lambda logits: (lambda e: e / e.sum(1, keepdims=True))(np.exp(logits - logits.max(1, keepdims=True)))
    best = min(np.linspace(0.5, 4, 71), key=lambda t: np.average(-np.log(soft(kept / t)[np.arange(len(inside)), y[inside]] + 1e-9), weights=weight[inside]))
    print(f'== {key}: temperature {best:.2f}')
    tell('left out in turn', classes, soft(kept / best), y[inside])
    whole = model(inside)
    for corpus in sorted({row['corpus'] for row, t in zip(mine, train) if not t}):
        part = np.array([(not t) and row['corpus'] == corpus for row, t in zip(mine, train)])
        tell(f'test, {corpus}', classes, soft(whole.decision_function(z[part]) / best), y[part])
    part = ~train
    tell('test, all', classes, soft(whole.decision_function(z[part]) / best), y[part])
    weights = whole.coef_ / spread / best
    return {
        'groups': list(used),
        'labels': {
            label: {'weights': [round(float(w), 4) for w in weights[i]], 'bias': round(float(whole.intercept_[i] / best), 4)}
            for i, label in enumerate(classes)
        },
    }


def manners():
    """Each manner by its own group alone: little speech in a clip makes it no whisper. `normal` is what is left."""
    own = ['whispering', 'shouting']
    classes = ['normal', *own]
    mine = [row for row in rows if row.get('style')]
    x = np.array([[row['scores'][group] for group in own] for row in mine])
    y = np.array([classes.index(row['style']) for row in mine])
    who = np.array([row['corpus'] + row['speaker'] for row in mine])
    train = np.array([row['split'] != 'test' for row in mine])

    def logits(parameters, x):
        slopes, biases = np.exp(parameters[:2]), parameters[2:]
        return np.column_stack([np.zeros(len(x)), x * slopes + biases])

    def loss(parameters, x, y, weight):
        z = logits(parameters, x)
        return np.average(np.log(np.exp(z - z.max(1, keepdims=True)).sum(1)) + z.max(1) - z[np.arange(len(y)), y], weights=weight)

    def model(kept):
        counts = np.bincount(y[kept], minlength=3)
        weight = (np.array([shares[label] for label in classes]) / counts)[y[kept]]
        return minimize(loss, [0, 0, 2, 2], (x[kept], y[kept], weight), method='Nelder-Mead', options={'maxiter': 4000}).x

    def likelihoods(parameters, x):
        e = np.exp(logits(parameters, x))
        return e / e.sum(1, keepdims=True)

    inside = np.flatnonzero(train)
    told = np.zeros((len(inside), 3))
    for a, b in GroupKFold(5).split(inside, groups=who[inside]):
        told[b] = likelihoods(model(inside[a]), x[inside[b]])
    print('== vocalStyle')
    tell('left out in turn', classes, told, y[inside])
    found = model(inside)
    for corpus in sorted({row['corpus'] for row, t in zip(mine, train) if not t}):
        part = np.array([(not t) and row['corpus'] == corpus for row, t in zip(mine, train)])
        tell(f'test, {corpus}', classes, likelihoods(found, x[part]), y[part])
    judged = {label: (float(np.exp(found[i])), float(found[2 + i])) for i, label in enumerate(own)}
    judged |= {label: (steepness, -steepness * float(np.log(even))) for label, even in by_rule.items()}
    labels = {'normal': {'weights': [0.0] * len(judged), 'bias': 0.0}}
    for at, (label, (slope, bias)) in enumerate(judged.items()):
        labels[label] = {'weights': [round(slope, 4) if i == at else 0.0 for i in range(len(judged))], 'bias': round(bias, 4)}
    return {'groups': list(judged), 'labels': labels}


style = manners()
place = fit('environment', ['speech', 'quiet', 'street', 'vehicle', 'crowd', 'music', 'outdoors'], 0.3)
target.write_text(json.dumps({'vocalStyle': style, 'environment': place}, indent=2) + '\n')
