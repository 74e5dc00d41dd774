import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { levelVoiceActivity, scriptedRecognizer } from '../../test/support/engines.ts'
import { checkOrder } from '../../test/support/heard-order.ts'
import { type AudioFrame, durationMs, endMs } from '../audio/frame.ts'
import type { AudioInput } from '../engines/engine.ts'
import type { SpeechToText, TranscribeOptions, TranscriptEvent } from '../engines/speech-to-text.ts'
import type { VoiceProfiler } from '../engines/voice-profiler.ts'
import { VoiceError } from '../errors.ts'
import { silentLog } from '../log.ts'
import { Queue } from '../streams/queue.ts'
import type { Heard } from './heard.ts'
import { listen } from './listen.ts'
import {
  defaultGate,
  defaultTurns,
  type GateSettings,
  type ListenInput,
  type ListenSettings,
  type TurnSettings,
} from './settings.ts'

/** A stretch of audio: its length in milliseconds and how loud it is, which the level engine takes for likelihood. */
type Part = readonly [ms: number, level: number] | Exclude<ListenInput, AudioFrame>

const speech = 0.9

async function* input(parts: readonly Part[], { sampleRate = 16_000, frameMs = 20 } = {}): AsyncGenerator<ListenInput> {
  let startMs = 0
  for (const part of parts) {
    if (!Array.isArray(part)) {
      yield part as Exclude<ListenInput, AudioFrame>
      continue
    }
    const [ms, level] = part as [number, number]
    for (let left = ms; left > 0; left -= frameMs) {
      const samples = new Float32Array(Math.round((Math.min(left, frameMs) * sampleRate) / 1000)).fill(level)
      yield { samples, sampleRate, startMs }
      startMs += (samples.length * 1000) / sampleRate
    }
  }
}

interface Settings extends Partial<Omit<ListenSettings, 'gate' | 'turns' | 'engines'>> {
  readonly gate?: Partial<GateSettings>
  readonly turns?: Partial<TurnSettings>
  readonly engines?: Partial<ListenSettings['engines']>
  readonly signal?: AbortSignal
}

const settingsWith = ({ gate, turns, engines, signal, ...more }: Settings) => ({
  engines: { speechToText: scriptedRecognizer(), voiceActivity: levelVoiceActivity({ gain: 1 }), ...engines },
  gate: { ...defaultGate, ...gate },
  turns: { ...defaultTurns, ...turns },
  languages: [],
  terms: [],
  partials: true,
  finalBudgetMs: 500,
  alternatives: 0,
  signal: signal ?? new AbortController().signal,
  log: silentLog,
  ...more,
})

const hear = async (audio: AsyncIterable<ListenInput>, settings: Settings = {}): Promise<Heard[]> => {
  const heard: Heard[] = []
  for await (const event of listen(audio, settingsWith(settings))) heard.push(event)
  return heard
}

const told = (heard: readonly Heard[]): string[] =>
  heard.flatMap((event) => {
    if (event.type === 'transcript.partial' || event.type === 'speakers.settled') return []
    return event.type === 'marked' ? `marked ${event.mark}` : `${event.type} ${event.utterance}`
  })

const of = <Type extends Heard['type']>(heard: readonly Heard[], type: Type): Extract<Heard, { type: Type }>[] =>
  heard.filter((event): event is Extract<Heard, { type: Type }> => event.type === type)

/** The same recognizer, with everything noted that its calls are given. */
const noted = (engine: SpeechToText): SpeechToText & { inputs: AudioInput[][]; options: TranscribeOptions[] } => {
  const inputs: AudioInput[][] = []
  const options: TranscribeOptions[] = []
  return {
    ...engine,
    inputs,
    options,
    transcribe(audio, given) {
      const items: AudioInput[] = []
      inputs.push(items)
      options.push(given)
      const tap = async function* () {
        for await (const item of audio) {
          items.push(item)
          yield item
        }
      }
      return engine.transcribe(tap(), given)
    },
  }
}

const frames = (items: readonly AudioInput[]): AudioFrame[] => items.filter((item) => 'samples' in item)

