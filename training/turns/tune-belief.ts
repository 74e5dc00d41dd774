/** `npx tsx training/turns/tune-belief.ts FOLDER`: how far recognised words can be believed: the constants of `src/providers/turns/judge.ts`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { parseWav } from '../../src/audio/wav.ts'
import { streamingOptions } from '../../src/providers/pocketsphinx/decoder.ts'
import { wordsOf as heardWordsOf } from '../../src/providers/pocketsphinx/hearing.ts'
import { likelihood, logOdds } from '../../src/providers/turns/logistic.ts'
import { prosodyOf } from '../../src/providers/turns/prosody.ts'
import { textFeatures, wordsOf } from '../../src/providers/turns/text.ts'
import { readWeights } from '../../src/providers/turns/weights.ts'
import { openDecoder } from '../../test/support/pocketsphinx.ts'
import { reserved, stretchesOf } from './sounds.ts'

/** Recordings of each speaker. */
const chosen = [2, 11]
const frame = 160
const askedAfter = 20
const lastWords = 3

interface Heard {
  readonly complete: boolean
  readonly confidence: number
  readonly text: number
  readonly sound: number
}

const weights = await readWeights()
const decoder = await openDecoder(streamingOptions)

/** Every pause of 200 ms and the end of a recording, with the words as they are recognised by then. */
const heardIn = (file: string): readonly Heard[] => {
  const { samples, sampleRate } = parseWav(readFileSync(file))
  const pcm = new Int16Array(samplesToPcm16(samples).buffer)
  const stretches = stretchesOf(samples)
  decoder.begin()
  let fed = 0
  const heard = stretches.flatMap(([, to], index): Heard[] => {
    const next = stretches[index + 1]
    if (next && next[0] - to < askedAfter) return []
    const end = Math.min(pcm.length, (to + askedAfter) * frame)
    decoder.feed(pcm.subarray(fed, end))
    fed = end
    const words = heardWordsOf(decoder.words(), 0, 'streaming')
    const melody = prosodyOf(samples.subarray(0, end), sampleRate)
    if (!melody || words.length === 0) return []
    const last = words.slice(-lastWords)
    return [
      {
        complete: !next,
        confidence: last.reduce((sum, { confidence = 1 }) => sum + confidence, 0) / last.length,
        text: logOdds(textFeatures(wordsOf(words.map(({ text }) => text).join(' '))), weights.text),
        sound: weights.prosody.bias + melody.reduce((sum, value, at) => sum + value * weights.prosody.weights[at]!, 0),
      },
    ]
  })
  decoder.end()
  return heard
}

const folder = join(process.argv[2] ?? '.', 'WAVE')
const all = readdirSync(folder)
  .filter((name) => !reserved.has(name.replace('SPEAKER', '')))
  .flatMap((name) => {
    const files = readdirSync(join(folder, name)).sort()
    return chosen.flatMap((at) => (files[at] ? heardIn(join(folder, name, files[at])) : []))
  })
const [ends, pauses] = [true, false].map((complete) => all.filter((one) => one.complete === complete))

/** Mean surprise, ends and pauses counting alike. */
const loss = (odds: (one: Heard) => number): number => {
  const of = (some: readonly Heard[], sign: number): number =>
    some.reduce((sum, one) => sum - Math.log(Math.max(1e-6, likelihood(sign * odds(one)))), 0) / some.length
  return (of(ends!, 1) + of(pauses!, -1)) / 2
}
const taken = (some: readonly Heard[], odds: (one: Heard) => number): string =>
  `${((100 * some.filter((one) => likelihood(odds(one)) >= 0.6).length) / some.length).toFixed(0)} %`
const tell = (name: string, odds: (one: Heard) => number): void =>
  console.log(
    `${name}: loss ${loss(odds).toFixed(3)}; taken for ends at 0.6: ${taken(ends!, odds)} of ends, ${taken(pauses!, odds)} of pauses`,
  )

console.log(`${ends!.length} ends, ${pauses!.length} pauses`)
tell('all words believed', ({ text, sound }) => text + 0.5 * sound)
const tries = [0.1, 0.2, 0.3].flatMap((hardly) =>
  [0.7, 0.9, 1.1].flatMap((surely) => [0.7, 0.9, 1.2].map((unsureShare) => ({ hardly, surely, unsureShare }))),
)
for (const { hardly, surely, unsureShare } of tries)
  tell(`hardly ${hardly}, surely ${surely}, unsureShare ${unsureShare}`, ({ text, sound, confidence }) => {
    const belief = Math.min(1, Math.max(0, (confidence - hardly) / (surely - hardly)))
    return belief * text + (0.5 * belief + unsureShare * (1 - belief)) * sound
  })
