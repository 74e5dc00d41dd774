import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Codec } from './codec.ts'
import { InworldSttCodec } from './inworld-stt/codec.ts'
import { type LargeWire, takeApart } from './large-message.ts'
import { RealtimeCodec } from './realtime/codec.ts'

type Message = string | Uint8Array
type AnyCodec = Codec<{ readonly type: string; readonly bytes?: Uint8Array }, never>

const codecs: Readonly<Record<LargeWire, () => AnyCodec>> = {
  realtime: () => {
    const ids = { sessionId: 's', conversationId: 'c', model: '' }
    return new RealtimeCodec({ ...ids, dialect: 'openai', startedAt: 0, expiresAt: 0 }) as AnyCodec
  },
  'inworld-stt': () => {
    const codec = new InworldSttCodec()
    codec.decode(JSON.stringify({ transcribeConfig: { modelId: 'm', audioEncoding: 'LINEAR16' } }))
    return codec as AnyCodec
  },
}

/** What a socket hands on. */
const apart = (wire: LargeWire, message: Message): readonly Message[] => {
  const isBinary = typeof message !== 'string'
  const parts = takeApart(wire, { data: isBinary ? message : Buffer.from(message), isBinary })
  return parts.map((part) => (isBinary ? part : Buffer.from(part).toString('utf8')))
}

/** Commands with all their audio in one, or what was thrown. */
const read = (wire: LargeWire, messages: readonly Message[]): unknown => {
  const codec = codecs[wire]()
  const others: unknown[] = []
  const audio: Uint8Array[] = []
  try {
    for (const message of messages) {
      for (const command of codec.decode(message, 0)) {
        if (command.type === 'audio.append') audio.push(command.bytes!)
        else others.push(command)
      }
    }
  } catch (error) {
    return String(error)
  }
  return { others, audio: Buffer.concat(audio).toString('base64') }
}

const soundIn = {
  realtime: (audio: string) => ({ type: 'input_audio_buffer.append', audio }),
  'inworld-stt': (content: string) => ({ audioChunk: { content } }),
}
const wires = ['realtime', 'inworld-stt'] as const

describe.each(wires)('a large message of %s', (wire) => {
  it('that is sound comes back as small ones with the same sound', () => {
    const length = fc.integer({ min: 1, max: 400_000 })
    fc.assert(
      fc.property(length, fc.integer(), fc.boolean(), fc.boolean(), (bytes, seed, inBytes, padded) => {
        const sound = Buffer.from(Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + seed) % 251))
        const base64 = sound.toString(padded ? 'base64' : 'base64url')
        const text = JSON.stringify(soundIn[wire](base64))
        const parts = apart(wire, inBytes ? Buffer.from(text) : text)
        expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(70_000)
        expect(read(wire, parts)).toEqual({ others: [], audio: sound.toString('base64') })
      }),
      { numRuns: 30 },
    )
  })

  it.each<[string, Message]>([
    ['no JSON', '{"type":"session.update",'],
    ['no JSON, in bytes', Buffer.from('{"type":')],
    ['no text', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['a list', '[{"type":"input_audio_buffer.commit"}]'],
    ['null', 'null'],
    ['no base64', JSON.stringify(soundIn[wire]('?'.repeat(100)))],
    ['sound that is no text', JSON.stringify(soundIn[wire](7 as never))],
    ['nothing', '{}'],
    [
      'an item',
      '{"type":"conversation.item.create","item":{"type":"message","role":"user","content":"Hi"},"event_id":"e"}',
    ],
    ['sound and more', '{"audioChunk":{"content":"AAAA"},"endTurn":{}}'],
    ['deep nesting', `{"type":"session.update","session":${'['.repeat(9000)}${']'.repeat(9000)}}`],
  ])('that is %s means what it meant before', (_, message) => {
    expect(read(wire, apart(wire, message))).toEqual(read(wire, [message]))
  })

  it('that is made of very many values is refused', () => {
    const message = JSON.stringify({ type: 'session.update', session: { tools: Array(200_000).fill({}) } })
    expect(() => apart(wire, message)).toThrow(expect.objectContaining({ code: 'too_large' }))
  })
})

it('sound that is longer than a Realtime message may carry is refused as such', () => {
  const [message] = apart('realtime', JSON.stringify(soundIn.realtime('A'.repeat(22 * 1024 * 1024))))
  expect(codecs.realtime().decode(message!, 0)).toMatchObject([{ type: 'nonsense', param: 'audio' }])
})

it('base64 in lines is taken on the Realtime wire', () => {
  const lines = 'AQID\r\n'.repeat(20_000)
  const parts = apart('realtime', JSON.stringify(soundIn.realtime(lines)))
  expect(read('realtime', parts)).toEqual({ others: [], audio: lines.replaceAll('\r\n', '') })
})
