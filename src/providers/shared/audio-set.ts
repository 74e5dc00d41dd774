/** From the 521 or 527 sounds that AudioSet names to the labels of a voice profile. */
import { z } from 'zod'
import type { Likelihoods } from './steady.ts'

/** Sounds that tell the same of a voice or of what is around it; the best score of a group is its own. */
export const soundGroups = {
  speech: ['Speech', 'Child speech, kid speaking', 'Conversation', 'Narration, monologue'],
  whispering: ['Whispering'],
  shouting: ['Shout', 'Bellow', 'Whoop', 'Yell', 'Children shouting', 'Screaming'],
  laughing: ['Laughter', 'Baby laughter', 'Giggle', 'Snicker', 'Belly laugh', 'Chuckle, chortle'],
  crying: ['Crying, sobbing', 'Baby cry, infant cry', 'Whimper', 'Wail, moan'],
  singing: ['Singing', 'Choir', 'Yodeling', 'Chant', 'Mantra', 'Child singing', 'Rapping', 'Humming'],
  quiet: [
    'Silence',
    'Inside, small room',
    'Inside, large room or hall',
    'Typing',
    'Computer keyboard',
    'Mechanical fan',
    'Air conditioning',
  ],
  street: [
    'Traffic noise, roadway noise',
    'Vehicle horn, car horn, honking',
    'Car passing by',
    'Motor vehicle (road)',
    'Car',
    'Truck',
    'Motorcycle',
    'Siren',
    'Emergency vehicle',
    'Outside, urban or manmade',
  ],
  vehicle: [
    'Vehicle',
    'Bus',
    'Train',
    'Rail transport',
    'Subway, metro, underground',
    'Railroad car, train wagon',
    'Engine',
    'Light engine (high frequency)',
    'Medium engine (mid frequency)',
    'Heavy engine (low frequency)',
    'Idling',
    'Aircraft',
    'Fixed-wing aircraft, airplane',
  ],
  crowd: [
    'Crowd',
    'Hubbub, speech noise, speech babble',
    'Chatter',
    'Cheering',
    'Applause',
    'Inside, public space',
    'Dishes, pots, and pans',
    'Cutlery, silverware',
  ],
  music: ['Music', 'Musical instrument', 'Background music'],
  outdoors: [
    'Outside, rural or natural',
    'Wind',
    'Wind noise (microphone)',
    'Rustling leaves',
    'Rain',
    'Raindrop',
    'Rain on surface',
    'Thunderstorm',
    'Thunder',
    'Water',
    'Stream',
    'Waterfall',
    'Ocean',
    'Waves, surf',
    'Bird',
    'Bird vocalization, bird call, bird song',
    'Chirp, tweet',
    'Insect',
    'Cricket',
    'Frog',
  ],
} as const

export type SoundGroup = keyof typeof soundGroups

/** Scores below it are all the same: nothing. */
const leastScore = 1e-4

/** Each group's score as a logarithm. `scoreOf` gives 0…1 for the name of a sound; undefined where a model has none such. */
export const groupScores = (scoreOf: (name: string) => number | undefined): ReadonlyMap<SoundGroup, number> =>
  new Map(
    Object.entries(soundGroups).map(([group, names]) => [
      group as SoundGroup,
      Math.log(Math.max(leastScore, ...names.map((name) => scoreOf(name) ?? 0))),
    ]),
  )

/** Likelihoods of a trait's labels: linear in the logarithms of groups. */
export const soundJudge = z.strictObject({
  groups: z.array(z.string()),
  /** For each label a weight for each group, and a bias. */
  labels: z.record(z.string(), z.strictObject({ weights: z.array(z.number()), bias: z.number() })),
})
export type SoundJudge = z.output<typeof soundJudge>

/** They add up to 1. */
export const judgeSounds = ({ groups, labels }: SoundJudge, scores: ReadonlyMap<string, number>): Likelihoods => {
  const values = groups.map((group) => scores.get(group) ?? Math.log(leastScore))
  const powers = Object.entries(labels).map(([label, { weights, bias }]): [string, number] => [
    label,
    weights.reduce((sum, weight, i) => sum + weight * values[i]!, bias),
  ])
  const most = Math.max(...powers.map(([, power]) => power))
  const likelihoods = powers.map(([label, power]): [string, number] => [label, Math.exp(power - most)])
  const sum = likelihoods.reduce((total, [, value]) => total + value, 0)
  return new Map(likelihoods.map(([label, value]) => [label, value / sum]))
}
