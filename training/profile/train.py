"""python3 training/profile/train.py DATA: tables of measures -> src/providers/profile/weights.json, and figures on the way.

Needs python3-sklearn of Debian. Small networks over standardized measures: one hidden layer, softmax, an ensemble of a few.
Every figure is on speakers (or recordings) that the model in question has not seen.
"""
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.neural_network import MLPClassifier

folder = Path(sys.argv[1])
only = sys.argv[2].split(',') if len(sys.argv) > 2 else ['emotion', 'age', 'vocalStyle', 'environment']
target = Path(__file__).parents[2] / 'src/providers/profile/weights.json'
rng = np.random.default_rng(1)


def table(name):
    meta = json.loads((folder / 'tables' / f'{name}.json').read_text())
    values = np.fromfile(folder / 'tables' / f'{name}.f32', dtype=np.float32).reshape(len(meta['rows']), -1)
    return meta['names'], meta['rows'], np.nan_to_num(values.astype(np.float64))


def column(rows, key):
    return np.array([row.get(key, '') or '' for row in rows], dtype=object)


def spread(x):
    mean, deviation = x.mean(0), x.std(0)
    return mean, np.where(deviation > 1e-6, deviation, 1)


class Net:
    """Standardize, clip, then either a linear layer or a hidden layer and a linear one."""

    def __init__(self, hidden, alpha, seeds=(1,), epochs=60):
        self.hidden, self.alpha, self.seeds, self.epochs = hidden, alpha, seeds, epochs

    def fit(self, x, y, weight):
        self.mean, self.deviation = spread(x)
        z = self.scaled(x)
        # Resampling stands for weights, which the networks of this library do not take.
        self.classes = np.unique(y)
        self.models = []
        for seed in self.seeds:
            if self.hidden == 0:
                model = LogisticRegression(C=1 / self.alpha, max_iter=400).fit(z, y, sample_weight=weight)
            else:
                pick = np.random.default_rng(seed).choice(len(y), size=len(y), p=weight / weight.sum())
                model = MLPClassifier((self.hidden,), alpha=self.alpha, max_iter=self.epochs, random_state=seed, batch_size=64, learning_rate_init=1e-3)
                import warnings
                with warnings.catch_warnings():
                    warnings.simplefilter('ignore')
                    model.fit(z[pick], y[pick])
            self.models.append(model)
        return self

    def scaled(self, x):
        return np.clip((x - self.mean) / self.deviation, -4, 4)

    def logits(self, x):
        z = self.scaled(x)
        return np.mean([np.log(model.predict_proba(z) + 1e-9) for model in self.models], axis=0)


def softmax(logits, temperature=1.0):
    e = np.exp((logits - logits.max(1, keepdims=True)) / temperature)
    return e / e.sum(1, keepdims=True)


def temperature_of(logits, y, classes, weight=None):
    index = np.searchsorted(classes, y)
    best = min(
        np.linspace(0.5, 5, 91),
        key=lambda t: np.average(-np.log(softmax(logits, t)[np.arange(len(y)), index] + 1e-9), weights=weight),
    )
    return float(best)


def ece(p, right, bins=10):
    top = p.max(1)
    total = 0
    for low in np.arange(bins) / bins:
        here = (top > low) & (top <= low + 1 / bins)
        if here.any():
            total += here.mean() * abs(top[here].mean() - right[here].mean())
    return total


class Distance:
    """How far a voice lies from those that were learnt: Mahalanobis', over the root of the number of measures; 0.7 is usual."""

    def __init__(self, z, shrink=0.2):
        self.mean = z.mean(0)
        spread = np.cov((z - self.mean).T)
        spread = (1 - shrink) * spread + shrink * np.eye(len(spread)) * np.trace(spread) / len(spread)
        self.rows = np.linalg.cholesky(np.linalg.inv(spread)).T / np.sqrt(len(spread))

    def of(self, z):
        return np.linalg.norm((z - self.mean) @ self.rows.T, axis=1)


def told_ece(p, y, classes, least=0.5):
    told = p.max(1) >= least
    return ece(p[told], (classes[p.argmax(1)] == y)[told])


def report(title, p, y, classes):
    guess = classes[p.argmax(1)]
    present = [c for c in classes if (y == c).any()]
    f1 = f1_score(y, guess, labels=present, average='macro')
    majority = max((y == c).mean() for c in present)
    print(f'{title}: n {len(y)}, accuracy {np.mean(guess == y):.3f} (majority {majority:.3f}), macro-F1 {f1:.3f}, ECE {ece(p, guess == y):.3f}')
    print('   ', ' '.join(f'{c[:9]:>9}' for c in classes))
    for c, line in zip(classes, confusion_matrix(y, guess, labels=classes)):
        if line.sum():
            print(f'    ' + ' '.join(f'{n:9d}' for n in line), c)
    return dict(n=int(len(y)), accuracy=round(float(np.mean(guess == y)), 3), majority=round(float(majority), 3), macroF1=round(float(f1), 3), ece=round(float(ece(p, guess == y)), 3))


