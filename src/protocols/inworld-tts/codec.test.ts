/** Tests of Inworld's speech socket: what clients send → commands, what is spoken → what they are told. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VoiceError } from '../../errors.ts'
import type { SpeakCommand, SpeakEvent } from '../../speaking/commands.ts'
import { InworldTtsCodec } from './codec.ts'
import type { Said } from './times.ts'

const voice = {
  voiceId: 'Dennis',
  modelId: 'inworld-tts-2',
  audioConfig: { audioEncoding: 'PCM', sampleRateHertz: 16_000 },
}

interface Told {
  readonly error?: { readonly code: number; readonly message: string }
  readonly result: {
    readonly status: { readonly code: number; readonly message: string }
    readonly contextUpdated?: unknown
    readonly flushCompleted?: unknown
    readonly audioChunk: {
      readonly audioContent: string
      readonly timestampInfo: { readonly wordAlignment: unknown }
    }
  }
}

const drive = () => {
  const codec = new InworldTtsCodec()
  const send = (message: unknown): readonly SpeakCommand[] => codec.decode(JSON.stringify(message))
  /** What the client is told, parsed. */
  const tell = (event: SpeakEvent): readonly Told[] =>
    codec.encode(event).map((message) => JSON.parse(String(message)) as Told)
  /** What the client is told of a command that was refused. */
  const refused = (message: unknown) => {
    const [command] = send(message)
    if (command?.type !== 'nonsense') throw new Error(`taken: ${JSON.stringify(command)}`)
    const { type: _, ...rest } = command
    return tell({ type: 'command.refused', ...rest })[0]!
  }
  return { codec, send, tell, refused }
}
const opened = (config: object = voice, contextId = 'a') => {
  const socket = drive()
  socket.send({ create: config, contextId })
  return socket
}
const bytes = new Uint8Array([1, 0, 2, 0])
const spoken = (said: readonly Said[] = [], context = 'a'): SpeakEvent => ({
  type: 'speech.spoken',
  context,
  bytes,
  said,
  characters: 6,
})
const word = (text: string, from: number, startMs: number): Said => ({
  type: 'word',
  text,
  from,
  to: from + text.length,
  startMs,
  endMs: startMs + 100,
})

