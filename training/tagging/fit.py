"""python3 training/tagging/fit.py DATA: DATA/tables/tags.json -> src/providers/shared/sound-judges.json, and figures on the way.

Needs python3-sklearn of Debian. Linear models over the logarithms of what YAMNet says of groups of sounds. Every figure is on
speakers and recordings that the model in question has not seen.
"""
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.model_selection import GroupKFold

folder = Path(sys.argv[1])
target = Path(__file__).parents[2] / 'src/providers/shared/sound-judges.json'
rows = json.loads((folder / 'tables' / 'tags.json').read_text())
groups = list(rows[0]['scores'])
scores = np.array([[row['scores'][group] for group in groups] for row in rows])

# Manners of speaking go by limits that next to no speech reaches: at this score of its group a manner is as likely as `normal`,
# and then the odds grow with the square. Recordings of true ones that may be learnt from there are none; fitted to made
# whispers and acted anger, one in ten clear voices was taken for a whisper.
limits = {'whispering': 0.1, 'shouting': 0.05, 'laughing': 0.05, 'crying': 0.05, 'singing': 0.1}
steepness = 2


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
    spoken = [row for row in rows if row.get('style') == 'normal']
    print(f'== vocalStyle: of {len(spoken)} clips of speech that reach the limit of')
    for group, limit in limits.items():
        print(f'{group}: {sum(row["scores"][group] > np.log(limit) for row in spoken)}')
    labels = {'normal': {'weights': [0] * len(limits), 'bias': 0}}
    for at, (label, limit) in enumerate(limits.items()):
        weights = [steepness if i == at else 0 for i in range(len(limits))]
        labels[label] = {'weights': weights, 'bias': round(-steepness * float(np.log(limit)), 4)}
    return {'groups': list(limits), 'labels': labels}


style = manners()
place = fit('environment', ['speech', 'quiet', 'street', 'vehicle', 'crowd', 'music', 'outdoors'], 0.3)
target.write_text(json.dumps({'vocalStyle': style, 'environment': place}, indent=2) + '\n')