describe('automatic turns', () => {
  it('tell a turn from its start to its final', async () => {
    const heard = await hear(
      input([
        [480, 0],
        [1536, speech],
        [1024, 0],
      ]),
    )
    checkOrder(heard)
    expect(told(heard)).toEqual(['speech.started 0', 'speech.stopped 0', 'turn.ended 0', 'transcript.final 0'])
    expect(heard[0]).toMatchObject({ startMs: 480, confidence: expect.closeTo(speech) })
    expect(of(heard, 'speech.stopped')).toMatchObject([{ endMs: 2016, silenceMs: 224 }])
    const final = { startMs: 480, endMs: 2016, silenceMs: 704, text: 'Word0 word1 word2 word3 word4', pass: 'whole' }
    expect(of(heard, 'transcript.final')).toMatchObject([final])
    expect(of(heard, 'transcript.partial')[1]).toMatchObject({ text: 'word0 word1', stable: 5 })
  })

  it('hold no recognizer in silence', async () => {
    const recognizer = scriptedRecognizer()
    expect(
      await hear(
        input([
          [5000, 0],
          [64, speech],
          [1000, 0.3],
        ]),
        { engines: { speechToText: recognizer } },
      ),
    ).toEqual([])
    expect(recognizer.calls.begun).toBe(0)
  })

  it('go on through a short pause, and start anew after a long one', async () => {
    const speechToText = noted(scriptedRecognizer())
    const heard = await hear(
      input([
        [960, speech],
        [320, 0],
        [960, speech],
        [800, 0],
        [960, speech],
      ]),
      { engines: { speechToText } },
    )
    checkOrder(heard)
    expect(told(heard)).toEqual([
      'speech.started 0',
      'speech.stopped 0',
      'speech.resumed 0',
      'speech.stopped 0',
      'turn.ended 0',
      'transcript.final 0',
      'speech.started 1',
      'turn.ended 1',
      'transcript.final 1',
    ])
    expect(speechToText.inputs[0]?.filter((item) => !('samples' in item))).toEqual([
      { pause: 'begun' },
      { pause: 'over' },
      { pause: 'begun' },
      { flush: 1, budgetMs: 500, sureSpeechMs: 0 },
    ])
    const [first, second] = speechToText.options
    expect(first?.session).toBe(second?.session)
  })

  it('tell the recognizer how much of each piece was speech beyond doubt', async () => {
    const speechToText = noted(scriptedRecognizer())
    await hear(
      input([
        [960, 0],
        // Too short to begin anything.
        [64, 1],
        [320, 0],
        [960, 1],
        [640, 0.7],
        [800, 0],
        [640, 0.7],
        [800, 0],
      ]),
      { engines: { speechToText } },
    )
    const flushes = speechToText.inputs.map((inputs) => inputs.filter((item) => 'flush' in item))
    expect(flushes).toEqual([
      [{ flush: 1, budgetMs: 500, sureSpeechMs: 960 }],
      [{ flush: 1, budgetMs: 500, sureSpeechMs: 0 }],
    ])
  })

  it('give the recognizer all audio from a little before the speech to the end of the turn, once', async () => {
    const speechToText = noted(scriptedRecognizer())
    await hear(
      input([
        [1000, 0],
        [1500, speech],
        [300, 0],
        [500, speech],
        [1000, 0],
      ]),
      { engines: { speechToText } },
    )
    const given = frames(speechToText.inputs[0] ?? [])
    // 300 ms before the first window with speech in it, which begins at 992.
    expect(given[0]?.startMs).toBe(692)
    for (const [index, frame] of given.slice(1).entries()) expect(frame.startMs).toBeCloseTo(endMs(given[index]!))
    expect(endMs(given.at(-1)!)).toBe(3300 - 4 + 704)
  })

  it('do not give the next turn what was speech of the last', async () => {
    const speechToText = noted(scriptedRecognizer())
    const turns = { minSilenceMs: 200, confidence: 0 }
    await hear(
      input([
        [960, speech],
        [256, 0],
        [960, speech],
        [512, 0],
      ]),
      { engines: { speechToText }, turns },
    )
    expect(speechToText.inputs).toHaveLength(2)
    expect(frames(speechToText.inputs[1] ?? [])[0]?.startMs).toBe(960)
  })

  it('always notice the pause before a turn that silence ends, however short', async () => {
    const heard = await hear(
      input([
        [960, speech],
        [800, 0],
      ]),
      { gate: { pauseMs: 600 }, turns: { minSilenceMs: 100, confidence: 0 } },
    )
    expect(told(heard)).toEqual(['speech.started 0', 'speech.stopped 0', 'turn.ended 0', 'transcript.final 0'])
    expect(of(heard, 'turn.ended')[0]?.silenceMs).toBe(128)
  })

  it('end when a recognizer says so that decides turns', async () => {
    const engine = scriptedRecognizer()
    const speechToText: SpeechToText = {
      ...engine,
      async *transcribe(audio, options) {
        for await (const event of engine.transcribe(audio, options)) {
          yield event
          if (event.type === 'partial' && event.text.endsWith('word2')) yield { type: 'turn-ended', likelihood: 0.7 }
        }
      },
    }
    const parts: Part[] = [
      [960, speech],
      [160, 0],
      [500, 0],
    ]
    const ended = of(await hear(input(parts), { engines: { speechToText } }), 'turn.ended')
    expect(ended).toMatchObject([{ endMs: expect.closeTo(960, -2) }])
    expect(ended[0]?.silenceMs).toBeLessThan(200)
    const unsure = await hear(input(parts), { engines: { speechToText }, turns: { confidence: 0.8 } })
    expect(of(unsure, 'turn.ended')).toMatchObject([{ silenceMs: 0, endMs: 960 }])
  })

  it('with a turn detector: it is asked once per pause, and believed', async () => {
    const asked: { readonly ms: number; readonly transcript: string; readonly sampleRate: number }[] = []
    const turnDetector = {
      sampleRate: 8000,
      card: { name: 'Script' },
      predict: async ({ audio, transcript }: { audio: AudioFrame; transcript: string }) => {
        asked.push({ ms: durationMs(audio), transcript, sampleRate: audio.sampleRate })
        return asked.length === 1 ? 0.1 : 0.9
      },
    }
    const heard = await hear(
      input([
        [960, speech],
        [1504, 0],
        [960, speech],
        [1504, 0],
      ]),
      { engines: { turnDetector } },
    )
    checkOrder(heard)
    expect(of(heard, 'turn.likely')).toEqual([
      { type: 'turn.likely', utterance: 0, likelihood: 0.9, silenceMs: 224, audioMs: 3648 },
    ])
    expect(of(heard, 'turn.unlikely')).toEqual([])
    expect(of(heard, 'turn.ended')).toMatchObject([{ silenceMs: 416 }])
    expect(asked.map(({ transcript }) => transcript)).toEqual([
      'word0 word1 word2',
      'word0 word1 word2 word3 word4 word5',
    ])
    expect(asked[0]).toMatchObject({ ms: 1184, sampleRate: 8000 })
  })

  it('with a turn detector: it is asked again when words come in late', async () => {
    const engine = scriptedRecognizer()
    const speechToText: SpeechToText = {
      ...engine,
      async *transcribe(audio): AsyncIterable<TranscriptEvent> {
        let silent = 0
        let text = ''
        for await (const item of audio) {
          if ('flush' in item) {
            yield { type: 'final', text, words: [], startMs: 0, endMs: 0, pass: 'whole' }
            yield { type: 'flushed', flush: item.flush }
          }
          if (!('samples' in item)) continue
          silent = item.samples.every((sample) => sample === 0) ? silent + durationMs(item) : 0
          text = silent > 350 ? 'call me because' : 'call me'
          yield { type: 'partial', text, stable: 0, startMs: 0, endMs: 0 }
        }
      },
    }
    const asked: string[] = []
    const turnDetector = {
      sampleRate: 8000,
      card: { name: 'Script' },
      predict: async ({ transcript }: { transcript: string }) => {
        asked.push(transcript)
        return transcript.endsWith('because') ? 0 : 0.9
      },
    }
    const parts: Part[] = [
      [960, speech],
      [960, 0],
    ]
    const heard = await hear(input(parts), {
      engines: { speechToText, turnDetector },
      turns: { minSilenceMs: 600 },
    })
    expect(asked).toEqual(['call me', 'call me because'])
    expect(told(heard).filter((line) => line.includes('likely'))).toEqual(['turn.likely 0', 'turn.unlikely 0'])
    expect(of(heard, 'turn.ended').filter(({ silenceMs }) => silenceMs > 0)).toEqual([])
  })

  it('with a turn detector: what was likely no longer is when speech goes on before the least silence', async () => {
    const turnDetector = { sampleRate: 16_000, card: { name: 'Sure' }, predict: async () => 0.9 }
    const parts: Part[] = [
      [960, speech],
      [416, 0],
      [960, speech],
      [800, 0],
    ]
    const heard = await hear(input(parts), { engines: { turnDetector }, turns: { minSilenceMs: 600 } })
    checkOrder(heard)
    expect(told(heard)).toEqual([
      ...['speech.started 0', 'speech.stopped 0', 'turn.likely 0', 'turn.unlikely 0', 'speech.resumed 0'],
      ...['speech.stopped 0', 'turn.likely 0', 'turn.ended 0', 'transcript.final 0'],
    ])
    const bySilence = await hear(input(parts), {
      engines: { turnDetector },
      turns: { minSilenceMs: 600, confidence: 0 },
    })
    expect(of(bySilence, 'turn.likely')).toEqual([])
  })

  it('with a turn detector that fails: silence alone decides', async () => {
    const turnDetector = {
      sampleRate: 16_000,
      card: { name: 'Broken' },
      predict: () => Promise.reject(new Error('broken')),
    }
    const heard = await hear(
      input([
        [960, speech],
        [1504, 0],
      ]),
      { engines: { turnDetector } },
    )
    expect(of(heard, 'turn.ended')).toMatchObject([{ silenceMs: 704 }])
  })
})

