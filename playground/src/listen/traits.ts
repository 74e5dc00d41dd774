/** The traits of a voice as the playground shows them. */
import type { Label, VoiceProfile } from './hearing.ts'

/** One trait. With `scale` its labels stand in an order, from one end to the other. */
export interface Trait {
  readonly key: string
  readonly title: string
  readonly scale?: readonly string[]
}

export const traits: readonly Trait[] = [
  { key: 'pitch', title: 'Pitch', scale: ['low', 'mid', 'high'] },
  { key: 'vocalStyle', title: 'Style', scale: ['whispering', 'normal', 'shouting'] },
  { key: 'emotion', title: 'Emotion' },
  { key: 'age', title: 'Age' },
]

/** The likeliest label; undefined while nothing is known. */
export const likeliest = (profile: VoiceProfile | undefined, key: string): Label | undefined =>
  profile?.[key]?.reduce<Label | undefined>(
    (best, label) => (label.confidence > (best?.confidence ?? 0) ? label : best),
    undefined,
  )

/** Where the trait stands between the ends of its scale, 0…1, by what each label weighs; undefined while unknown. */
export const place = (labels: readonly Label[], scale: readonly string[]): number | undefined => {
  let [sum, weight] = [0, 0]
  for (const { label, confidence } of labels) {
    const at = scale.indexOf(label)
    if (at < 0) continue
    sum += confidence * (at / (scale.length - 1))
    weight += confidence
  }
  return weight === 0 ? undefined : sum / weight
}
