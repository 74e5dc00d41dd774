/** A decoder and a client's own words: they are heard, and nothing else is heard otherwise for them. */
import { beforeAll, describe, expect, it } from 'vitest'
import { wordErrorRate, wordErrors } from '../../../bench/wer.ts'
import { type Clip, clips, readClip } from '../../../test/support/clips.ts'
import { needs, pocketsphinx, recordings } from '../../../test/support/needs.ts'
import { meanOf, openDecoder, wordsHeard } from '../../../test/support/pocketsphinx.ts'
import { type Decoder, streamingOptions } from './decoder.ts'
import { vocabularyOf } from './vocabulary.ts'

interface Said {
  readonly clip: Clip
  readonly samples: Float32Array
  readonly mean: Float32Array
  readonly plain: string
}

describe('a decoder with a vocabulary', () => {
  needs(pocketsphinx, recordings)

  let decoder: Decoder
  let said: readonly Said[]

  const heard = async ({ samples, mean }: Omit<Said, 'plain'>, vocabulary?: string): Promise<string> =>
    (await wordsHeard(decoder, samples, mean, vocabulary)).join(' ')
  const errorRate = (texts: readonly string[], from: readonly Said[]): number =>
    wordErrorRate(from.map(({ clip }, index) => wordErrors(clip.text, texts[index]!)))

  beforeAll(async () => {
    if (!pocketsphinx.isThere() || !recordings.isThere()) return
    decoder = await openDecoder(streamingOptions)
    const found: Said[] = []
    for (const clip of clips().filter(({ name }) => /^(librivox-08|librivox-0930|goforward)/.test(name))) {
      const { samples } = await readClip(clip)
      const one = { clip, samples, mean: meanOf(decoder, samples) }
      found.push({ ...one, plain: await heard(one) })
    }
    said = found
  }, 300_000)

  it('hears more of what holds its terms', async () => {
    const vocabulary = vocabularyOf(['ill disposed', 'prudently', 'John Dashwood', 'amiable woman', 'Kubernetes'])!
    await decoder.learn(vocabulary)
    const holding = said.filter(({ clip }) => clip.name.startsWith('librivox'))
    expect(holding.length).toBeGreaterThanOrEqual(3)
    const texts: string[] = []
    for (const one of holding) texts.push(await heard(one, vocabulary.key))
    const plain = errorRate(
      holding.map((one) => one.plain),
      holding,
    )
    expect(errorRate(texts, holding)).toBeLessThan(plain * 0.9)
  }, 300_000)

  it('hears the same as without where nothing sounds like its terms', async () => {
    const vocabulary = vocabularyOf(['Kubernetes'])!
    await decoder.learn(vocabulary)
    for (const one of said) {
      expect({ name: one.clip.name, text: await heard(one, vocabulary.key) }).toEqual({
        name: one.clip.name,
        text: one.plain,
      })
    }
  }, 300_000)
})
