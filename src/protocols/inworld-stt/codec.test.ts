import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  conversations,
  final,
  type Happening,
  partial,
  profiled,
  started,
  stopped,
  turnEnded,
} from '../../../test/support/heard.ts'
import { VoiceError } from '../../errors.ts'
import type { ListenEvent } from '../../listening/commands.ts'
import type { Outgoing } from '../codec.ts'
import { InworldSttCodec, maxInworldMessageBytes } from './codec.ts'
import type { Transcription } from './messages.ts'

const model = 'inworld/inworld-stt-1'

const configured = (config: object = {}): InworldSttCodec => {
  const codec = new InworldSttCodec()
  codec.decode(JSON.stringify({ transcribeConfig: { modelId: model, ...config } }))
  return codec
}

const startOf = (config: object) => {
  const [command] = new InworldSttCodec().decode(JSON.stringify({ transcribeConfig: config }))
  if (command?.type !== 'listen.start') throw new Error('no start')
  return command.start
}

interface Frame {
  readonly result?: {
    readonly transcription?: Transcription
    readonly speechStarted?: { readonly startTimeMs: number; readonly confidence: number }
    readonly speechStopped?: { readonly silenceDurationMs: number }
    readonly usage?: { readonly transcribedAudioMs: number; readonly modelId: string }
  }
  readonly error?: { readonly code: number; readonly message: string; readonly details: readonly unknown[] }
  readonly close?: number
}

const read = (outgoing: readonly Outgoing[]): readonly Frame[] =>
  outgoing.map((output) => (typeof output === 'string' ? (JSON.parse(output) as Frame) : (output as Frame)))

/** What a frame is, in a word or two. */
const brief = (frame: Frame): string => {
  const { result } = frame
  if (frame.close !== undefined) return `close ${frame.close}`
  if (frame.error) return `error ${frame.error.code}`
  if (result?.speechStarted) return 'started'
  if (result?.speechStopped) return 'stopped'
  if (result?.usage) return 'usage'
  return `${result?.transcription?.isFinal ? 'final' : 'interim'} ${result?.transcription?.transcript}`.trim()
}

const told = (codec: InworldSttCodec, ...events: readonly ListenEvent[]): readonly string[] =>
  events.flatMap((event) => read(codec.encode(event)).map(brief))

const refusal = (codec: InworldSttCodec, message: string): readonly Frame[] => {
  try {
    codec.decode(message)
  } catch (error) {
    if (error instanceof VoiceError) return read(codec.refuse(error))
    throw error
  }
  throw new Error('the message was accepted')
}

const endTurn = '{"endTurn":{}}'
const closeStream = '{"closeStream":{}}'
const ended: ListenEvent = { type: 'listen.ended', audioMs: 1840.4 }