describe('marks', () => {
  it('end the open turn at their place, in the middle of speech too', async () => {
    const heard = await hear(input([[1000, speech], { mark: 7 }, [1000, 0]]))
    checkOrder(heard)
    expect(told(heard)).toEqual(['speech.started 0', 'turn.ended 0', 'transcript.final 0', 'marked 7'])
    expect(of(heard, 'turn.ended')).toMatchObject([{ endMs: 1000, silenceMs: 0 }])
  })

  it('with nothing open are just answered', async () => {
    expect(await hear(input([{ mark: 1 }, [500, 0], { mark: 2 }]))).toEqual([
      { type: 'marked', mark: 1 },
      { type: 'marked', mark: 2 },
    ])
  })

  it('hear speech that has only just begun, down to a part of a window', async () => {
    const heard = await hear(input([[992, 0], [30, speech], { mark: 1 }, [500, 0]]))
    checkOrder(heard)
    expect(told(heard)).toEqual(['speech.started 0', 'turn.ended 0', 'transcript.final 0', 'marked 1'])
    expect(of(heard, 'turn.ended')).toMatchObject([{ startMs: 992, endMs: 1022 }])
  })

  it('are answered after every final for the audio before them, and not before', async () => {
    const slow = new Queue<void>(1)
    const engine = scriptedRecognizer()
    const speechToText: SpeechToText = {
      ...engine,
      async *transcribe(audio, options) {
        for await (const event of engine.transcribe(audio, options)) {
          if (event.type === 'final') for await (const _ of slow) break
          yield event
        }
      },
    }
    const audio = new Queue<ListenInput>(1000)
    for await (const item of input([[960, speech], [960, 0], { mark: 1 }])) audio.push(item)
    const heard: Heard[] = []
    for await (const event of listen(audio, settingsWith({ engines: { speechToText } }))) {
      heard.push(event)
      if (event.type === 'turn.ended') slow.push()
      if (event.type === 'marked') audio.close()
    }
    expect(told(heard).slice(-3)).toEqual(['turn.ended 0', 'transcript.final 0', 'marked 1'])
  })

  it('start what follows as a new turn, with nothing lost and nothing heard twice', async () => {
    const speechToText = noted(scriptedRecognizer())
    const heard = await hear(input([[1000, speech], { mark: 1 }, [1000, speech]]), { engines: { speechToText } })
    checkOrder(heard)
    const [first, second] = speechToText.inputs.map(frames)
    expect(endMs(first!.at(-1)!)).toBe(1000)
    expect(second?.[0]?.startMs).toBe(1000)
    expect(endMs(second!.at(-1)!)).toBe(2000)
  })
})

