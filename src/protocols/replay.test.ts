import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conversations } from '../../test/support/heard.ts'
import { merge, type WireFormat } from '../conversation/config.ts'
import type { SessionEvent } from '../conversation/events.ts'
import type { Reply } from '../conversation/reply.ts'
import { VoiceError } from '../errors.ts'
import { InworldSttCodec } from './inworld-stt/codec.ts'
import { RealtimeCodec } from './realtime/codec.ts'
import { initialConfig } from './realtime/config.ts'
import { type RecordableCodec, recordingCodec, replay } from './replay.ts'
import { VachanaCodec } from './vachana/codec.ts'
import { vachanaStart } from './vachana/start.ts'

const folder = new URL('../../test/wire/', import.meta.url)
const recordings = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'))
const linesOf = (name: string) => readFileSync(new URL(name, folder), 'utf8').split('\n')

describe('recorded exchanges', () => {
  it('are there for every socket', () => {
    for (const wire of ['inworld-stt', 'inworld-tts', 'realtime', 'telephony', 'vachana'])
      expect(recordings.some((name) => name.startsWith(wire))).toBe(true)
  })

  it.each(recordings)('come again as they were: %s', (name) => {
    const lines = linesOf(name)
    expect(replay(lines)).toEqual({
      matched: lines.filter((line) => /"<(close|base64)?":/.test(line)).length,
      differences: [],
    })
  })
})