describe('settings', () => {
  it('are read in camelCase, snake_case and both mixed, with numbers as text', () => {
    const camel = startOf({
      modelId: model,
      audioEncoding: 'LINEAR16',
      sampleRateHertz: 8000,
      endOfTurnConfidenceThreshold: 0.3,
      inworldSttV1Config: { minEndOfTurnSilenceWhenConfident: 300, vadThreshold: 0.15 },
      voiceProfileConfig: { enableVoiceProfile: true },
    })
    const snake = startOf({
      model_id: model,
      audio_encoding: 'LINEAR16',
      sample_rate_hertz: '8000',
      end_of_turn_confidence_threshold: '0.3',
      inworld_stt_v1_config: { min_end_of_turn_silence_when_confident: '300', vad_threshold: 0.15 },
      voice_profile_config: { enable_voice_profile: true },
    })
    expect(camel).toMatchObject({
      model,
      format: { encoding: 'auto', sampleRate: 8000, channels: 1 },
      settings: { gate: { threshold: 0.15 }, turns: { confidence: 0.3, minSilenceMs: 300 } },
      voiceProfile: true,
    })
    expect(snake).toEqual(camel)
    const envelope = new InworldSttCodec().decode(
      JSON.stringify({ transcribe_config: { modelId: model, sampleRateHertz: 8000 } }),
    )
    expect(envelope).toMatchObject([{ type: 'listen.start', start: { format: { sampleRate: 8000 } } }])
  })

  it('need only a model', () => {
    expect(startOf({ modelId: model })).toEqual({
      model,
      format: { encoding: 'auto', sampleRate: 16_000, channels: 1 },
      settings: { languages: [], terms: [], partials: true, finalBudgetMs: 500, alternatives: 0 },
      voiceProfile: false,
      diarize: false,
      gapMs: 0,
      languageHint: true,
      inactivityMs: 0,
    })
  })

  it('take turns from the block that belongs to the model, else from any', () => {
    const blocks = {
      inworldSttV1Config: { minEndOfTurnSilenceWhenConfident: 200 },
      assemblyaiConfig: { minEndOfTurnSilenceWhenConfident: 700, maxTurnSilence: 1500 },
    }
    expect(startOf({ modelId: 'assemblyai/u3-rt-pro', ...blocks }).settings.turns).toEqual({
      minSilenceMs: 700,
      maxSilenceMs: 1500,
    })
    expect(startOf({ modelId: 'soniox/stt-rt-v4', ...blocks }).settings.turns).toEqual({ minSilenceMs: 200 })
    expect(startOf({ modelId: model, ...blocks }).settings.turns).toEqual({ minSilenceMs: 200 })
  })

  it('turn to manual turns of 30 s at most when the voice threshold is 0', () => {
    const { settings } = startOf({ modelId: model, inworldSttV1Config: { vadThreshold: 0 } })
    expect(settings.turns).toEqual({ mode: 'manual', maxTurnMs: 30_000 })
    expect(settings.gate).toBeUndefined()
  })

  it('are held within limits, never refused, where a number is out of range or of a wrong type', () => {
    const start = startOf({
      modelId: model,
      endOfTurnConfidenceThreshold: 7,
      sampleRateHertz: 'fast',
      numberOfChannels: -3,
      inactivityTimeoutSeconds: -1,
      inworldSttV1Config: { vadThreshold: 9, minEndOfTurnSilenceWhenConfident: 5000 },
      assemblyaiConfig: 'what?',
      unknownField: { a: [1] },
    })
    expect(start.settings).toMatchObject({
      gate: { threshold: 1 },
      turns: { confidence: 1, minSilenceMs: 5000, maxSilenceMs: 5000 },
    })
    expect(start).toMatchObject({ format: { sampleRate: 16_000, channels: 1 }, inactivityMs: 0 })
  })

  it('strip from prompts what no recognizer can use', () => {
    const { settings } = startOf({ modelId: model, prompts: ['Dr. O’Neill', 'a/b#c|d@e', '###', 7, '  two   words '] })
    expect(settings.terms).toEqual(['Dr. O’Neill', 'a b c d e', 'two words'])
  })

  it('carry language and inactivity, and drop a language that is none', () => {
    const start = startOf({ modelId: model, language: 'en-US', inactivityTimeoutSeconds: '15' })
    expect(start.settings.languages).toEqual(['en-US'])
    expect(start.inactivityMs).toBe(15_000)
    expect(startOf({ modelId: model, language: 'no such language!' }).settings.languages).toEqual([])
  })

  it.each([
    ['no model', { audioEncoding: 'LINEAR16' }],
    ['an empty model', { modelId: '' }],
    ['an unknown encoding', { modelId: model, audioEncoding: 'AMR' }],
    ['an unspecified encoding', { modelId: model, audioEncoding: 'AUDIO_ENCODING_UNSPECIFIED' }],
  ])('are refused with code 3 and close 1000 for %s', (_, config) => {
    const frames = refusal(new InworldSttCodec(), JSON.stringify({ transcribeConfig: config }))
    expect(frames.map(brief)).toEqual(['error 3', 'close 1000'])
  })

  it('are taken once; later ones change nothing', () => {
    const codec = configured()
    expect(codec.decode(JSON.stringify({ transcribeConfig: { modelId: 'other/model' } }))).toEqual([])
    expect(read(codec.encode(ended))[0]?.result?.usage?.modelId).toBe(model)
  })
})

