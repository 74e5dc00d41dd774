import { afterEach, describe, expect, it } from 'vitest'
import { defaultConfig } from '../../test/support/conversation.ts'
import { levelVoiceActivity, scriptedRecognizer } from '../../test/support/engines.ts'
import { type Step, scriptedModel, toneVoice } from '../../test/support/talking.ts'
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { samplesToPcm16 } from '../audio/pcm.ts'
import { type ConfigPatch, merge } from '../conversation/config.ts'
import type { SessionEvent } from '../conversation/events.ts'
import type { EchoGuard } from '../engines/echo-guard.ts'
import type { SpeechToText } from '../engines/speech-to-text.ts'
import type { TurnDetector } from '../engines/turn-detector.ts'
import { VoiceError } from '../errors.ts'
import { defaultGate, defaultTurns } from '../listening/settings.ts'
import { type Log, silentLog } from '../log.ts'
import { Session } from './session.ts'
import type { SessionEngines } from './session-parts.ts'

type Event<Type extends SessionEvent['type']> = Extract<SessionEvent, { readonly type: Type }>

const never = new Promise<never>(() => {})
const open: Session[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.close()))
})

/** Audio of the user at 24 kHz: stretches of speech (loud) and silence. */
const sound = (...stretches: readonly (readonly [ms: number, level: number])[]): Uint8Array =>
  samplesToPcm16(Float32Array.from(stretches.flatMap(([ms, level]) => Array<number>(ms * 24).fill(level))))
const speech = (ms: number) => [ms, 0.9] as const
const silence = (ms: number) => [ms, 0] as const

/** A session with engines that do no thinking, and what it has told. */
const start = ({
  model = scriptedModel(['Hello there.']),
  voice = toneVoice(),
  recognizer = scriptedRecognizer(),
  config = {},
  engines = {},
  turnDetector,
  observe = () => {},
  read = true,
  log = silentLog,
  play,
}: {
  readonly model?: ReturnType<typeof scriptedModel>
  readonly voice?: ReturnType<typeof toneVoice>
  readonly recognizer?: SpeechToText
  readonly config?: ConfigPatch & { readonly kind?: 'transcription' }
  readonly engines?: Partial<SessionEngines>
  readonly turnDetector?: TurnDetector
  readonly observe?: (event: SessionEvent) => void
  readonly read?: boolean
  readonly log?: Log
  readonly play?: (frame: AudioFrame) => void
} = {}) => {
  let ids = 0
  const session = new Session({
    config: merge(defaultConfig, config),
    engines: {
      listening: async () => ({
        engines: {
          speechToText: recognizer,
          voiceActivity: levelVoiceActivity({ gain: 1 }),
          ...(turnDetector && { turnDetector }),
        },
        gate: defaultGate,
        turns: defaultTurns,
        languages: [],
        terms: [],
        partials: true,
        finalBudgetMs: 500,
        alternatives: 0,
      }),
      languageModel: async () => model,
      voice: async () => ({ engine: voice, voice: 'tone' }),
      stallMs: 30_000,
      ...engines,
    },
    newId: (kind) => `${kind}_${++ids}`,
    log,
    keptAudioMs: 60_000,
    observe,
    ...(play && { play }),
  })
  open.push(session)
  const told: SessionEvent[] = []
  const looks = new Set<() => void>()
  const reading = (async () => {
    if (!read) return
    for await (const event of session.events) {
      told.push(event)
      for (const look of looks) look()
    }
  })()
  reading.catch(() => {})
  const next = <Type extends SessionEvent['type']>(type: Type, after = 0): Promise<Event<Type>> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = told.slice(after).find((event) => event.type === type)
        if (!found) return
        looks.delete(look)
        resolve(found as Event<Type>)
      }
      looks.add(look)
      look()
    })
  const hear = (...stretches: readonly (readonly [ms: number, level: number])[]): void => {
    session.send({ type: 'audio.append', bytes: sound(...stretches) })
  }
  const write = (text: string): void => {
    const item = {
      id: '',
      status: 'completed',
      type: 'message',
      role: 'user',
      parts: [{ type: 'text', text }],
    } as const
    session.send({ type: 'item.create', item })
    session.send({ type: 'reply.create', wishes: {} })
  }
  return { session, told, next, hear, write, reading, model, voice }
}