describe('a client of the speech socket', () => {
  it('opens a context, and is told how it is understood', () => {
    const { send, tell } = drive()
    const commands = send({
      contextId: 'a',
      create: { ...voice, maxBufferDelayMs: 500, bufferCharThreshold: 120, autoMode: true, language: 'en-US' },
    })
    expect(commands).toEqual([
      {
        type: 'context.open',
        context: 'a',
        settings: {
          voice: { voice: 'Dennis', model: 'inworld-tts-2', language: 'en-US' },
          speed: 1,
          expression: 1,
          format: 'pcm',
          sampleRate: 16_000,
          bitRate: 128_000,
          buffer: { characters: 120, sentences: true },
          mostWaitMs: 500,
        },
      },
    ])
    expect(tell({ type: 'context.opened', context: 'a' })).toEqual([
      {
        result: {
          contextId: 'a',
          status: { code: 0, message: '', details: [] },
          contextCreated: {
            voiceId: 'Dennis',
            modelId: 'inworld-tts-2',
            audioConfig: { audioEncoding: 'PCM', sampleRateHertz: 16_000, bitRate: 128_000, speakingRate: 1 },
            language: 'en-US',
            maxBufferDelayMs: 500,
            bufferCharThreshold: 120,
            autoMode: true,
          },
        },
      },
    ])
  })

  it('may write every name in either way, and pipeline all it has to say', () => {
    const { send } = drive()
    const audio_config = { audio_encoding: 'LINEAR16', sample_rate_hertz: 24_000, bitrate: 64_000, speaking_rate: 1.2 }
    const create = { voice_id: 'Ashley', model_id: 'inworld-tts-1', audio_config, buffer_char_threshold: 250 }
    const all = [
      { create, context_id: 'x' },
      { send_text: { text: ' Hel' }, context_id: 'x' },
      { sendText: { text: 'lo.', flush_context: {} }, contextId: 'x' },
      { flush_context: {}, context_id: 'x' },
      { close_context: {}, context_id: 'x' },
    ].flatMap(send)
    expect(all.map((command) => command.type)).toEqual([
      'context.open',
      'text.append',
      'text.append',
      'text.flush',
      'text.flush',
      'context.close',
    ])
    expect(all[0]).toMatchObject({ settings: { speed: 1.2, sampleRate: 24_000, buffer: { characters: 250 } } })
    expect(all[1]).toMatchObject({ text: ' Hel' })
  })

  it('need not name the only context there is', () => {
    const { send, tell } = drive()
    send({ create: voice })
    expect(send({ send_text: { text: 'Hi.' } })).toEqual([{ type: 'text.append', context: 'default', text: 'Hi.' }])
    expect(tell({ type: 'text.flushed', context: 'default' })[0]!.result).toMatchObject({ contextId: 'default' })
    const named = opened()
    expect(named.send({ flush_context: {} })).toEqual([{ type: 'text.flush', context: 'a' }])
    named.send({ create: voice, contextId: 'b' })
    expect(named.refused({ flush_context: {} }).result.status).toMatchObject({ code: 5 })
  })

  it('keeps the socket alive with nothing, in a context, in none, and in one that is gone', () => {
    const { send } = opened()
    for (const contextId of ['a', undefined, 'gone'])
      expect(send({ send_text: { text: '' }, contextId })).toEqual([{ type: 'session.keep' }])
  })

  it('changes all but the model of a context, one field at a time', () => {
    const { send, tell, refused } = opened()
    expect(send({ update_config: { audioConfig: { speakingRate: 1.5 } }, contextId: 'a' })).toMatchObject([
      { type: 'context.change', context: 'a', settings: { speed: 1.5, sampleRate: 16_000 } },
    ])
    expect(send({ update_config: { voiceId: 'Ashley', deliveryMode: 'STABLE' }, contextId: 'a' })).toMatchObject([
      { settings: { speed: 1.5, expression: 0.6, voice: { voice: 'Ashley' } } },
    ])
    const updated = (): unknown => tell({ type: 'context.changed', context: 'a' })[0]!.result.contextUpdated
    expect(updated()).toMatchObject({ voiceId: 'Dennis', audioConfig: { speakingRate: 1.5 } })
    expect(updated()).toMatchObject({ voiceId: 'Ashley', deliveryMode: 'STABLE', audioConfig: { speakingRate: 1.5 } })
    expect(refused({ update_config: { modelId: 'inworld-tts-1' }, contextId: 'a' }).result.status.code).toBe(3)
    expect(refused({ update_config: { audioConfig: { sampleRateHertz: 1 } }, contextId: 'a' }).result).toMatchObject({
      contextId: 'a',
      status: { code: 3, message: expect.stringContaining('sampleRateHertz') },
    })
  })

  it('may have five contexts open, beside some that are closing, and use a name again once it is free', () => {
    const { send, tell, refused } = drive()
    for (const contextId of ['a', 'b', 'c', 'd', 'e']) send({ create: voice, contextId })
    expect(refused({ create: voice, contextId: 'f' }).result).toMatchObject({ contextId: 'f', status: { code: 8 } })
    expect(refused({ create: voice, contextId: 'a' }).result.status.code).toBe(6)
    send({ close_context: {}, contextId: 'a' })
    expect(send({ create: voice, contextId: 'f' })).toHaveLength(1)
    expect(refused({ create: voice, contextId: 'a' }).result.status.code).toBe(6)
    tell({ type: 'context.closed', context: 'a' })
    expect(refused({ send_text: { text: 'Hi' }, contextId: 'a' }).result.status).toMatchObject({
      code: 5,
      message: 'Context not found',
    })
    send({ close_context: {}, contextId: 'b' })
    expect(send({ create: voice, contextId: 'a' })).toHaveLength(1)
  })

  it.each([
    ['no JSON', 'x', 3],
    ['nothing that is known', '{"hello":{}}', 3],
    ['a list', '[]', 3],
    ['no voice', '{"create":{"modelId":"m"}}', 3],
    ['a strange encoding', '{"create":{"voiceId":"v","modelId":"m","audioConfig":{"audioEncoding":"MIDI"}}}', 3],
    ['a text that is none', '{"send_text":{"text":7},"contextId":"a"}', 3],
    ['too much text', JSON.stringify({ send_text: { text: 'x'.repeat(2001) }, contextId: 'a' }), 3],
    ['a context that is not there', '{"flush_context":{},"contextId":"b"}', 5],
  ])('is told of %s, and goes on', (_, message, code) => {
    const { codec, tell, send } = opened()
    const [command] = codec.decode(message)
    if (command?.type !== 'nonsense') throw new Error('taken')
    const { type: __, ...rest } = command
    const [told] = tell({ type: 'command.refused', ...rest })
    expect((told!.error ?? told!.result.status).code).toBe(code)
    expect((told!.error ?? told!.result.status).message).not.toBe('')
    expect(send({ flush_context: {}, contextId: 'a' })).toHaveLength(1)
  })

  it('never makes it throw, whatever it sends', () => {
    const key = fc.constantFrom(
      'create',
      'send_text',
      'flushContext',
      'update_config',
      'closeContext',
      'contextId',
      'text',
      'voiceId',
      'modelId',
      'audioConfig',
      'autoMode',
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, fc.jsonValue(), fc.constantFrom('a', '', 7), fc.dictionary(key, tie('value'))),
    }))
    const messages = fc.array(
      fc.oneof(
        value.map((one) => JSON.stringify(one)),
        fc.string(),
        fc.uint8Array(),
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(messages, (all) => {
        const codec = new InworldTtsCodec()
        const open = new Set<string>()
        for (const message of all)
          for (const command of codec.decode(message)) {
            // A session is given no command of a context that it does not have.
            if (command.type === 'context.open') open.add(command.context)
            else if (command.type !== 'nonsense' && command.type !== 'session.keep')
              expect(open).toContain(command.context)
            if (command.type === 'nonsense') expect(command.message).not.toBe('')
          }
      }),
    )
  })
})

