import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conversations, final, partial, profiled, started, stopped, turnEnded } from '../../../test/support/heard.ts'
import { VoiceError } from '../../errors.ts'
import type { ListenEvent } from '../../listening/commands.ts'
import type { Outgoing } from '../codec.ts'
import { maxVachanaMessageBytes, VachanaCodec } from './codec.ts'
import { vachanaStart } from './start.ts'

const at = Date.UTC(2026, 0, 15, 10, 30)

type Frame = Readonly<Record<string, unknown>>

const read = (outgoing: readonly Outgoing[]): readonly Frame[] =>
  outgoing.map((output) => (typeof output === 'string' ? (JSON.parse(output) as Frame) : { ...(output as object) }))

const start = (headers: Readonly<Record<string, string>> = {}, query = '') =>
  vachanaStart(headers, new URLSearchParams(query))

const connected = (headers: Readonly<Record<string, string>> = {}): VachanaCodec => {
  const codec = new VachanaCodec(start(headers), () => 'k7')
  codec.open(at)
  return codec
}

const told = (codec: VachanaCodec, ...events: readonly ListenEvent[]): readonly Frame[] =>
  events.flatMap((event, index) => read(codec.encode(event, at + index * 1000)))

const types = (frames: readonly Frame[]) => frames.map((frame) => frame.type ?? `close ${frame.close}`)

describe('the upgrade request', () => {
  it('may say nothing', () => {
    expect(start()).toEqual({
      start: {
        model: 'vachana/prisma-v2.5',
        format: { encoding: 'auto', sampleRate: 16_000, channels: 1 },
        settings: {
          languages: ['en-IN'],
          terms: [],
          partials: false,
          finalBudgetMs: 300,
          alternatives: 0,
          gate: { threshold: 0.5, pauseMs: 150 },
          turns: { mode: 'automatic', minSilenceMs: 440, confidence: 0, maxSilenceMs: 2000, maxTurnMs: 30_000 },
        },
        voiceProfile: false,
        gapMs: 500,
        inactivityMs: 0,
      },
      partials: false,
    })
  })

  it('leaves a client that hangs up after 1.0 s without audio time for its last words', () => {
    const { gapMs, settings } = start().start
    expect(gapMs + (settings.finalBudgetMs ?? Number.NaN)).toBeLessThan(1000)
    expect(settings.turns?.minSilenceMs).toBeLessThan(500)
  })

  it.each(['8000', '16000', '44100', '48000'])('may ask for %s Hz', (rate) => {
    expect(start({ 'x-sample-rate': rate }).start.format.sampleRate).toBe(Number(rate))
  })

  it.each(['11025', '0', '-16000', 'fast', '1e4'])('is refused with the sample rate %s', (rate) => {
    expect(() => start({ 'x-sample-rate': rate })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'x-sample-rate' }),
    )
  })

  it('sets silence and threshold, within limits, and passes over what is no number', () => {
    const settings = (silence: string, threshold: string) =>
      start({ 'x-min-silence-ms': silence, 'x-vad-threshold': threshold }).start.settings
    expect(settings('600', '0.7')).toMatchObject({ turns: { minSilenceMs: 600 }, gate: { threshold: 0.7 } })
    expect(settings('3000', '0')).toMatchObject({
      turns: { minSilenceMs: 3000, maxSilenceMs: 3000 },
      gate: { threshold: 0.05 },
    })
    expect(settings('soon', 'NaN')).toMatchObject({ turns: { minSilenceMs: 440 }, gate: { threshold: 0.5 } })
  })

  it.each([
    ['hi-IN', ['hi-IN']],
    ['HI-in', ['hi-IN']],
    ['en-IN, hi-IN', ['en-IN', 'hi-IN']],
    ['bn-IN,en-IN,gu-IN,hi-IN,kn-IN,ml-IN,mr-IN,pa-IN,ta-IN,te-IN', 10],
    ['en-hi-IN-latn', ['hi-IN', 'en-IN']],
    ['en-hi-in-cm', ['hi-IN', 'en-IN']],
    ['as-IN', ['as-IN']],
    ['brx', ['brx']],
    ['what is this?', []],
    ['', ['en-IN']],
  ])('may name the language %j', (code, languages) => {
    const found = start({ lang_code: code }).start.settings.languages
    if (typeof languages === 'number') expect(found).toHaveLength(languages)
    else expect(found).toEqual(languages)
  })

  it('may force one language', () => {
    expect(start({ lang_code: 'en-IN,hi-IN', preferred_language: 'ta-IN' }).start.settings.languages).toEqual(['ta-IN'])
  })

  it('may carry its settings in the query, where a header of the same name wins', () => {
    const query = 'lang_code=ta-IN&x-sample-rate=8000&x-partials=true'
    expect(start({ 'x-sample-rate': '48000' }, query)).toMatchObject({
      partials: true,
      start: { format: { sampleRate: 48_000 }, settings: { languages: ['ta-IN'], partials: true } },
    })
  })
})