describe('replay', () => {
  it('reads what a client recorded again, and says what makes no sense', () => {
    const file = (wire: string, ...messages: readonly string[]): readonly string[] => [
      JSON.stringify({ wire, at: 0, open: { dialect: 'inworld' }, side: 'client', path: '/' }),
      ...messages.flatMap((text) => [JSON.stringify({ at: 1, '>': text }), JSON.stringify({ at: 2, '<': '{}' })]),
    ]
    const config = '{"transcribeConfig":{"modelId":"m","audioEncoding":"LINEAR16","sampleRateHertz":16000}}'
    expect(replay(file('inworld-stt', config, '{"closeStream":{}}'))).toEqual({ matched: 2, differences: [] })
    expect(replay(file('inworld-stt', '{'))).toMatchObject({ matched: 0, differences: [{ line: 2 }] })
    const { matched, differences } = replay(file('realtime', '{"type":"response.create"}', '{"type":"nothing"}'))
    expect({ matched, differences }).toMatchObject({ matched: 1, differences: [{ line: 4 }] })
  })

  const lines = linesOf('inworld-stt/false-alarm.jsonl').filter((line) => line !== '')
  const said = lines.findIndex((line) => line.includes('"<"'))

  it('shows what differs', () => {
    const changed = lines.map((line, index) => (index === said ? line.replace('speechStarted', 'speechBegan') : line))
    const { matched, differences } = replay(changed)
    expect(matched).toBe(replay(lines).matched - 1)
    expect(differences).toEqual([
      {
        line: said + 1,
        expected: expect.stringContaining('speechBegan'),
        actual: expect.stringContaining('speechStarted'),
      },
    ])
  })

  it('shows what is said too much or not at all', () => {
    const without = lines.filter((_, index) => index !== said)
    expect(replay(without).differences).toEqual([{ line: said + 1, actual: expect.stringContaining('speechStarted') }])
    const twice = lines.toSpliced(said, 0, lines[said]!)
    expect(replay(twice).differences).toEqual([{ line: said + 2, expected: expect.stringContaining('speechStarted') }])
    expect(replay(lines.slice(0, -1)).differences).toEqual([{ line: lines.length - 1, actual: 'close 1000' }])
  })

  it.each([
    ['no JSON', ['nonsense']],
    ['an unknown wire', ['{"wire":"smoke-signals","at":0,"open":{}}']],
    ['no beginning', ['{"at":0,">":"{}"}']],
  ])('refuses a recording with %s', (_, damaged) => {
    expect(() => replay(damaged)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})

describe('a recording', () => {
  const start = '{"transcribeConfig":{"modelId":"a/b","voiceProfileConfig":{"enableVoiceProfile":true}}}'
  const codecs: readonly [string, () => RecordableCodec][] = [
    ['inworld-stt', () => new InworldSttCodec()],
    ['vachana', () => new VachanaCodec(vachanaStart({ 'x-partials': 'true' }, new URLSearchParams()), () => 'id')],
  ]

  it.each(codecs)('of any conversation comes again: %s', (wire, make) => {
    const junk = fc.oneof(fc.string(), fc.uint8Array())
    fc.assert(
      fc.property(conversations({ manual: false }), fc.option(junk), (happenings, last) => {
        const lines: string[] = []
        const codec = recordingCodec(make(), (line) => lines.push(line))
        let at = Date.UTC(2026, 0, 1)
        const decode = (message: string | Uint8Array) => {
          at += 37
          try {
            codec.decode(message, at)
          } catch (error) {
            if (!(error instanceof VoiceError)) throw error
            codec.refuse(error, at)
          }
        }
        codec.open(at)
        decode(wire === 'inworld-stt' ? start : Uint8Array.of(1, 2))
        for (const happening of happenings) {
          if (happening.type === 'end-turn') decode('{"endTurn":{}}')
          else if (happening.type === 'close-stream') decode('{"closeStream":{}}')
          else {
            at += 37
            codec.encode(happening.event, at)
          }
        }
        if (last !== null) decode(last)
        const { matched, differences } = replay(lines)
        expect(differences).toEqual([])
        expect(matched).toBeGreaterThan(0)
      }),
    )
  })
})

describe('a recording of a Realtime session', () => {
  const replyOf = (encoding: WireFormat['encoding']): Reply => ({
    id: 'resp_1',
    status: 'running',
    outOfBand: false,
    items: [],
    modalities: { audio: true, text: false },
    voice: 'v',
    format: { encoding, sampleRate: 8000 },
    maxTokens: null,
  })
  const place = { replyId: 'resp_1', itemId: 'item_1', index: 0, partIndex: 0 }
  const frame = fc
    .float32Array({ min: -2, max: 2, noNaN: true, maxLength: 40 })
    .map((samples) => ({ samples, sampleRate: 8000, startMs: 0 }))
  const happening = fc.oneof(
    fc.constantFrom<SessionEvent>(
      { type: 'audio.cleared' },
      { type: 'session.updated', config: initialConfig('inworld', { model: 'm' }) },
      {
        type: 'transcript.final',
        itemId: 'item_2',
        told: true,
        text: 'Grüße',
        words: [],
        audioMs: 812.5,
      },
    ),
    frame.map((frame): SessionEvent => ({ type: 'reply.audio', ...place, frame })),
    frame.map(
      (frame): SessionEvent => ({
        type: 'item.retrieved',
        item: {
          id: 'item_3',
          status: 'completed',
          type: 'message',
          role: 'user',
          parts: [
            { type: 'text', text: 'Hear:' },
            { type: 'audio', text: undefined, audioMs: 5 },
          ],
        },
        audio: [undefined, frame],
      }),
    ),
    // Looks like samples and is none.
    fc.constant<SessionEvent>({
      type: 'item.added',
      previousId: null,
      item: {
        id: 'item_4',
        status: 'completed',
        type: 'other',
        wire: { type: 'mcp_call', samples: { float32: 'AAAA' } },
      },
    }),
  )

  it.each(['openai', 'beta', 'inworld'] as const)('comes again to the last sample: %s', (dialect) => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 12 }),
        fc.constantFrom<WireFormat['encoding']>('pcm16', 'float32', 'mulaw', 'alaw'),
        (events, encoding) => {
          const lines: string[] = []
          const made = new RealtimeCodec({
            dialect,
            sessionId: 'sess_1',
            conversationId: 'conv_1',
            model: 'm',
            startedAt: 1,
            expiresAt: 2,
          })
          const codec = recordingCodec(made, (line) => lines.push(line))
          codec.open(0)
          const config = initialConfig(dialect, { model: 'm' })
          codec.encode({ type: 'session.created', config }, 1)
          codec.decode('{"type":"response.create"}', 2)
          codec.encode({ type: 'reply.started', reply: replyOf(encoding) }, 3)
          for (const event of events) codec.encode(event, 4)
          codec.refuse(new VoiceError('timeout', 'The session has lasted as long as it may.'), 5)
          const { matched, differences } = replay(lines)
          expect(differences).toEqual([])
          expect(matched).toBe(lines.filter((line) => /"<(close)?":/.test(line)).length)
          expect(matched).toBeGreaterThan(events.length)
        },
      ),
      { numRuns: 50 },
    )
  })
})

it('writes no key that a client gives along with a server of tools', () => {
  const lines: string[] = []
  const open = { sessionId: 's', conversationId: 'c', model: 'm', startedAt: 1, expiresAt: 2 }
  const codec = recordingCodec(new RealtimeCodec({ dialect: 'openai', ...open }), (line) => lines.push(line))
  const keys = { authorization: 'secret-token', headers: { 'x-key': 'secret-key' } }
  const tools = [{ type: 'mcp', server_label: 'shop', server_url: 'https://shop.test/mcp', ...keys }]
  const message = JSON.stringify({ type: 'session.update', session: { tools } })
  codec.open(0)
  for (const sent of [message, new TextEncoder().encode(message)]) {
    const [command] = codec.decode(sent, 1)
    if (command?.type !== 'session.update') throw new Error('The message was not understood.')
    const config = merge(initialConfig('openai', { model: 'm' }), command.patch)
    expect(config.serverTools).toMatchObject([{ headers: { authorization: 'Bearer secret-token' } }])
    codec.encode({ type: 'session.updated', config }, 2)
  }
  expect(lines.join()).not.toContain('secret')
  expect(replay(lines).differences).toEqual([])
})