def balance(y, group):
    """Every class weighs the same, and in it every corpus the same share as the root of its size."""
    weight = np.zeros(len(y))
    for c in np.unique(y):
        here = y == c
        for g in np.unique(group[here]):
            there = here & (group == g)
            weight[there] = 1 / np.sqrt(there.sum())
        weight[here] /= weight[here].sum()
    return weight * len(y) / weight.sum()


def export(net, names, used, classes, temperature, **more):
    def short(a, digits=4):
        return [float(f'{v:.{digits}g}') for v in np.asarray(a).ravel()]

    layers = []
    for model in net.models:
        if net.hidden == 0:
            coef = model.coef_ if len(model.classes_) > 2 else np.vstack([-model.coef_ / 2, model.coef_ / 2])
            bias = model.intercept_ if len(model.classes_) > 2 else np.r_[-model.intercept_ / 2, model.intercept_ / 2]
            layers.append([dict(weights=[short(row) for row in coef], bias=short(bias))])
        else:
            out, bias = model.coefs_[1], model.intercepts_[1]
            if len(model.classes_) == 2:
                out, bias = np.hstack([-out / 2, out / 2]), np.r_[-bias / 2, bias / 2]
            layers.append([
                dict(weights=[short(row) for row in model.coefs_[0].T], bias=short(model.intercepts_[0])),
                dict(weights=[short(row) for row in out.T], bias=short(bias)),
            ])
    return dict(
        labels=[str(c) for c in classes],
        measures=[names[i] for i in used],
        mean=short(net.mean, 6),
        deviation=short(net.deviation, 6),
        temperature=round(temperature, 3),
        members=layers,
        **more,
    )


def columns(names, keep):
    return [i for i, name in enumerate(names) if keep(name)]


channel = ('around', 'room', 'band')
results = json.loads(target.read_text()) if target.exists() else {'models': {}}
parts = [table(name) for name in ('emodb', 'ravdess', 'libri', 'so762')]
names, rows, x = parts[0][0], sum((part[1] for part in parts), []), np.vstack([part[2] for part in parts])
corpus, speaker, split, how = (column(rows, k) for k in ('corpus', 'speaker', 'split', 'how'))
last = np.array([row['last'] for row in rows])
ms = np.array([row['ms'] for row in rows])
clean = how == 'clean'
who = np.array([f'{c}-{s}' for c, s in zip(corpus, speaker)], dtype=object)


