/** Whether what the operator keeps back stays back. */
import { describe, expect, it } from 'vitest'
import type { VoiceProfile, VoiceProfiler } from '../engines/voice-profiler.ts'
import { silentLog } from '../log.ts'
import { discreet } from './told-traits.ts'

const trait = (name: string) => ({ name, labels: [{ label: 'x', confidence: 1 }] })
const profiler = (...names: readonly string[]): VoiceProfiler => ({
  sampleRate: 16_000,
  card: { name: 'fake' },
  async *profile() {
    yield { startMs: 0, endMs: 500, traits: names.map(trait) }
  },
})
const told = async (engine: VoiceProfiler, voice: { readonly sensitive: boolean; readonly environment: boolean }) => {
  const all: VoiceProfile[] = []
  const settings = { newSpeakers: true, notes: true, match: true, ...voice }
  const work = { signal: new AbortController().signal, log: silentLog }
  const audio = (async function* () {})()
  for await (const profile of discreet(engine, settings).profile(audio, work)) all.push(profile)
  return all.map(({ traits }) => traits.map(({ name }) => name))
}

describe('discreet', () => {
  const everything = profiler('pitch', 'emotion', 'age', 'accent', 'vocalStyle', 'environment')

  it('tells all but the place by default', async () => {
    expect(await told(everything, { sensitive: true, environment: false })).toEqual([
      ['pitch', 'emotion', 'age', 'accent', 'vocalStyle'],
    ])
  })

  it('keeps emotion, age and accent back for a whole server', async () => {
    expect(await told(everything, { sensitive: false, environment: true })).toEqual([
      ['pitch', 'vocalStyle', 'environment'],
    ])
  })

  it('tells no profile of which nothing is left', async () => {
    expect(await told(profiler('emotion'), { sensitive: false, environment: false })).toEqual([])
  })
})
