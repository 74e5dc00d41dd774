import { describe, expect, it } from 'vitest'
import { levelVoiceActivity, scriptedRecognizer } from '../../test/support/engines.ts'
import { toneEncoder, tones } from '../../test/support/tones.ts'
import { durationMs, endMs } from '../audio/frame.ts'
import type { VoiceProfiler } from '../engines/voice-profiler.ts'
import { silentLog } from '../log.ts'
import type { Heard } from './heard.ts'
import { listen } from './listen.ts'
import { defaultGate, defaultTurns } from './settings.ts'

/** Tells every half second over which audio the profile is. */
const profiler: VoiceProfiler = {
  sampleRate: 16_000,
  card: { name: 'Spans' },
  async *profile(audio) {
    let startMs: number | undefined
    let heardMs = 0
    for await (const frame of audio) {
      startMs ??= frame.startMs
      const before = Math.floor(heardMs / 500)
      heardMs += durationMs(frame)
      if (Math.floor(heardMs / 500) > before)
        yield { startMs, endMs: endMs(frame), traits: [{ name: 'voice', labels: [{ label: 'some', confidence: 1 }] }] }
    }
  },
}

const profilesOf = async (stretches: Parameters<typeof tones>[0]) => {
  const heard: Heard[] = []
  const events = listen(tones(stretches), {
    engines: {
      ...{ speechToText: scriptedRecognizer(), voiceActivity: levelVoiceActivity() },
      ...{ voiceProfiler: profiler, voiceComparison: toneEncoder() },
    },
    ...{ gate: defaultGate, turns: defaultTurns, languages: [], terms: [], partials: false, alternatives: 0 },
    finalBudgetMs: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    log: silentLog,
  })
  for await (const event of events) heard.push(event)
  return heard.filter((event) => event.type === 'voice.profiled')
}

describe('another voice', () => {
  it('without a pause before it has a profile of its own within two seconds', async () => {
    const profiles = await profilesOf([
      [150, 4500],
      [400, 4500],
    ])
    const first = profiles.find(({ newVoice }) => newVoice)
    expect(first?.startMs).toBeGreaterThan(4000)
    expect(first?.endMs).toBeLessThan(6600)
    expect(profiles.at(-1)?.startMs).toBe(first?.startMs)
    expect(profiles.filter(({ newVoice }) => newVoice)).toHaveLength(1)
  })

  it('is noticed after a pause too', async () => {
    const profiles = await profilesOf([
      [150, 3000],
      [0, 2500],
      [400, 3000],
    ])
    expect(profiles.filter(({ newVoice }) => newVoice).map(({ utterance }) => utterance)).toEqual([1])
  })
})

it('of one steady speaker no profile begins anew', async () => {
  const profiles = await profilesOf([
    [150, 6000],
    [0, 2500],
    [152, 6000],
  ])
  expect(profiles.length).toBeGreaterThan(15)
  expect(profiles.some(({ newVoice }) => newVoice)).toBe(false)
})