def emotion(make):
    y = column(rows, 'emotion')
    wanted = ['angry', 'fearful', 'happy', 'neutral', 'sad']
    used = columns(names, lambda n: n.startswith(('pitch', 'voicing', 'level', 'rate', 'pause', 'jitter', 'shimmer', 'harmonics', 'periodicity', 'voiced', 'flux', 'modulation')))
    acted = np.char.startswith(corpus.astype(str), 'emodb')
    learn = np.isin(y, wanted) & (acted | (corpus == 'libri')) & (split != 'test')

    def weights(part):
        """Every emotion the same; three tenths of neutral are readers, who are many."""
        weight = np.zeros(part.sum())
        read = (corpus == 'libri')[part]
        for c in wanted:
            here = (y[part] == c) & ~read
            weight[here] = 1 / here.sum()
        weight[(y[part] == 'neutral') & ~read] *= 0.7
        weight[read] = 0.3 / read.sum()
        return weight

    # Made larger and smaller they stand for other speakers, and are for learning alone.
    asked = last & ~np.char.startswith(how.astype(str), 'other') & ((corpus == 'emodb') | (y == 'fearful'))
    actors = sorted(set(speaker[acted & learn]))

    # Calm of RAVDESS is measured as neutral, which it is nearest to; disgust and surprise were never learnt.
    held_logits, held_y, held_clean, held_far = [], [], [], []
    for out in actors:
        inside = learn & ~(acted & (speaker == out))
        net = make().fit(x[inside][:, used], y[inside], weights(inside))
        outside = learn & acted & (speaker == out) & asked
        held_far.append(Distance(net.scaled(x[inside & acted][:, used])).of(net.scaled(x[outside][:, used])))
        held_logits.append(net.logits(x[outside][:, used]))
        held_y.append(y[outside])
        held_clean.append(clean[outside])
    logits, hy, hc = np.vstack(held_logits), np.concatenate(held_y), np.concatenate(held_clean)
    classes, far = net.classes, np.concatenate(held_far)
    near = float(np.median(far))

    # Another corpus: everybody else, where a single actor taught it.
    one_logits, one_y, one_far = [], [], []
    for actor in actors:
        inside = learn & (~acted | (speaker == actor))
        net = make().fit(x[inside][:, used], y[inside], weights(inside))
        outside = learn & acted & (speaker != actor) & asked
        one_logits.append(net.logits(x[outside][:, used]))
        one_y.append(y[outside])
        one_far.append(Distance(net.scaled(x[inside & acted][:, used])).of(net.scaled(x[outside][:, used])))
    one, oney, onefar = np.vstack(one_logits), np.concatenate(one_y), np.concatenate(one_far)

    def doubt(logits, far, base, slope):
        return softmax(logits / (base + slope * np.maximum(0, far - near))[:, None])

    base = temperature_of(logits[far <= near], hy[far <= near], classes)
    # As doubtful of voices from far away as leaves the worst of these three best: known corpus, changed, and single actors.
    slope = min(
        np.arange(0, 8.5, 0.5),
        key=lambda s: max(told_ece(doubt(logits[hc], far[hc], base, s), hy[hc], classes), told_ece(doubt(logits[~hc], far[~hc], base, s), hy[~hc], classes), told_ece(doubt(one, onefar, base, s), oney, classes)),
    )
    print('temperature', base, '+', slope, 'times the distance beyond', round(near, 3))
    figures = {
        'EmoDB, one speaker left out': report('emotion, EmoDB, leave one speaker out, whole clips', doubt(logits, far, base, slope)[hc], hy[hc], classes),
        'the same, changed': report('the same in noise, coloured, on a telephone', doubt(logits, far, base, slope)[~hc], hy[~hc], classes),
        'EmoDB, learnt from one speaker': report('learnt from one speaker', doubt(one, onefar, base, slope), oney, classes),
    }
    final = make().fit(x[learn][:, used], y[learn], weights(learn))
    distance = Distance(final.scaled(x[learn & acted][:, used]))

    def judged(part):
        return doubt(final.logits(x[part][:, used]), distance.of(final.scaled(x[part][:, used])), base, slope)

    other = (corpus == 'ravdess') & last & np.isin(y, wanted + ['calm'])
    oy = np.where(y[other] == 'calm', 'neutral', y[other])
    figures['RAVDESS, never learnt'] = report('emotion, RAVDESS (never learnt)', judged(other), oy, classes)
    four = other & (y != 'fearful')
    figures['RAVDESS without fear'] = report('emotion, RAVDESS without fear', judged(four), np.where(y[four] == 'calm', 'neutral', y[four]), classes)
    for name in ('libri', 'so762'):
        steady = (corpus == name) & (split == 'test') & last & clean
        p = judged(steady)
        print(f'    {name} read aloud:', {c: round(float((classes[p.argmax(1)] == c).mean()), 3) for c in classes}, 'mean top', round(float(p.max(1).mean()), 3))
    short = lambda a: [float(f'{v:.4g}') for v in a]
    doubtful = dict(mean=short(distance.mean), rows=[short(row[i:]) for i, row in enumerate(distance.rows)], near=round(near, 3), slope=float(slope))
    return export(final, names, used, classes, base, far=doubtful), figures


def age(make):
    y = column(rows, 'age')
    known = np.isin(y, ['kid', 'adult'])
    # The room behind a reader would tell who was recorded where.
    used = columns(names, lambda n: not n.startswith('around'))
    reader = (corpus == 'so762') & known
    other = (corpus == 'libri') & (split != 'test') & known

    def weights(part):
        """Kids and adults the same; a fifth of the adults read other texts into other microphones."""
        weight = np.zeros(part.sum())
        for c in ('kid', 'adult'):
            here = ((y == c) & reader)[part]
            weight[here] = 1 / here.sum()
        weight[((y == 'adult') & reader)[part]] *= 0.8
        weight[other[part]] = 0.2 / other[part].sum()
        return weight

    # Readers left out in turn, a quarter at a time: how sure it may be, and how good it is.
    people = sorted(set(speaker[reader & (split != 'test')]))
    fold = {name: i % 4 for i, name in enumerate(np.random.default_rng(3).permutation(people))}
    turn = np.array([fold.get(s, -1) if r else -1 for s, r in zip(speaker, reader)])
    held_logits, held_y = [], []
    for out in range(4):
        inside = (reader & (split != 'test') & (turn != out)) | other
        net = make().fit(x[inside][:, used], y[inside], weights(inside))
        outside = (turn == out) & clean & last
        held_logits.append(net.logits(x[outside][:, used]))
        held_y.append(y[outside])
    logits, hy = np.vstack(held_logits), np.concatenate(held_y)
    t = temperature_of(logits, hy, net.classes)
    figures = {'speechocean762, readers left out in turn': report('age, readers left out in turn', softmax(logits, t), hy, net.classes)}
    learn = (reader & (split != 'test')) | other
    net = make().fit(x[learn][:, used], y[learn], weights(learn))
    for title, where in {
        'speechocean762, other readers': reader & (split == 'test'),
        'LibriSpeech, adults': (corpus == 'libri') & (split == 'test'),
        'RAVDESS, adults': corpus == 'ravdess',
    }.items():
        here = where & last & clean & known
        figures[title] = report(f'age, {title}', softmax(net.logits(x[here][:, used]), t), y[here], net.classes)
    return export(net, names, used, net.classes, t), figures