describe('manual turns', () => {
  const turns = { mode: 'manual' } as const

  it('end by a mark alone, whatever the silence, and tell no speech', async () => {
    const heard = await hear(input([[960, speech], [5000, 0], [960, speech], { mark: 1 }, [960, speech]]), { turns })
    checkOrder(heard, { manual: true })
    expect(told(heard)).toEqual([
      'turn.ended 0',
      'transcript.final 0',
      'marked 1',
      'turn.ended 1',
      'transcript.final 1',
    ])
    expect(of(heard, 'transcript.final')[0]?.words).toHaveLength(6)
  })

  it('keep silence and noise from the recognizer, at the usual threshold', async () => {
    const speechToText = noted(scriptedRecognizer())
    const settings = { turns, engines: { speechToText }, gate: { threshold: 0 } }
    expect(await hear(input([[3000, 0.4], { mark: 1 }]), settings)).toEqual([{ type: 'marked', mark: 1 }])
    await hear(input([[960, speech], [5000, 0.3], [960, speech], { mark: 1 }]), settings)
    const heardMs = frames(speechToText.inputs[0] ?? []).reduce((sum, frame) => sum + durationMs(frame), 0)
    expect(heardMs).toBeLessThan(2 * 960 + 1400)
  })

  it('hear a word that is shorter than speech usually is', async () => {
    const heard = await hear(input([[992, 0], [64, speech], [500, 0], { mark: 1 }]), { turns })
    checkOrder(heard, { manual: true })
    expect(told(heard)).toEqual(['turn.ended 0', 'transcript.final 0', 'marked 1'])
    expect(of(heard, 'turn.ended')).toMatchObject([{ startMs: 992, endMs: 1056 }])
  })

  it('are as long as turns may be, at most', async () => {
    const heard = await hear(input([[960, speech], [9000, 0], { mark: 1 }]), { turns: { ...turns, maxTurnMs: 5000 } })
    expect(told(heard)).toEqual(['turn.ended 0', 'transcript.final 0', 'marked 1'])
    expect(of(heard, 'turn.ended')[0]).toMatchObject({ endMs: 960, silenceMs: expect.closeTo(4040, -2) })
  })
})