const kinds = (told: readonly SessionEvent[]): readonly string[] =>
  told.map(({ type }) => type).filter((type, at, list) => type !== list[at - 1])

describe('a spoken turn', () => {
  it('is heard, answered by voice, and told in order', async () => {
    const { told, next, hear, model, voice } = start()
    hear(silence(500), speech(1200), silence(800))
    const { reply } = await next('reply.finished')
    expect(reply.status).toBe('completed')
    const order = kinds(told).filter((type) => !/^(transcript\.partial|item\.|reply\.(item|part|word))/.test(type))
    expect(order).toEqual([
      'session.created',
      'speech.started',
      'speech.stopped',
      'audio.committed',
      'transcript.final',
      'reply.started',
      'reply.generating',
      'reply.text',
      'reply.audio',
      'reply.finished',
    ])
    expect(model.calls.requests[0]!.messages.at(-1)).toMatchObject({ role: 'user', parts: [{ text: /^word0/i }] })
    expect(voice.calls.texts).toEqual(['Hello there.'])
  })

  it('may end by silence of any set length, changed while the session runs', async () => {
    const { session, next, hear, told } = start()
    const turnDetection = { ...defaultConfig.input.turnDetection!, silenceMs: 1500 }
    session.send({ type: 'session.update', patch: { input: { turnDetection } } })
    hear(speech(600), silence(1200), speech(600), silence(1700))
    expect(await next('audio.committed')).toMatchObject({ silenceMs: expect.closeTo(1500, -2) })
    await next('reply.finished')
    expect(told.filter(({ type }) => type === 'audio.committed')).toHaveLength(1)
  })

  it('is ended by the client alone where it wants that', async () => {
    const { session, next, hear, told } = start({ config: { input: { turnDetection: null } } })
    hear(speech(900), silence(3000))
    session.send({ type: 'audio.commit' })
    expect((await next('transcript.final')).text).toMatch(/^word0/i)
    session.send({ type: 'reply.create', wishes: {} })
    await next('reply.finished')
    expect(told.some(({ type }) => type === 'speech.started')).toBe(false)
  })

  it('is heard in G.711 at 8 kHz, and answered in it', async () => {
    const format = { encoding: 'mulaw', sampleRate: 8000 } as const
    const { session, next } = start({ config: { input: { format }, output: { format } } })
    const loud = new Uint8Array(8000).fill(0x80)
    session.send({ type: 'audio.append', bytes: Buffer.concat([loud, new Uint8Array(8000).fill(0xff)]) })
    expect((await next('transcript.final')).text).not.toBe('')
    expect((await next('reply.audio')).frame.sampleRate).toBe(8000)
  })

  it('is only heard in a transcription session', async () => {
    const { session, next, hear, told } = start({ config: { kind: 'transcription' } as never })
    hear(speech(900), silence(800))
    await next('transcript.final')
    session.send({ type: 'reply.create', wishes: {} })
    expect(await next('command.refused')).toMatchObject({ reason: 'transcription-only' })
    expect(told.some(({ type }) => type.startsWith('reply.'))).toBe(false)
  })
})

