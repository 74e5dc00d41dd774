/** Traits of a voice as a table, and as one line. */
import type { Trait } from '../engines/voice-profiler.ts'
import { columns } from './terminal.ts'

/** Labels less likely than this are left out beside the best one. */
const leastConfidence = 0.1

const share = (confidence: number): string => confidence.toFixed(2)

/** Labels best first; those that are hardly possible left out. */
const shown = ({ labels }: Trait): Trait['labels'] =>
  [...labels]
    .sort((a, b) => b.confidence - a.confidence)
    .filter(({ confidence }, index) => index === 0 || confidence >= leastConfidence)

/** `vocalStyle` → `vocal style`. */
export const traitName = (name: string): string =>
  name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]/g, ' ')
    .toLowerCase()

/** A line for each trait: its name, then its labels with their confidences. `language` is what was spoken, where that is known and no trait. */
export const voiceTable = (traits: readonly Trait[], { language }: { readonly language?: string } = {}): string => {
  const rows = traits
    .filter(({ labels }) => labels.length > 0)
    .map((trait) => [
      traitName(trait.name),
      ...shown(trait).flatMap(({ label, confidence }) => [label, share(confidence)]),
    ])
  const identified = traits.some(({ name }) => name === 'language')
  return columns([...rows, ...(language === undefined || identified ? [] : [['language', language]])])
}

/** The best label of each trait: `pitch low 0.98 · vocal style normal 1.00`. */
export const voiceLine = (traits: readonly Trait[]): string =>
  traits
    .flatMap((trait) => {
      const best = shown(trait)[0]
      return best ? [`${traitName(trait.name)} ${best.label} ${share(best.confidence)}`] : []
    })
    .join(' · ')

/** Labels that mean nothing without the name of their trait: it is as usual, or nobody knows. */
const untold: ReadonlySet<string> = new Set(['normal', 'unclear'])

/** For where there is little room, the best labels that speak for themselves: `low 0.98 · angry 0.71`. */
export const briefVoice = (traits: readonly Trait[]): string =>
  traits
    .flatMap((trait) => shown(trait)[0] ?? [])
    .filter(({ label }) => !untold.has(label))
    .map(({ label, confidence }) => `${label} ${share(confidence)}`)
    .join(' · ')