describe('long turns', () => {
  it('are cut at the quietest recent place, and the next turn begins there', async () => {
    const speechToText = noted(scriptedRecognizer())
    const parts: Part[] = [
      [9216, speech],
      [64, 0.6],
      [4000, speech],
      [1000, 0],
    ]
    const heard = await hear(input(parts), { turns: { maxTurnMs: 10_000 }, engines: { speechToText } })
    checkOrder(heard)
    expect(told(heard).slice(0, 4)).toEqual([
      'speech.started 0',
      'turn.ended 0',
      'speech.started 1',
      'transcript.final 0',
    ])
    expect(of(heard, 'turn.ended')[0]).toMatchObject({ endMs: 9248, silenceMs: 0 })
    expect(of(heard, 'speech.started')[1]).toMatchObject({ startMs: 9248 })
    const given = speechToText.inputs.flatMap(frames)
    for (const [index, frame] of given.slice(1).entries()) expect(frame.startMs).toBeCloseTo(endMs(given[index]!))
  })

  it('that a mark ends shortly before that are heard wholly', async () => {
    const speechToText = noted(scriptedRecognizer())
    await hear(input([[9500, speech], { mark: 1 }]), { turns: { maxTurnMs: 10_000 }, engines: { speechToText } })
    expect(frames(speechToText.inputs[0] ?? []).reduce((sum, frame) => sum + durationMs(frame), 0)).toBeCloseTo(9500)
  })

  it('are closed piece by piece at their pauses; the final has all pieces', async () => {
    const speechToText = noted(scriptedRecognizer({ whole: (text) => text.replaceAll('word', 'Wort') }))
    const parts: Part[] = [
      [7008, speech],
      [352, 0],
      [7008, speech],
      [352, 0],
      [992, speech],
      [800, 0],
    ]
    const heard = await hear(input(parts), { engines: { speechToText } })
    checkOrder(heard)
    const given = frames(speechToText.inputs[0] ?? [])
    for (const [index, frame] of given.slice(1).entries())
      expect(frame.startMs).toBeGreaterThan(endMs(given[index]!) - 0.01)
    const markers = speechToText.inputs[0]?.filter((item) => !('samples' in item)) ?? []
    expect(markers.map((item) => ('flush' in item ? 'flush' : 'pause' in item ? item.pause : ''))).toEqual([
      'flush',
      'flush',
      'begun',
      'flush',
    ])
    const [final] = of(heard, 'transcript.final')
    expect(final?.words).toHaveLength(49)
    expect(final?.text).toMatch(/^Wort0 Wort1 .* Wort47 Wort48$/)
  })

  it('give the recognizer nothing in a long pause, and a little before the speech that ends it', async () => {
    const speechToText = noted(scriptedRecognizer())
    const turns = { minSilenceMs: 4000, maxSilenceMs: 4000 }
    const heard = await hear(
      input([
        [960, speech],
        [3008, 0],
        [960, speech],
        [500, 0],
      ]),
      { engines: { speechToText }, turns },
    )
    checkOrder(heard)
    const given = frames(speechToText.inputs[0] ?? [])
    const gap = given.findIndex((frame, index) => index > 0 && frame.startMs > endMs(given[index - 1]!) + 1)
    expect(given[gap]?.startMs).toBe(960 + 3008 - 300)
    expect(speechToText.inputs[0]?.filter((item) => 'flush' in item)).toHaveLength(2)
  })
})

describe('speech that lasts', () => {
  const lasted = async (parts: readonly Part[], lastingMs: readonly number[]) => {
    const heard = await hear(input(parts), { gate: { lastingMs } })
    checkOrder(heard)
    return heard.flatMap((event): readonly (number | string)[] =>
      event.type === 'speech.lasted' ? [event.speechMs] : event.type === 'speech.resumed' ? ['resumed'] : [],
    )
  }

  it('is told of at the lengths that were asked for, once each, silence not counted', async () => {
    const parts: Part[] = [
      [192, speech],
      [128, 0],
      [960, speech],
      [1500, 0],
    ]
    expect(await lasted(parts, [200, 300])).toEqual([224, 320])
    expect(await lasted(parts, [])).toEqual([])
  })

  it('is measured anew after a pause', async () => {
    const parts: Part[] = [
      [192, speech],
      [256, 0],
      [192, speech],
      [256, 0],
      [320, speech],
      [900, 0],
    ]
    expect(await lasted(parts, [300])).toEqual(['resumed', 'resumed', 320])
  })

  it('is not told of when it has stopped before', async () => {
    expect(
      await lasted(
        [
          [256, speech],
          [900, 0],
        ],
        [300],
      ),
    ).toEqual([])
  })
})