describe('the connection', () => {
  it('opens with connected, at once, and begins to listen without being asked', () => {
    const asked = start({ 'x-api-request-id': 'req_0f3a', 'x-sample-rate': '8000' })
    const { send, commands } = new VachanaCodec(asked, () => 'k7').open(at)
    expect(read(send)).toEqual([
      {
        type: 'connected',
        message: expect.any(String),
        request_id: 'req_0f3a',
        timestamp: '2026-01-15T10:30:00.000Z',
        config: { sample_rate: 8000, chunk_size: 512 },
      },
    ])
    expect(commands).toEqual([{ type: 'listen.start', start: asked.start }])
  })

  it('has a request id of our own when the client brought none', () => {
    const { send } = new VachanaCodec(start(), () => 'k7').open(at)
    expect(read(send)[0]?.request_id).toBe('req_k7')
  })

  it('takes binary messages of any length as audio', () => {
    const codec = connected()
    for (const length of [1, 640, 1023, 1024, 4096]) {
      const bytes = new Uint8Array(length)
      expect(codec.decode(bytes)).toEqual([{ type: 'audio.append', bytes }])
    }
    expect(codec.decode(new Uint8Array())).toEqual([])
  })

  it('takes a vocabulary silently', () => {
    const message = { type: 'update_settings', bias: { list: ['Paytm', '#', 7, 'UPI'], score: 1.5 } }
    expect(connected().decode(JSON.stringify(message))).toEqual([
      { type: 'listen.change', change: { terms: ['Paytm', 'UPI'] } },
    ])
  })

  it('never takes offence at a text message', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.dictionary(fc.constantFrom('type', 'bias'), fc.jsonValue()).map((value) => JSON.stringify(value)),
        ),
        (message) => {
          for (const command of connected().decode(message)) expect(command.type).toBe('listen.change')
        },
      ),
    )
  })

  it('ends at a message that is too large', () => {
    const codec = connected()
    expect(() => codec.decode(new Uint8Array(maxVachanaMessageBytes))).not.toThrow()
    expect(() => codec.decode(new Uint8Array(maxVachanaMessageBytes + 1))).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    )
  })
})

describe('a segment', () => {
  it('is speech_start, speech_end, processing, transcript', () => {
    const frames = told(
      connected({ lang_code: 'hi-IN' }),
      started(0),
      partial(0, 'main'),
      profiled(0),
      stopped(0),
      turnEnded(0),
      final(0, 'main kal aaunga', { startMs: 200, endMs: 2540.4 }),
    )
    expect(frames).toEqual([
      { type: 'speech_start', timestamp: '2026-01-15T10:30:00.000Z' },
      { type: 'speech_end', timestamp: '2026-01-15T10:30:04.000Z' },
      { type: 'processing', timestamp: '2026-01-15T10:30:04.000Z' },
      {
        type: 'transcript',
        text: 'main kal aaunga',
        audio_duration_ms: 2340,
        segment_id: 'seg_k7_0',
        segment_index: '0',
        latency: 1000,
        is_final: true,
        language: 'hi-IN',
        detected_language: 'hi-IN',
        timestamp: '2026-01-15T10:30:05.000Z',
      },
    ])
  })

  it('has its transcript even when nothing was said', () => {
    expect(told(connected(), started(0), turnEnded(0), final(0, '')).at(-1)).toMatchObject({
      type: 'transcript',
      text: '',
    })
  })

  it('names the language that was heard among those that were listed', () => {
    const codec = connected({ lang_code: 'en-IN,ta-IN,hi-IN' })
    expect(told(codec, final(0, 'x', { language: 'ta' }))[0]).toMatchObject({
      language: 'ta-IN',
      detected_language: 'ta-IN',
    })
    expect(told(codec, final(1, 'x', { language: 'mr' }))[0]).toMatchObject({ language: 'mr-IN' })
    expect(told(codec, final(2, 'x', { language: 'fr' }))[0]).toMatchObject({ language: 'fr' })
    expect(told(codec, final(3, 'x'))[0]).not.toHaveProperty('language')
  })

  it('names the one language that was asked for, unless the voice was identified as speaking another', () => {
    const codec = connected({ lang_code: 'hi-IN' })
    expect(told(codec, final(0, 'x', { language: 'en' }))[0]).toMatchObject({ language: 'hi-IN' })
    const identified = { language: 'ta', languageConfidence: 0.8 }
    expect(told(codec, final(1, 'x', identified))[0]).toMatchObject({ language: 'ta-IN', detected_language: 'ta-IN' })
    expect(told(codec, final(2, 'x', { ...identified, language: 'hi' }))[0]).toMatchObject({ language: 'hi-IN' })
  })
})

