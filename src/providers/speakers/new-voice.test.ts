/** Where another voice goes on, with the encoder that ships and recorded voices. */
import { afterAll, describe, expect, it } from 'vitest'
import { readClip, sharedClips } from '../../../test/support/clips.ts'
import { needs, shared } from '../../../test/support/needs.ts'
import { VoiceChanges } from '../../listening/voice-change.ts'
import { silentLog } from '../../log.ts'
import { createSpeakers } from './engine.ts'

const encoder = createSpeakers()
afterAll(() => encoder.close?.())

const sampleRate = 16_000
const frameMs = 20
const frameLength = (sampleRate * frameMs) / 1000

/** Clips one after another without a pause; where each begins, and where a new voice was noticed, in ms. */
const heard = async (...names: readonly string[]) => {
  const clips = await Promise.all(
    names.map(async (name) => (await readClip(sharedClips(({ file }) => file.includes(name))[0]!)).samples),
  )
  const changes = new VoiceChanges(encoder, { signal: new AbortController().signal, log: silentLog })
  const noticed: { readonly sinceMs: number; readonly atMs: number }[] = []
  const begins: number[] = []
  let startMs = 0
  for (const samples of clips) {
    begins.push(startMs)
    for (let at = 0; at + frameLength <= samples.length; at += frameLength) {
      const endMs = startMs + frameMs
      changes.hear({ samples: samples.subarray(at, at + frameLength), sampleRate, startMs }, (sinceMs) =>
        noticed.push({ sinceMs, atMs: endMs }),
      )
      startMs = endMs
    }
  }
  await changes.judged
  return { begins, noticed, lengthMs: startMs }
}

describe('of recorded voices', () => {
  needs(shared)

  // Not of all: the page on the voice profile says of how many.
  it('a man and a girl, without a pause: one new voice within three seconds', async () => {
    const { begins, noticed } = await heard('004820378-age28m', '001120119-age6f')
    expect(noticed).toHaveLength(1)
    expect(noticed[0]!.atMs - begins[1]!).toBeGreaterThan(0)
    expect(noticed[0]!.atMs - begins[1]!).toBeLessThanOrEqual(3000)
  })

  it.each([
    ['a man', '1688-142285-0000', '1688-142285-0003'],
    ['a boy', '055470040-age11m', '055470080-age11m'],
    ['a woman', 'LJ001-0001', 'LJ001-0003'],
  ])('%s who goes on is no new voice', async (_, ...clips) => {
    const { noticed, lengthMs } = await heard(...clips)
    expect(lengthMs).toBeGreaterThan(10_000)
    expect(noticed).toEqual([])
  })
})