describe('settings', () => {
  it('change at their place in the audio', async () => {
    const parts: Part[] = [[960, 0.6], [960, 0], { change: { gate: { threshold: 0.7 } } }, [960, 0.6], [960, 0]]
    expect(of(await hear(input(parts)), 'speech.started')).toHaveLength(1)
    const lowered: Part[] = [
      [960, 0.4],
      [960, 0],
      { change: { gate: { threshold: 0.3, prefixMs: 2500 } } },
      [960, 0.4],
      [960, 0],
    ]
    const speechToText = noted(scriptedRecognizer())
    expect(of(await hear(input(lowered), { engines: { speechToText } }), 'speech.started')).toMatchObject([
      { startMs: 1920 },
    ])
    // As much as was kept when the prefix grew.
    expect(frames(speechToText.inputs[0] ?? [])[0]?.startMs).toBeLessThan(1000)
  })

  it('that change the vocabulary count from the next utterance on', async () => {
    const speechToText = noted(scriptedRecognizer())
    const parts: Part[] = [[960, speech], { change: { terms: ['Parley'] } }, [960, 0], [960, speech]]
    await hear(input(parts), { engines: { speechToText }, terms: ['before'], languages: ['en-GB'], alternatives: 2 })
    expect(speechToText.options.map(({ terms }) => terms)).toEqual([['before'], ['Parley']])
    expect(speechToText.options[0]).toMatchObject({ languages: ['en-GB'], alternatives: 2, partials: true })
  })

  it('without partials there are none', async () => {
    const heard = await hear(
      input([
        [2000, speech],
        [1000, 0],
      ]),
      { partials: false },
    )
    expect(of(heard, 'transcript.partial')).toEqual([])
    expect(of(heard, 'transcript.final')).toHaveLength(1)
  })
})

describe('rates', () => {
  it('of the input and of the engines may be any', async () => {
    const parts: Part[] = [[960, 0], [1536, speech], [960, 0], { mark: 1 }, [960, speech]]
    for (const sampleRate of [8000, 22_050, 44_100, 48_000]) {
      const speechToText = noted(scriptedRecognizer({ sampleRate: 8000 }))
      const voiceActivity = levelVoiceActivity({ gain: 1, sampleRate: 8000, windowSamples: 256 })
      const heard = await hear(input(parts, { sampleRate }), { engines: { speechToText, voiceActivity } })
      checkOrder(heard)
      expect(of(heard, 'turn.ended')).toHaveLength(2)
      expect(of(heard, 'turn.ended')[1]!.endMs).toBeCloseTo(960 + 1536 + 960 + 960, 0)
      const given = frames(speechToText.inputs[0] ?? [])
      expect(new Set(given.map((frame) => frame.sampleRate))).toEqual(new Set([8000]))
      expect(Math.abs(given[0]!.startMs - 660)).toBeLessThanOrEqual(32)
    }
  })
})

describe('the language of a turn', () => {
  const spoken = (...told: readonly (readonly [string, number])[]): VoiceProfiler => ({
    sampleRate: 8000,
    card: { name: 'Languages' },
    async *profile(audio) {
      for await (const _ of audio);
      const labels = told.map(([label, confidence]) => ({ label, confidence }))
      yield { startMs: 0, endMs: 1, traits: [{ name: 'language', labels }] }
    },
  })
  const english: SpeechToText = {
    ...scriptedRecognizer(),
    async *transcribe(audio, options) {
      for await (const event of scriptedRecognizer().transcribe(audio, options))
        yield event.type === 'final' ? { ...event, language: 'en' } : event
    },
  }
  const final = async (engines: Settings['engines']) => {
    const parts = [
      [1500, speech],
      [1000, 0],
    ] as const
    const heard = await hear(input(parts), { engines: { speechToText: english, ...engines } })
    const { language, languageConfidence } = of(heard, 'transcript.final')[0]!
    return { language, languageConfidence, profiles: of(heard, 'voice.profiled').length }
  }

  it('is what the recognizer says, or the voice where that is identified, with how sure that is', async () => {
    expect(await final({})).toEqual({ language: 'en', languageConfidence: undefined, profiles: 0 })
    const sure = spoken(['hi', 0.8], ['ur', 0.2])
    expect(await final({ languageIdentifier: sure })).toEqual({ language: 'hi', languageConfidence: 0.8, profiles: 0 })
    expect(await final({ voiceProfiler: sure })).toEqual({ language: 'hi', languageConfidence: 0.8, profiles: 1 })
  })

  it('is what the recognizer says where the voice leaves doubt', async () => {
    expect(await final({ languageIdentifier: spoken(['hi', 0.4], ['ur', 0.4]) })).toMatchObject({ language: 'en' })
    expect(await final({ languageIdentifier: spoken() })).toMatchObject({ language: 'en' })
  })
})