def style(make):
    y = column(rows, 'vocalStyle')
    used = columns(names, lambda n: not n.startswith(channel) and not n.startswith('formant'))
    learn = (y != '') & (split == 'train')
    # One speaker of the shouting ones out, to find how sure it may be.
    fold = learn & ~(np.char.startswith(corpus.astype(str), 'emodb') & np.isin(speaker, ['03', '08']))
    net = make().fit(x[fold][:, used], y[fold], balance(y[fold], corpus[fold]))
    held = ((split == 'held') & (y != '')) | (np.char.startswith(corpus.astype(str), 'emodb') & np.isin(speaker, ['03', '08']))
    t = temperature_of(net.logits(x[held][:, used]), y[held], net.classes, balance(y[held], corpus[held]))
    figures = {'held back': report('style, held back', softmax(net.logits(x[held & last][:, used]), t), y[held & last], net.classes)}
    net = make().fit(x[learn][:, used], y[learn], balance(y[learn], corpus[learn]))
    here = (split == 'test') & last & clean & (y != '')
    for name in ('ravdess', 'so762', 'libri'):
        there = here & (corpus == name)
        figures[name] = report(f'style, {name}', softmax(net.logits(x[there][:, used]), t), y[there], net.classes)
    return export(net, names, used, net.classes, t), figures


def environment(make):
    names, rows, x = table('environments')
    y, split, speaker, how = (column(rows, k) for k in ('environment', 'split', 'speaker', 'how'))
    last = np.array([row['last'] for row in rows])
    used = columns(names, lambda n: n.startswith(channel + ('flux', 'level', 'voicing', 'periodicity', 'modulation', 'pause', 'cepstrum', 'harmonics', 'voiced.flat', 'unvoiced', 'hiss')))
    learn = split == 'train'
    # Recordings left out in turn, to find how sure it may be: few at a time, for the model that ships has heard them all.
    groups = np.array(sorted(set(speaker[learn])), dtype=object)
    held_logits, held_y = [], []
    for fold in range(12):
        out = learn & np.isin(speaker, groups[fold::12])
        net = make().fit(x[learn & ~out][:, used], y[learn & ~out], balance(y[learn & ~out], y[learn & ~out]))
        held_logits.append(net.logits(x[out][:, used]))
        held_y.append(y[out])
    t = temperature_of(np.vstack(held_logits), np.concatenate(held_y), net.classes)
    figures = {'recordings left out': report('environment, recordings left out in turn', softmax(np.vstack(held_logits), t), np.concatenate(held_y), net.classes)}
    net = make().fit(x[learn][:, used], y[learn], balance(y[learn], y[learn]))
    here = (split == 'test') & last
    figures['other recordings'] = report('environment, other recordings', softmax(net.logits(x[here][:, used]), t), y[here], net.classes)
    return export(net, names, used, net.classes, t), figures


makers = dict(
    emotion=(emotion, lambda: Net(24, 1.0, seeds=(1, 2, 3, 4), epochs=25)),
    age=(age, lambda: Net(96, 0.5, seeds=(1, 2, 3), epochs=25)),
    vocalStyle=(style, lambda: Net(16, 1.0, seeds=(1, 2), epochs=15)),
    environment=(environment, lambda: Net(96, 3.0, seeds=(1, 2), epochs=20)),
)
if __name__ == '__main__':
    for name in only:
        train, make = makers[name]
        model, figures = train(make)
        results['models'][name] = model
        results.setdefault('figures', {})[name] = figures
    figures = results.pop('figures', {})
    target.write_text(json.dumps({'models': results['models']}, separators=(',', ':')))
    old = folder / 'figures.json'
    kept = json.loads(old.read_text()) if old.exists() else {}
    old.write_text(json.dumps({**kept, **figures}, indent=1))
    print(target, target.stat().st_size, 'bytes')