describe('what the client sends', () => {
  it('may be audio in either alphabet, padded or not, of any length', () => {
    const codec = configured()
    const bytes = (message: object) =>
      codec
        .decode(JSON.stringify(message))
        .map((command) => (command.type === 'audio.append' ? [...command.bytes] : command.type))
    expect(bytes({ audioChunk: { content: '+/8=' } })).toEqual([[0xfb, 0xff]])
    expect(bytes({ audioChunk: { content: '-_8' } })).toEqual([[0xfb, 0xff]])
    expect(bytes({ audio_chunk: { content: 'AA==' } })).toEqual([[0]])
    expect(bytes({ audioChunk: { content: '' } })).toEqual([])
    expect(codec.decode('{"audioChunk":{}}')).toEqual([])
    expect(codec.decode('{"audioChunk":null}')).toEqual([])
  })

  it('means the same however the JSON around the audio is written', () => {
    const blank = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', '\u00a0'), maxLength: 2 })
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => JSON.stringify(Buffer.from(bytes).toString('base64'))),
      fc.constantFrom('"ab\\/+"', '"\\u0041AAA"', '"AA=="', '"A"', '"A A="', '"', '""', '"AAAA" x', 'null', '7'),
    )
    const end = fc.constantFrom('}}', '}', '}}}', '},"endTurn":{}}', ',"more":1}}', ' } } ')
    /** The slow way: one more key, which counts for nothing. */
    const slowly = (text: string): string => text.replace('{', '{"unknown":0,')
    const result = (text: string): unknown => {
      const codec = configured()
      try {
        return codec.decode(text)
      } catch (error) {
        return error
      }
    }
    fc.assert(
      fc.property(fc.array(blank, { minLength: 7, maxLength: 7 }), content, end, (blanks, audio, close) => {
        const [a, b, c, d, e, f, g] = blanks
        const text = `${a}{${b}"audioChunk"${c}:${d}{${e}"content"${f}:${g}${audio}${close}`
        expect(result(text)).toEqual(result(slowly(text)))
      }),
      { numRuns: 1000 },
    )
  })

  it('may be JSON in a binary frame; other binary frames mean nothing', () => {
    const codec = configured()
    expect(codec.decode(new TextEncoder().encode(endTurn))).toEqual([{ type: 'turn.end', mark: 1 }])
    expect(codec.decode(Uint8Array.of(0xff, 0xfe, 0))).toEqual([])
    expect(codec.decode(new TextEncoder().encode('[1]'))).toEqual([])
  })

  it('counts by its key alone, and unknown keys count for nothing', () => {
    const codec = configured()
    expect(codec.decode('{"endTurn":null}')).toEqual([{ type: 'turn.end', mark: 1 }])
    expect(codec.decode('{"end_turn":{"why":1},"x":2}')).toEqual([{ type: 'turn.end', mark: 2 }])
    expect(codec.decode('{"keepAlive":{}}')).toEqual([])
    expect(codec.decode('{"close_stream":null}')).toEqual([{ type: 'listen.end' }])
  })

  it('is ignored after closeStream, whatever it is', () => {
    const codec = configured()
    codec.decode(closeStream)
    expect(codec.decode('not JSON')).toEqual([])
    expect(codec.decode(endTurn)).toEqual([])
  })

  it.each([
    ['is not JSON', 'hello'],
    ['is not an object', '[1]'],
    ['holds bad base64', '{"audioChunk":{"content":"###"}}'],
    ['holds audio that is no text', '{"audioChunk":{"content":7}}'],
    ['is a chunk that is no object', '{"audioChunk":"AAAA"}'],
  ])('is refused with code 3 and close 1000 when it %s', (_, message) => {
    const codec = configured()
    expect(refusal(codec, message).map(brief)).toEqual(['error 3', 'close 1000'])
    expect(codec.decode(endTurn)).toEqual([])
    expect(codec.encode(final(0, 'late'))).toEqual([])
  })

  it.each([
    ['audio', '{"audioChunk":{"content":"AAAA"}}'],
    ['endTurn', endTurn],
    ['settings without their envelope', `{"modelId":"${model}"}`],
    ['null for settings', '{"transcribeConfig":null}'],
  ])('is refused with code 3 when it begins with %s', (_, message) => {
    expect(refusal(new InworldSttCodec(), message).map(brief)).toEqual(['error 3', 'close 1000'])
  })

  it('may be nothing but closeStream, which closes quietly', () => {
    expect(refusal(new InworldSttCodec(), closeStream).map(brief)).toEqual(['close 1000'])
  })

  it('is refused with close 1009 when it is too large', () => {
    const frames = refusal(configured(), ' '.repeat(maxInworldMessageBytes + 1))
    expect(frames.map(brief)).toEqual(['error 3', 'close 1009'])
  })

  it('never makes decode throw anything but a VoiceError', () => {
    const keys = fc.constantFrom(
      'transcribeConfig',
      'transcribe_config',
      'audioChunk',
      'audio_chunk',
      'endTurn',
      'closeStream',
      '__proto__',
    )
    const configs = fc.dictionary(
      fc.constantFrom(
        'modelId',
        'model_id',
        'audioEncoding',
        'prompts',
        'inworldSttV1Config',
        'voiceProfileConfig',
        'language',
      ),
      fc.oneof(fc.string(), fc.jsonValue()),
    )
    const messages = fc.oneof(
      fc.string(),
      fc.json(),
      fc.uint8Array(),
      fc
        .dictionary(keys, fc.oneof(fc.jsonValue(), configs, fc.record({ content: fc.base64String() })))
        .map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(fc.boolean(), fc.array(messages, { maxLength: 5 }), (ready, list) => {
        const codec = ready ? configured() : new InworldSttCodec()
        for (const message of list) {
          try {
            codec.decode(message)
          } catch (error) {
            if (!(error instanceof VoiceError)) throw error
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('may be nested as deep as it likes', () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    const message = `{"transcribeConfig":{"modelId":"${model}","x":${deep}}}`
    expect(new InworldSttCodec().decode(message)).toMatchObject([{ type: 'listen.start' }])
  })
})

describe('what the client is told', () => {
  it('of a turn: started, interims, stopped, one final', () => {
    const codec = configured()
    const frames = [
      started(0),
      partial(0, 'book a'),
      stopped(0),
      partial(0, 'book a table'),
      stopped(0),
      turnEnded(0),
      final(0, 'Book a table', { language: 'en' }),
    ].flatMap((event) => read(codec.encode(event)))
    expect(frames).toEqual([
      { result: { speechStarted: { startTimeMs: 0, confidence: 0.75 } } },
      { result: { transcription: { transcript: 'book a', isFinal: false, wordTimestamps: [] } } },
      { result: { speechStopped: { silenceDurationMs: 200 } } },
      { result: { transcription: { transcript: 'book a table', isFinal: false, wordTimestamps: [] } } },
      { result: { speechStopped: { silenceDurationMs: 200 } } },
      {
        result: {
          transcription: {
            transcript: 'Book a table',
            isFinal: true,
            wordTimestamps: [],
            silenceDurationMs: 400,
            language: 'en',
          },
        },
      },
    ])
  })

  it('has words with whole milliseconds of the stream when they were asked for', () => {
    const codec = configured({ includeWordTimestamps: true })
    const word = { text: 'Book', startMs: 1250.4, endMs: 1490.6, confidence: 0.971_234_5 }
    const frames = [partial(0, 'book'), final(0, 'Book', { words: [word] })].flatMap((event) =>
      read(codec.encode(event)),
    )
    expect(frames[0]?.result?.transcription?.wordTimestamps).toHaveLength(1)
    expect(frames[1]?.result?.transcription?.wordTimestamps).toEqual([
      { word: 'Book', confidence: 0.9712, startTimeMs: 1250, endTimeMs: 1491 },
    ])
  })

  it('includes an empty final after a false alarm', () => {
    expect(told(configured(), started(0), stopped(0), turnEnded(0), final(0, ''))).toEqual([
      'started',
      'stopped',
      'final',
    ])
  })

  it('is one turn at a time: the next waits for the final of the one before', () => {
    const codec = configured()
    expect(told(codec, started(0), partial(0, 'one'), turnEnded(0))).toEqual(['started', 'interim one'])
    expect(told(codec, started(1), partial(1, 'two'), stopped(1))).toEqual([])
    expect(told(codec, final(0, 'one'))).toEqual(['final one', 'started', 'interim two'])
    expect(told(codec, stopped(1), turnEnded(1), final(1, 'two'))).toEqual(['stopped', 'final two'])
  })

  it('ends with populated usage and a close by the server', () => {
    const codec = configured()
    codec.decode(closeStream)
    expect(read(codec.encode(ended))).toEqual([
      { result: { usage: { transcribedAudioMs: 1840, modelId: model } } },
      { close: 1000 },
    ])
    expect(codec.encode(ended)).toEqual([])
    expect(codec.refuse(new VoiceError('internal', 'late'))).toEqual([])
  })

  it('gives the model back verbatim', () => {
    const codec = new InworldSttCodec()
    codec.decode('{"transcribe_config":{"model_id":" Groq/Whisper-Large-V3 "}}')
    expect(read(codec.encode(ended))[0]?.result?.usage?.modelId).toBe(' Groq/Whisper-Large-V3 ')
  })
})

describe('endTurn', () => {
  it('silences the turn and brings exactly one final', () => {
    const codec = configured()
    told(codec, started(0), partial(0, 'hello'))
    expect(codec.decode(endTurn)).toEqual([{ type: 'turn.end', mark: 1 }])
    expect(told(codec, partial(0, 'hello there'), stopped(0), turnEnded(0), final(0, 'Hello there'))).toEqual([])
    expect(told(codec, { type: 'marked', mark: 1 })).toEqual(['final Hello there'])
  })

  it('brings an empty final when there was nothing to hear', () => {
    const codec = configured()
    codec.decode(endTurn)
    expect(read(codec.encode({ type: 'marked', mark: 1 }))).toEqual([
      { result: { transcription: { transcript: '', isFinal: true, wordTimestamps: [], silenceDurationMs: 0 } } },
    ])
  })

  it('is satisfied by the final of a turn that had ended before it was read', () => {
    const codec = configured()
    told(codec, started(0), turnEnded(0))
    codec.decode(endTurn)
    expect(told(codec, final(0, 'Yes'), { type: 'marked', mark: 1 })).toEqual(['final Yes'])
  })

  it('joins all turns that were not told yet into its final', () => {
    const codec = configured({ includeWordTimestamps: true })
    told(codec, started(0), turnEnded(0))
    codec.decode(endTurn)
    told(codec, started(1), final(0, 'One'), turnEnded(1), final(1, 'two three'))
    const [frame] = read(codec.encode({ type: 'marked', mark: 1 }))
    expect(frame?.result?.transcription?.transcript).toBe('One two three')
    expect(frame?.result?.transcription?.wordTimestamps.map((word) => word.word)).toEqual(['One', 'two', 'three'])
  })

  it('holds back the turn after it until its final is out', () => {
    const codec = configured()
    told(codec, started(0), partial(0, 'one'))
    codec.decode(endTurn)
    expect(told(codec, turnEnded(0), started(1), partial(1, 'two'), final(0, 'one'))).toEqual([])
    expect(told(codec, { type: 'marked', mark: 1 })).toEqual(['final one', 'started', 'interim two'])
  })

  it('may come several times; each has a final of its own', () => {
    const codec = configured()
    codec.decode(endTurn)
    codec.decode(endTurn)
    codec.decode(endTurn)
    expect(told(codec, final(0, 'one'), { type: 'marked', mark: 1 })).toEqual(['final one'])
    expect(told(codec, { type: 'marked', mark: 2 })).toEqual(['final'])
    expect(told(codec, final(1, 'two'), { type: 'marked', mark: 3 })).toEqual(['final two'])
  })

  it('together with closeStream brings the final first, then usage', () => {
    const codec = configured()
    told(codec, started(0), partial(0, 'good'))
    codec.decode(endTurn)
    codec.decode(closeStream)
    const events: ListenEvent[] = [partial(0, 'goodbye'), stopped(0), turnEnded(0), final(0, 'Goodbye')]
    expect(told(codec, ...events, { type: 'marked', mark: 1 }, ended)).toEqual(['final Goodbye', 'usage', 'close 1000'])
  })

  it('does not answer marks that it did not make', () => {
    const codec = configured()
    codec.decode(endTurn)
    expect(told(codec, { type: 'marked', mark: -1 })).toEqual([])
  })
})

describe('closeStream', () => {
  it('without endTurn still brings the final', () => {
    const codec = configured()
    told(codec, started(0), partial(0, 'bye'))
    expect(codec.decode(closeStream)).toEqual([{ type: 'listen.end' }])
    expect(told(codec, partial(0, 'bye bye'), stopped(0), turnEnded(0), final(0, 'Bye bye'), ended)).toEqual([
      'final Bye bye',
      'usage',
      'close 1000',
    ])
  })

  it('brings no final for a turn of which nothing was told and nothing was said', () => {
    const codec = configured()
    codec.decode(closeStream)
    expect(told(codec, started(0), turnEnded(0), final(0, ''), ended)).toEqual(['usage', 'close 1000'])
  })

  it('brings the text of a turn that began only after it was read', () => {
    const codec = configured()
    codec.decode(closeStream)
    expect(told(codec, started(0), turnEnded(0), final(0, 'late'), ended)).toEqual([
      'final late',
      'usage',
      'close 1000',
    ])
  })
})

describe('the voice profile', () => {
  const asked = { voiceProfileConfig: { enableVoiceProfile: true, topN: 1 } }

  it('stands in finals, and in interims once it is known, with every key and at most topN labels', () => {
    const codec = configured(asked)
    const frames = [
      started(0),
      partial(0, 'hm'),
      profiled(0),
      profiled(0, 'high'),
      turnEnded(0),
      final(0, 'Hm'),
    ].flatMap((event) => read(codec.encode(event)))
    const profiles = frames.slice(1).map((frame) => frame.result?.transcription?.voiceProfile)
    const pitch = (label: string) => ({
      age: [],
      emotion: [],
      pitch: [{ label, confidence: 0.8 }],
      vocalStyle: [],
      accent: [],
    })
    expect(profiles).toEqual([undefined, pitch('low'), pitch('high'), pitch('high')])
    expect(frames.slice(1).map(brief)).toEqual(['interim hm', 'interim hm', 'interim hm', 'final Hm'])
  })

  it('goes out in an interim of its own, before any word too', () => {
    const codec = configured(asked)
    expect(told(codec, started(0), profiled(0), profiled(0, 'high'), partial(0, 'hm'), profiled(0))).toEqual([
      'started',
      'interim',
      'interim',
      'interim hm',
      'interim hm',
    ])
  })

  it('of a turn that has ended waits for its final', () => {
    const codec = configured(asked)
    expect(told(codec, partial(0, 'hm'), turnEnded(0), profiled(0))).toEqual(['interim hm'])
    const [frame] = read(codec.encode(final(0, 'Hm')))
    expect(frame?.result?.transcription?.voiceProfile?.pitch).toEqual([{ label: 'low', confidence: 0.8 }])
  })

  it('has empty lists where nothing is known', () => {
    const codec = configured(asked)
    const [frame] = read(codec.encode(final(0, 'Hm')))
    expect(frame?.result?.transcription?.voiceProfile).toEqual({
      age: [],
      emotion: [],
      pitch: [],
      vocalStyle: [],
      accent: [],
    })
  })

  it('has keys beyond those of the reference only where there is something in them', () => {
    const codec = configured(asked)
    const labels = [{ label: 'car', confidence: 0.7 }]
    const traits = [
      { name: 'environment', labels },
      { name: 'rate', labels: [{ label: 'fast', confidence: 0.9 }] },
    ]
    codec.encode({ type: 'voice.profiled', utterance: 0, startMs: 0, endMs: 500, traits })
    const [frame] = read(codec.encode(final(0, 'Hm')))
    expect(frame?.result?.transcription?.voiceProfile).toEqual({
      age: [],
      emotion: [],
      pitch: [],
      vocalStyle: [],
      accent: [],
      environment: labels,
    })
  })

  it.each([{}, { voiceProfileConfig: { enableVoiceProfile: false } }])('is never there unasked: %j', (config) => {
    const codec = configured(config)
    expect(told(codec, partial(0, 'hm'), profiled(0))).toEqual(['interim hm'])
    expect(JSON.stringify(codec.encode(final(0, 'Hm')))).not.toContain('voiceProfile')
  })

  it('shows ten labels when topN is not said, best first', () => {
    const codec = configured({ voiceProfileConfig: { enableVoiceProfile: true } })
    const labels = Array.from({ length: 12 }, (_, index) => ({ label: `l${index}`, confidence: index / 20 }))
    codec.encode({
      type: 'voice.profiled',
      utterance: 0,
      startMs: 0,
      endMs: 500,
      traits: [{ name: 'vocal-style', labels }],
    })
    const [frame] = read(codec.encode(final(0, 'Hm')))
    const style = frame?.result?.transcription?.voiceProfile?.vocalStyle.map(({ label }) => label)
    expect(style).toEqual(['l11', 'l10', 'l9', 'l8', 'l7', 'l6', 'l5', 'l4', 'l3', 'l2'])
  })
})

describe('errors', () => {
  it('name an unknown model in the words that clients know, and close with 1000', () => {
    const codec = new InworldSttCodec()
    codec.decode('{"transcribeConfig":{"modelId":"inworld/stt-v1"}}')
    expect(read(codec.refuse(new VoiceError('unknown_model', 'No engine.')))).toEqual([
      { error: { code: 3, message: 'No STT client found for model: inworld/stt-v1', details: [] } },
      { close: 1000 },
    ])
  })

  it.each([
    ['unsupported', 3, 1000],
    ['timeout', 4, 1000],
    ['overloaded', 8, 1000],
    ['provider_failed', 13, 1000],
    ['internal', 13, 1000],
    ['unavailable', 14, 1000],
    ['shutting_down', 14, 1001],
    ['unauthorized', 16, 1000],
  ] as const)('map %s to code %i and close %i', (code, grpc, close) => {
    expect(read(configured().refuse(new VoiceError(code, 'Why.'))).map(brief)).toEqual([
      `error ${grpc}`,
      `close ${close}`,
    ])
  })
})

/** Runs a conversation and gives the frames that each happening brought. */
const play = (codec: InworldSttCodec, happenings: readonly Happening[]) =>
  happenings.map((happening) => {
    if (happening.type === 'end-turn') codec.decode(endTurn)
    else if (happening.type === 'close-stream') codec.decode(closeStream)
    return { happening, frames: happening.type === 'event' ? read(codec.encode(happening.event)) : [] }
  })

const keysWithin = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, item]) => [...(Array.isArray(value) ? [] : [key]), ...keysWithin(item)])
    : []

describe.each([
  ['automatic', {}],
  ['manual', { inworldSttV1Config: { vadThreshold: 0 } }],
])('in any conversation with %s turns', (mode, turns) => {
  const manual = mode === 'manual'
  const check = (body: (steps: ReturnType<typeof play>, profile: boolean) => void): void =>
    fc.assert(
      fc.property(conversations({ manual }), fc.boolean(), (happenings, profile) => {
        const config = { ...turns, includeWordTimestamps: true, voiceProfileConfig: { enableVoiceProfile: profile } }
        body(play(configured(config), happenings), profile)
      }),
      { numRuns: 150 },
    )

  it('each frame is one result with one key, without nulls, codes or messages', () => {
    check((steps, profile) => {
      const frames = steps.flatMap((step) => step.frames)
      for (const frame of frames.slice(0, -1)) {
        expect(Object.keys(frame)).toEqual(['result'])
        expect(Object.keys(frame.result ?? {})).toHaveLength(1)
        expect(JSON.stringify(frame)).not.toContain('null')
        const keys = keysWithin(frame)
        for (const key of ['code', 'message']) expect(keys).not.toContain(key)
        const transcription = frame.result?.transcription
        if (!transcription) continue
        expect(typeof transcription.transcript).toBe('string')
        expect(Array.isArray(transcription.wordTimestamps)).toBe(true)
        if (!profile) expect(keys).not.toContain('voiceProfile')
        else if (transcription.isFinal)
          expect(Object.keys(transcription.voiceProfile ?? {})).toEqual([
            'age',
            'emotion',
            'pitch',
            'vocalStyle',
            'accent',
          ])
      }
    })
  })

  it('each endTurn has one final, and nothing comes between', () => {
    check((steps) => {
      let pending = 0
      for (const { happening, frames } of steps) {
        if (happening.type === 'end-turn') pending += 1
        else if (happening.type === 'event' && happening.event.type === 'marked') {
          pending -= 1
          expect(frames[0]?.result?.transcription?.isFinal).toBe(true)
          expect(frames.slice(1).some((frame) => frame.result?.transcription?.isFinal)).toBe(false)
          if (pending > 0) expect(frames).toHaveLength(1)
        } else if (pending > 0) expect(frames).toEqual([])
      }
      expect(pending).toBe(0)
    })
  })

  it('each speechStarted and each interim is followed by a final of its own', () => {
    check((steps) => {
      let open = false
      let startedSince = false
      for (const frame of steps.flatMap((step) => step.frames)) {
        const { result } = frame
        if (result?.speechStarted) {
          expect(open).toBe(false)
          expect(startedSince).toBe(false)
          startedSince = true
          open = true
        } else if (result?.speechStopped) expect(open).toBe(true)
        else if (result?.transcription) {
          open = !result.transcription.isFinal
          if (result.transcription.isFinal) startedSince = false
        } else expect(open).toBe(false)
      }
    })
  })

  it('no word is lost and none is told twice', () => {
    check((steps) => {
      const spoken = steps.flatMap(({ happening }) =>
        happening.type === 'event' && happening.event.type === 'transcript.final'
          ? happening.event.text.split(' ')
          : [],
      )
      const finals = steps.flatMap(({ frames }) => frames.flatMap((frame) => frame.result?.transcription ?? []))
      const told = finals.filter((transcription) => transcription.isFinal)
      const words = (list: readonly string[]) => list.filter((word) => word !== '')
      expect(words(told.flatMap((transcription) => transcription.transcript.split(' ')))).toEqual(words(spoken))
      expect(told.flatMap((transcription) => transcription.wordTimestamps.map(({ word }) => word))).toEqual(
        words(spoken),
      )
    })
  })

  it('after closeStream come only finals, and usage and close are the last', () => {
    check((steps) => {
      const at = steps.findIndex(({ happening }) => happening.type === 'close-stream')
      const late = at < 0 ? [] : steps.slice(at).flatMap((step) => step.frames)
      for (const frame of late.slice(0, -2)) expect(frame.result?.transcription?.isFinal).toBe(true)
      const frames = steps.flatMap((step) => step.frames)
      expect(frames.slice(-2).map(brief)).toEqual(['usage', 'close 1000'])
      expect(frames.filter((frame) => frame.result?.usage ?? frame.close)).toHaveLength(2)
    })
  })
})