describe('a voice profiler', () => {
  it('is given the speech and not the pauses; its last word comes before the final', async () => {
    let givenMs = 0
    const voiceProfiler: NonNullable<ListenSettings['engines']['voiceProfiler']> = {
      sampleRate: 8000,
      card: { name: 'Script' },
      async *profile(audio) {
        for await (const frame of audio) {
          const before = Math.floor(givenMs / 500)
          givenMs += durationMs(frame)
          if (Math.floor(givenMs / 500) > before) yield { startMs: 0, endMs: givenMs, traits: [] }
        }
        yield { startMs: 0, endMs: givenMs, traits: [] }
        yield { startMs: 0, endMs: givenMs, traits: [{ name: 'pitch', labels: [{ label: 'low', confidence: 1 }] }] }
      },
    }
    const heard = await hear(
      input([
        [960, speech],
        [352, 0],
        [960, speech],
        [800, 0],
      ]),
      { engines: { voiceProfiler } },
    )
    checkOrder(heard)
    expect(givenMs).toBeCloseTo(1920, -1)
    expect(of(heard, 'voice.profiled').length).toBeGreaterThan(2)
    expect(told(heard).slice(-2)).toEqual(['voice.profiled 0', 'transcript.final 0'])
    expect(of(heard, 'voice.profiled').at(-1)?.traits).toHaveLength(1)
  })

  it('that is slow hears all of a recording, and each of its profiles is told', async () => {
    const voiceProfiler: NonNullable<ListenSettings['engines']['voiceProfiler']> = {
      sampleRate: 16_000,
      card: { name: 'Slow' },
      async *profile(audio) {
        let givenMs = 0
        for await (const frame of audio) {
          givenMs += durationMs(frame)
          for (let turns = 0; turns < 1000; turns += 1) await Promise.resolve()
          yield { startMs: 0, endMs: givenMs, traits: [] }
        }
      },
    }
    const said = [[12_800, speech] as const, [800, 0] as const]
    const heard = await hear(input(said), { engines: { voiceProfiler }, finalBudgetMs: Number.POSITIVE_INFINITY })
    checkOrder(heard)
    const profiles = of(heard, 'voice.profiled')
    expect(profiles.at(-1)?.endMs).toBeCloseTo(12_800, -2)
    expect(profiles.length).toBeGreaterThan(390)
  })

  it('that fails costs no words', async () => {
    const voiceProfiler: NonNullable<ListenSettings['engines']['voiceProfiler']> = {
      sampleRate: 16_000,
      card: { name: 'Broken' },
      // biome-ignore lint/correctness/useYield: it breaks before it has anything to say.
      async *profile() {
        throw new Error('broken')
      },
    }
    const heard = await hear(
      input([
        [960, speech],
        [800, 0],
      ]),
      { engines: { voiceProfiler } },
    )
    expect(of(heard, 'transcript.final')).toHaveLength(1)
  })
})