describe('partial results', () => {
  const asked = { 'x-partials': 'true' }

  it('open, update and close an utterance under one id', () => {
    const frames = told(
      connected(asked),
      started(0),
      partial(0, 'main'),
      partial(0, 'main kal'),
      turnEnded(0),
      final(0, 'main kal'),
    )
    expect(types(frames)).toEqual([
      'speech_start',
      'partial_transcript',
      'partial_transcript',
      'speech_end',
      'processing',
      'final_transcript',
    ])
    const ids = frames.filter((frame) => frame.type !== 'processing').map((frame) => frame.utterance_id)
    expect(new Set(ids)).toEqual(new Set(['utt_k7_0']))
    expect(frames.at(-1)).toMatchObject({ text: 'main kal', segment_index: '0', latency: 1000, is_final: true })
  })

  it('come at most five times a second and only when the text is new', () => {
    const codec = connected(asked)
    codec.encode(started(0), at)
    let sent = 0
    for (let ms = 0; ms < 1000; ms += 10) sent += codec.encode(partial(0, `word ${ms}`), at + ms).length
    expect(sent).toBe(5)
    expect(codec.encode(partial(0, 'again'), at + 2000)).toHaveLength(1)
    expect(codec.encode(partial(0, 'again'), at + 3000)).toEqual([])
  })
})

describe('errors', () => {
  it.each([
    ['invalid_request', 1008],
    ['unauthorized', 1008],
    ['unknown_model', 1011],
    ['unsupported', 1011],
    ['unavailable', 1011],
    ['timeout', 1011],
    ['provider_failed', 1011],
    ['internal', 1011],
    ['too_large', 1009],
    ['overloaded', 1013],
    ['shutting_down', 1001],
  ] as const)('say what went wrong and close: %s with %i', (code, close) => {
    const codec = connected()
    const frames = read(codec.refuse(new VoiceError(code, 'Why, parley models.'), at))
    expect(frames).toEqual([
      { type: 'error', message: 'Why, parley models.', error_code: code, timestamp: '2026-01-15T10:30:00.000Z' },
      { close },
    ])
    expect(codec.encode(final(0, 'late'), at)).toEqual([])
    expect(codec.decode(new Uint8Array(2))).toEqual([])
    expect(codec.refuse(new VoiceError(code, 'Again.'), at)).toEqual([])
  })

  it('name the command that helps when no engine knows the language', () => {
    const [frame] = read(connected().refuse(new VoiceError('unsupported', 'No engine here knows ta-IN.'), at))
    expect(frame?.message).toMatch(/^No engine here knows ta-IN\. .*parley models/)
  })
})

describe.each([
  ['with', { 'x-partials': '1' }],
  ['without', {}],
])('in any session %s partial results', (mode, headers) => {
  it('only known types are sent, each segment in order, and no final is lost', () => {
    const known = ['speech_start', 'speech_end', 'processing', 'transcript']
    const partialTypes = ['speech_start', 'speech_end', 'processing', 'partial_transcript', 'final_transcript']
    fc.assert(
      fc.property(conversations({ manual: false }), (happenings) => {
        const codec = connected(headers)
        let now = at
        const frames = happenings.flatMap((happening) => {
          now += 70
          return happening.type === 'event' ? read(codec.encode(happening.event, now)) : []
        })
        expect(types(frames.slice(-1))).toEqual(['close 1000'])
        for (const frame of frames.slice(0, -1)) {
          expect(mode === 'with' ? partialTypes : known).toContain(frame.type)
          expect('utterance_id' in frame).toBe(mode === 'with' && frame.type !== 'processing')
          expect(Object.values(frame)).not.toContain(null)
        }
        const texts = happenings.flatMap((happening) =>
          happening.type === 'event' && happening.event.type === 'transcript.final' ? [happening.event.text] : [],
        )
        const finals = frames.filter((frame) => frame.segment_id !== undefined)
        expect(finals.map((frame) => frame.text)).toEqual(texts)
        expect(finals.map((frame) => frame.segment_index)).toEqual(texts.map((_, index) => String(index)))
        expect(new Set(finals.map((frame) => frame.segment_id)).size).toBe(texts.length)
        let started = 0
        let ended = 0
        let processing = 0
        let closed = 0
        for (const { type, segment_id: segment } of frames) {
          if (type === 'speech_start') started += 1
          if (type === 'speech_end') ended += 1
          if (type === 'processing') processing += 1
          if (segment !== undefined) closed += 1
          expect(started >= ended && ended >= processing && processing >= closed).toBe(true)
        }
        expect([started, ended, processing]).toEqual([closed, closed, closed])
      }),
      { numRuns: 150 },
    )
  })
})
