/** How well labels were told: accuracy, macro-F1, a confusion matrix and the calibration error, from pairs of truth and answer. */

/** One clip and what was said of it; no answer where nothing was. */
export interface Answer {
  readonly truth: string
  readonly label: string | undefined
  readonly confidence: number
}

export interface Score {
  readonly clips: number
  /** Share of clips of which something other than `unclear` was said. */
  readonly coverage: number
  /** Of those that were answered. */
  readonly accuracy: number
  readonly macroF1: number
  /** Expected calibration error over ten bins: how far confidence and accuracy lie apart. */
  readonly calibrationError: number
  /** Share of the most frequent label, which is what always answering it would reach. */
  readonly majority: number
  /** One over the number of labels. */
  readonly chance: number
  /** truth → label → clips. */
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const unsaid = 'unclear'

const count = (labels: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

const calibrationError = (answers: readonly Answer[]): number => {
  let error = 0
  for (let bin = 0; bin < 10; bin += 1) {
    const here = answers.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin)
    if (here.length === 0) continue
    const right = here.filter(({ truth, label }) => truth === label).length / here.length
    const believed = here.reduce((sum, { confidence }) => sum + confidence, 0) / here.length
    error += (here.length / answers.length) * Math.abs(right - believed)
  }
  return error
}

export const score = (answers: readonly Answer[]): Score => {
  const truths = [...new Set(answers.map(({ truth }) => truth))].sort()
  const said = answers.filter(({ label }) => label !== undefined && label !== unsaid)
  const f1 = truths.map((name) => {
    const hits = said.filter(({ truth, label }) => truth === name && label === name).length
    const told = said.filter(({ label }) => label === name).length
    const there = said.filter(({ truth }) => truth === name).length
    return told + there > 0 ? (2 * hits) / (told + there) : 0
  })
  return {
    clips: answers.length,
    coverage: said.length / answers.length,
    accuracy: said.filter(({ truth, label }) => truth === label).length / said.length,
    macroF1: f1.reduce((sum, value) => sum + value, 0) / f1.length,
    calibrationError: calibrationError(said),
    majority: Math.max(...Object.values(count(said.map(({ truth }) => truth)))) / said.length,
    chance: 1 / truths.length,
    confusion: Object.fromEntries(
      truths.map((name) => [
        name,
        count(answers.filter(({ truth }) => truth === name).map(({ label }) => label ?? 'nothing')),
      ]),
    ),
  }
}