describe('failures and ends', () => {
  const broken = (error: unknown): SpeechToText => ({
    sampleRate: 16_000,
    card: { name: 'Broken' },
    // biome-ignore lint/correctness/useYield: it breaks before it has anything to say.
    async *transcribe(audio) {
      for await (const _ of audio) throw error
    },
  })
  async function* endless(): AsyncGenerator<ListenInput> {
    yield* input([[960, speech]])
    await new Promise(() => {})
  }

  it('a failing recognizer fails the listening, after what was heard before', async () => {
    const heard: Heard[] = []
    const reading = async (): Promise<void> => {
      const settings = settingsWith({ engines: { speechToText: broken(new Error('segfault')) } })
      for await (const event of listen(endless(), settings)) heard.push(event)
    }
    await expect(reading()).rejects.toMatchObject({ code: 'provider_failed', cause: { message: 'segfault' } })
    expect(told(heard)).toEqual(['speech.started 0'])
  })

  it('an error that is fit for clients stays as it is', async () => {
    const speechToText = broken(new VoiceError('unsupported', 'No Klingon here.', { param: 'language' }))
    await expect(hear(endless(), { engines: { speechToText } })).rejects.toMatchObject({
      code: 'unsupported',
      param: 'language',
    })
  })

  it('a recognizer that ends too early is a failure', async () => {
    const speechToText: SpeechToText = { ...scriptedRecognizer(), async *transcribe() {} }
    await expect(hear(endless(), { engines: { speechToText } })).rejects.toMatchObject({ code: 'provider_failed' })
  })

  it('a failing input fails the listening', async () => {
    async function* failing(): AsyncGenerator<ListenInput> {
      yield* input([[960, speech]])
      throw new VoiceError('invalid_request', 'That is no audio.')
    }
    await expect(hear(failing())).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('an abort ends it quietly, with every engine call ended, though the input has not', async () => {
    const controller = new AbortController()
    const recognizer = scriptedRecognizer()
    const settings = settingsWith({ engines: { speechToText: recognizer }, signal: controller.signal })
    const heard: Heard[] = []
    for await (const event of listen(endless(), settings)) {
      heard.push(event)
      if (event.type === 'transcript.partial') controller.abort()
    }
    expect(of(heard, 'turn.ended')).toEqual([])
    expect(recognizer.calls).toMatchObject({ begun: 1, ended: 1 })
  })

  it('a reader that leaves ends it too', async () => {
    const recognizer = scriptedRecognizer()
    for await (const event of listen(endless(), settingsWith({ engines: { speechToText: recognizer } })))
      if (event.type === 'transcript.partial') break
    expect(recognizer.calls).toMatchObject({ begun: 1, ended: 1 })
  })

  it('a signal that was aborted before gives nothing', async () => {
    expect(await hear(endless(), { signal: AbortSignal.abort() })).toEqual([])
  })
})

describe('pace', () => {
  it('takes an input of any length only as fast as the recognizer', async () => {
    let takenMs = 0
    const hour = async function* (): AsyncGenerator<ListenInput> {
      for await (const item of input([[600_000, speech]], { frameMs: 100 })) {
        if ('samples' in item) takenMs = endMs(item)
        yield item
      }
    }
    let mostAheadMs = 0
    const engine = scriptedRecognizer()
    const speechToText: SpeechToText = {
      ...engine,
      async *transcribe(audio, options) {
        const slow = async function* () {
          for await (const item of audio) {
            if ('samples' in item) mostAheadMs = Math.max(mostAheadMs, takenMs - item.startMs)
            await new Promise(setImmediate)
            yield item
          }
        }
        yield* engine.transcribe(slow(), options)
      },
    }
    const heard = await hear(hour(), { engines: { speechToText } })
    checkOrder(heard)
    expect(of(heard, 'transcript.final')).toHaveLength(21)
    expect(mostAheadMs).toBeGreaterThan(5000)
    expect(mostAheadMs).toBeLessThan(15_000)
  })
})

describe('whatever the likelihoods, marks and changes', () => {
  const part = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.integer({ min: 1, max: 1500 }), fc.double({ min: 0, max: 1, noNaN: true })) },
    { weight: 4, arbitrary: fc.tuple(fc.integer({ min: 300, max: 1500 }), fc.constantFrom(0, speech)) },
    { weight: 1, arbitrary: fc.record({ mark: fc.integer() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        change: fc.record(
          {
            gate: fc.record({ threshold: fc.double({ min: 0.1, max: 0.9 }), pauseMs: fc.nat(500) }),
            turns: fc.record({ minSilenceMs: fc.nat(900), confidence: fc.double({ min: 0, max: 1 }) }),
          },
          { requiredKeys: [] },
        ),
      }),
    },
  )
  const script = fc
    .array(part, { maxLength: 25 })
    .map((parts) => parts.map((item, index) => ('mark' in item ? { mark: index } : item)) as Part[])
  const settings = (mode: TurnSettings['mode']): Settings => ({
    gate: { lastingMs: [200, 1000] },
    turns: { mode, maxTurnMs: 3000 },
    engines: { speechToText: scriptedRecognizer({ wordMs: 100, whole: (text) => text.toUpperCase() }) },
  })

  it.each(['automatic', 'manual'] as const)('%s turns are told in order and wholly', async (mode) => {
    await fc.assert(
      fc.asyncProperty(script, async (parts) => {
        const heard = await hear(input(parts), settings(mode))
        checkOrder(heard, { manual: mode === 'manual' })
        const marks = parts.flatMap((item) => ('mark' in item ? [item.mark] : []))
        expect(of(heard, 'marked').map(({ mark }) => mark)).toEqual(marks)
      }),
      { numRuns: 150 },
    )
  })

  /** By utterance and without partials: when these come is up to the recognizer, which works beside everything else. */
  const settled = (heard: readonly Heard[]): readonly Heard[] =>
    heard
      .filter(({ type }) => type !== 'transcript.partial')
      .sort((a, b) => ('utterance' in a ? a.utterance : -1) - ('utterance' in b ? b.utterance : -1))

  it('the cut of the input into frames changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(script, fc.integer({ min: 1, max: 300 }), async (parts, frameMs) => {
        expect(settled(await hear(input(parts, { frameMs }), settings('automatic')))).toEqual(
          settled(await hear(input(parts), settings('automatic'))),
        )
      }),
      { numRuns: 50 },
    )
  })
})