describe('what is spoken', () => {
  it('comes with its words, whose times begin anew after each flush', () => {
    const { tell } = opened({ ...voice, timestampType: 'WORD' })
    const said = (text: string): readonly Said[] => [{ type: 'text', text }, word(text, 0, 0)]
    const first = tell(spoken(said('Hello')))[0]!.result
    expect(first).toMatchObject({
      contextId: 'a',
      audioChunk: {
        audioContent: 'AQACAA==',
        usage: { processedCharactersCount: 6, modelId: 'inworld-tts-2' },
        timestampInfo: { wordAlignment: { words: ['Hello'], wordStartTimeSeconds: [0], wordEndTimeSeconds: [0.1] } },
      },
    })
    expect(tell({ type: 'text.flushed', context: 'a' })).toMatchObject([{ result: { flushCompleted: {} } }])
    expect(tell(spoken(said('again')))[0]!.result.audioChunk.timestampInfo.wordAlignment).toMatchObject({
      words: ['again'],
      wordStartTimeSeconds: [0],
    })
    expect(tell({ type: 'context.closed', context: 'a' })).toMatchObject([{ result: { contextClosed: {} } }])
    expect(tell(spoken())).toEqual([])
  })

  it('comes before its words where the client wants them behind', () => {
    const { tell } = opened({ ...voice, timestampType: 'WORD', timestampTransportStrategy: 'ASYNC' })
    const audio = tell(spoken([{ type: 'text', text: 'Hi' }, word('Hi', 0, 0)]))
    expect(audio.map(({ result }) => Object.keys(result.audioChunk))).toEqual([['audioContent', 'usage']])
    const [times, done] = tell({ type: 'text.flushed', context: 'a' })
    expect(Object.keys(times!.result.audioChunk)).toEqual(['usage', 'timestampInfo'])
    expect(done!.result.flushCompleted).toEqual({})
  })

  it.each([
    ['PCM', [0, 0, 0]],
    ['LINEAR16', [44, 44, 44]],
    ['WAV', [44, 0, 44]],
    ['MULAW', [0, 0, 0]],
  ])('has the headers of %s', (audioEncoding, headers) => {
    const { tell } = opened({ ...voice, audioConfig: { audioEncoding } })
    const length = (): number => Buffer.from(tell(spoken())[0]!.result.audioChunk.audioContent, 'base64').length
    const lengths = [length(), length()]
    tell({ type: 'text.flushed', context: 'a' })
    expect([...lengths, length()]).toEqual(headers.map((header) => header + bytes.length))
  })

  it('may fail: the context says why and ends', () => {
    const { tell, refused } = opened()
    expect(tell({ type: 'context.failed', context: 'a', code: 'unavailable', message: 'No lame.' })).toEqual([
      { result: { contextId: 'a', status: { code: 14, message: 'No lame.', details: [] } } },
    ])
    expect(refused({ send_text: { text: 'Hi' }, contextId: 'a' }).result.status.code).toBe(5)
    expect(tell({ type: 'context.closed', context: 'a' })).toHaveLength(1)
  })

  it('ends with a word on why the socket is closed', () => {
    const said = new InworldTtsCodec().refuse(new VoiceError('timeout', 'Nothing came.'))
    expect(said).toEqual(['{"error":{"code":4,"message":"Nothing came.","details":[]}}', { close: 1000 }])
  })
})