describe('an answer that is prepared before the turn is over', () => {
  const turnDetection = { type: 'semantic', eagerness: 'low', createReply: true, interruptReply: true } as const
  const surely: TurnDetector = { sampleRate: 16_000, card: { name: 'Sure' }, predict: async () => 0.9 }
  const begin = (mayPrepare: boolean) => {
    const savings: (number | undefined)[] = []
    const parts = start({
      model: scriptedModel(['Hello there.']),
      config: { input: { turnDetection } },
      engines: { mayPrepare: async () => mayPrepare },
      turnDetector: surely,
      observe: (event) => {
        if (event.type === 'reply.prepared') savings.push(event.savedMs)
      },
    })
    return { ...parts, savings }
  }

  it('is given once the turn is, the model is asked once, and what it saves is observed', async () => {
    const { told, next, hear, model, savings } = begin(true)
    hear(silence(500), speech(1200), silence(450))
    expect(await next('turn.suggested')).toMatchObject({ likelihood: 0.9, inferenceMs: expect.any(Number) })
    while (model.calls.ended === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(told.some(({ type }) => type.startsWith('reply.'))).toBe(false)
    hear(silence(600))
    expect((await next('reply.finished')).reply.status).toBe('completed')
    expect(model.calls.requests).toHaveLength(1)
    expect(savings).toEqual([expect.any(Number)])
    const ofReply = told.filter(({ type }) => type.startsWith('reply.'))
    expect(ofReply[0]?.type).toBe('reply.started')
  })

  it('is thrown away when the user goes on, and another is given', async () => {
    const { next, hear, model, savings } = begin(true)
    hear(silence(500), speech(1200), silence(450))
    await next('turn.suggested')
    while (model.calls.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    hear(speech(900), silence(1000))
    await next('turn.suggestion-revoked')
    await next('reply.finished')
    expect(model.calls.requests).toHaveLength(2)
    expect(savings).toEqual([undefined, expect.any(Number)])
    expect(model.calls.ended).toBe(2)
  })

  it('is not begun where the model may not be asked in vain', async () => {
    const { next, hear, model, savings } = begin(false)
    hear(silence(500), speech(1200), silence(450), speech(900), silence(1000))
    await next('reply.finished')
    expect(model.calls.requests).toHaveLength(1)
    expect(savings).toEqual([])
  })
})

describe('a session that plays its replies itself', () => {
  it('lets a cough pass, stops for words, and remembers what was let out', async () => {
    let outMs = 0
    const play = (frame: AudioFrame): void => {
      outMs += durationMs(frame)
    }
    const model = scriptedModel(['One two three four five six seven eight.'], ['Fine.'])
    const { told, next, hear } = start({ model, play })
    hear(speech(600), silence(700))
    await next('playback.started')
    const before = told.length
    hear(speech(128), silence(900))
    hear(speech(600), silence(700))
    const cut = await next('item.truncated', before)
    expect(told.filter(({ type }) => type === 'speech.started')).toHaveLength(2)
    expect(cut.heardMs).toBe(Math.round(outMs))
    await next('playback.started', told.indexOf(cut))
    await next('playback.stopped', told.indexOf(cut))
    expect(outMs).toBeCloseTo(cut.heardMs + 250)
    expect(model.calls.requests).toHaveLength(2)
    expect(told.filter(({ type }) => type === 'reply.audio' || type === 'command.refused')).toEqual([])
  })
})

/** Says that whatever comes in while a reply sounds, or just after it, is that reply. */
const loopGuard: EchoGuard = {
  sampleRate: 8000,
  card: { name: 'Loop' },
  async *detect(audio) {
    let hadPlayed = false
    for await (const { played } of audio) {
      hadPlayed ||= played.some((sample) => sample !== 0)
      yield [hadPlayed]
    }
  },
}

describe('a microphone that hears the reply', () => {
  const talk = async (guard: EchoGuard | undefined) => {
    const asked: boolean[] = []
    let echo = (): void => {}
    const play = (): void => echo()
    const echoGuard = async (paced: boolean) => {
      asked.push(paced)
      return guard
    }
    const { told, next, hear, write } = start({ play, engines: { echoGuard } })
    echo = () => {
      hear(speech(600), silence(900))
      echo = () => {}
    }
    hear(silence(100))
    write('Hello?')
    await next(guard ? 'playback.stopped' : 'playback.cleared')
    expect(asked).toEqual([true])
    return told.some(({ type }) => type === 'speech.started')
  }

  it('interrupts it, unless a guard tells that it is an echo', async () => {
    expect(await talk(undefined)).toBe(true)
    expect(await talk(loopGuard)).toBe(false)
  })
})

describe('speech over a reply', () => {
  it('stops it at once; nothing of it follows its end, and the new turn is answered', async () => {
    const long: Step[] = Array.from({ length: 200 }, (_, at) => `This is sentence number ${at} of many. `)
    const { told, next, hear, model, voice } = start({ model: scriptedModel(long, ['Fine.']) })
    hear(speech(600), silence(700))
    await next('reply.audio')
    hear(speech(900), silence(800))
    const first = await next('reply.finished')
    expect(first.reply).toMatchObject({ status: 'cancelled', cause: 'turn-detected' })
    const at = told.indexOf(first)
    const second = await next('reply.finished', at + 1)
    expect(second.reply.status).toBe('completed')
    const late = told.slice(at + 1).filter((event) => 'replyId' in event && event.replyId === first.reply.id)
    expect(late).toEqual([])
    expect(model.calls.ended).toBe(2)
    expect(voice.calls.ended).toBe(2)
  })

  it('takes back audio that a slow client has not taken', async () => {
    const long: Step[] = Array.from({ length: 400 }, () => 'A sentence that takes a while to say aloud. ')
    const { session, hear, write } = start({ model: scriptedModel(long), read: false })
    write('Go on.')
    while (session.events.weight < 1_000_000) await new Promise((resolve) => setTimeout(resolve, 5))
    hear(speech(600))
    while (session.events.weight > 500_000) await new Promise((resolve) => setTimeout(resolve, 5))
    void session.close()
    const events: SessionEvent[] = []
    for await (const event of session.events) events.push(event)
    expect(events.filter(({ type }) => type === 'reply.audio')).toEqual([])
    expect(events.some(({ type }) => type === 'reply.finished')).toBe(true)
  })
})

describe('a slow client', () => {
  it('makes reply audio wait at the limit', async () => {
    const long: Step[] = Array.from({ length: 4000 }, () => 'A sentence that takes a while to say aloud. ')
    const { session, write, voice } = start({ model: scriptedModel(long), read: false })
    write('Go on.')
    let before = -1
    while (voice.calls.texts.length !== before) {
      before = voice.calls.texts.length
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(session.events.weight).toBeGreaterThan(1_900_000)
    expect(session.events.weight).toBeLessThan(2_200_000)
  })
})

it('a client that asks without ever reading is given up', async () => {
  const { session } = start({ read: false })
  for (let count = 0; count < 40_000; count++) session.send({ type: 'audio.clear' })
  const read = async (): Promise<void> => {
    while (!session.events.ended) await new Promise((resolve) => setTimeout(resolve, 5))
    for await (const _ of session.events);
  }
  await expect(read()).rejects.toMatchObject({ code: 'overloaded' })
})

describe('items', () => {
  it('are given back with their audio, cut to what was heard', async () => {
    const { session, next, hear, told } = start()
    hear(silence(500), speech(1200), silence(800))
    const { reply } = await next('reply.finished')
    const { itemId } = await next('audio.committed')
    session.send({ type: 'item.retrieve', itemId })
    const user = await next('item.retrieved')
    expect(durationMs(user.audio![0]!)).toBeGreaterThan(1500)
    const spoken = reply.items[0]!.id
    session.send({ type: 'item.truncate', itemId: spoken, partIndex: 0, heardMs: 300 })
    session.send({ type: 'item.retrieve', itemId: spoken })
    const assistant = await next('item.retrieved', told.length)
    expect(durationMs(assistant.audio![0]!)).toBeCloseTo(300, 0)
    expect(assistant.audio![0]!.sampleRate).toBe(24_000)
  })

  it('that bring audio are transcribed', async () => {
    const { session, next } = start()
    const part = { type: 'audio', text: undefined, audioMs: 0 } as const
    const item = { id: 'mine', status: 'completed', type: 'message', role: 'user', parts: [part] } as const
    session.send({ type: 'item.create', item, audio: [sound(speech(900), silence(200))] })
    expect(await next('transcript.final')).toMatchObject({
      itemId: 'mine',
      text: expect.stringMatching(/^word0 word1/i),
    })
  })
})

describe('trouble', () => {
  it('with the model or the voice fails the reply, and the next one is answered', async () => {
    const model = scriptedModel([new VoiceError('overloaded', 'Later.')], ['Now.'])
    const { next, write, told } = start({ model })
    write('Hello?')
    const first = await next('reply.finished')
    expect(first.reply).toMatchObject({ status: 'failed', error: { code: 'overloaded', message: 'Later.' } })
    const after = told.length
    write('Hello?')
    expect((await next('reply.finished', after)).reply.status).toBe('completed')
  })

  it('with the recognizer is told, and what is said next is heard', async () => {
    const good = scriptedRecognizer()
    let calls = 0
    const recognizer: SpeechToText = {
      ...good,
      async *transcribe(audio, options) {
        calls += 1
        if (calls > 1) return yield* good.transcribe(audio, options)
        for await (const item of audio) {
          if ('flush' in item) throw new VoiceError('provider_failed', 'The recognizer is gone.')
        }
      },
    }
    const { next, hear, told } = start({ recognizer })
    hear(speech(900), silence(800))
    const failed = await next('transcript.failed')
    expect(failed).toMatchObject({ code: 'provider_failed', message: 'The recognizer is gone.' })
    const after = told.length
    hear(speech(900), silence(800))
    expect((await next('transcript.final', after)).text).toMatch(/^word0/i)
    expect((await next('reply.finished', after)).reply.status).toBe('completed')
  })

  it('with a model that hangs ends when the client cancels', async () => {
    const { session, next, write, model } = start({ model: scriptedModel([never]) })
    write('Hello?')
    await next('reply.started')
    session.send({ type: 'reply.cancel' })
    expect((await next('reply.finished')).reply).toMatchObject({ status: 'cancelled', cause: 'client' })
    await session.quiet()
    expect(model.calls.ended).toBe(1)
  })
})

it('another recognizer takes over when the client names one, and utterances go on', async () => {
  const asked: string[] = []
  const recognizers = { 'whisper-1': scriptedRecognizer(), other: scriptedRecognizer({ wordMs: 100 }) }
  const base = { voiceActivity: levelVoiceActivity({ gain: 1 }) }
  const listening: SessionEngines['listening'] = async ({ model }) => {
    asked.push(model)
    const speechToText = recognizers[model as keyof typeof recognizers]
    const wishes = { languages: [], terms: [], partials: true, finalBudgetMs: 500, alternatives: 0 }
    return { engines: { ...base, speechToText }, gate: defaultGate, turns: defaultTurns, ...wishes }
  }
  const { session, next, hear, told } = start({ engines: { listening } })
  hear(speech(900), silence(800))
  await next('reply.finished')
  const after = told.length
  session.send({ type: 'session.update', patch: { input: { transcription: { model: 'other' } } } })
  hear(speech(900), silence(800))
  expect((await next('transcript.final', after)).text).toMatch(/word7/i)
  expect((await next('reply.finished', after)).reply.status).toBe('completed')
  expect(asked).toEqual(['whisper-1', 'other'])
})

it('an idle user is spoken to where the client wants that', async () => {
  const turnDetection = { ...defaultConfig.input.turnDetection!, idleMs: 20 } as never
  const { next, write, told } = start({
    config: { input: { turnDetection } },
    model: scriptedModel(['Hi.']),
    voice: toneVoice({ msPerCharacter: 5 }),
  })
  write('Hello.')
  await next('reply.finished')
  const after = told.length
  await next('idle.timed-out', after)
  expect((await next('reply.finished', after)).reply.status).toBe('completed')
})

describe('a cancel', () => {
  it('overtakes audio that the recognizer has not caught up with', async () => {
    const { session, next, write, hear } = start({
      model: scriptedModel(['Well, ', never]),
      engines: { listening: () => never },
    })
    write('Hello?')
    await next('reply.generating')
    for (let second = 0; second < 30; second++) hear(speech(1000))
    session.send({ type: 'reply.cancel' })
    expect((await next('reply.finished')).reply).toMatchObject({ status: 'cancelled', cause: 'client' })
  })

  it('stays behind what was asked before it', async () => {
    let ready = (): void => {}
    const loaded = new Promise<void>((resolve) => {
      ready = resolve
    })
    const quiet = scriptedRecognizer()
    const wishes = { languages: [], terms: [], partials: true, finalBudgetMs: 500, alternatives: 0 }
    const engines = { speechToText: quiet, voiceActivity: levelVoiceActivity({ gain: 1 }) }
    const listening: SessionEngines['listening'] = async () => {
      await loaded
      return { engines, gate: defaultGate, turns: defaultTurns, ...wishes }
    }
    const { session, next, hear, told } = start({ model: scriptedModel([never]), engines: { listening } })
    for (let second = 0; second < 8; second++) hear(silence(1000))
    session.send({ type: 'reply.create', wishes: {} })
    session.send({ type: 'reply.cancel' })
    ready()
    expect((await next('reply.finished')).reply.status).toBe('cancelled')
    expect(told.some(({ type }) => type === 'command.refused')).toBe(false)
  })
})

describe('close does not wait', () => {
  it('for a recognizer that still loads', async () => {
    const { session, hear, next } = start({ engines: { listening: () => never } })
    hear(speech(300))
    const part = { type: 'audio', text: undefined, audioMs: 0 } as const
    const item = { id: 'mine', status: 'completed', type: 'message', role: 'user', parts: [part] } as const
    session.send({ type: 'item.create', item, audio: [sound(speech(300))] })
    await next('item.done')
    await session.close()
  })

  it.each([
    ['languageModel', 'reply.started'],
    ['voice', 'reply.generating'],
  ] as const)('for a %s that still loads', async (kind, event) => {
    const { session, next, write } = start({ engines: { [kind]: () => never } })
    write('Hello?')
    await next(event)
    await session.close()
  })
})

it('close stops everything, and what was told stays readable', async () => {
  const { session, next, write, model, reading } = start({ model: scriptedModel(['Well, ', never]) })
  write('Hello.')
  await next('reply.started')
  await session.close()
  await reading
  expect(model.calls.ended).toBe(1)
  session.send({ type: 'reply.create', wishes: {} })
})

it('notes each setting that was not taken once, however often it is sent', async () => {
  const noted: unknown[] = []
  const log: Log = { ...silentLog, debug: (fields) => noted.push(fields) }
  const { session, told, next } = start({ log })
  const unused = ['providerData.tts.delivery_mode']
  session.send({ type: 'session.update', patch: { fixed: { mode: 'a' } }, unused })
  session.send({ type: 'session.update', patch: { fixed: { mode: 'b' } }, unused })
  session.send({ type: 'session.update', patch: { fixed: { mode: 'c' } }, unused })
  session.send({ type: 'reply.cancel' })
  await next('command.refused')
  expect(told.filter(({ type }) => type === 'session.updated')).toHaveLength(3)
  expect(noted).toEqual([{ settings: ['providerData.tts.delivery_mode'] }, { settings: ['mode'] }])
})
