import { describe, expect, it } from 'vitest'
import { type DriveOptions, drive } from '../../test/support/conversation.ts'
import type { Effect } from './effects.ts'

type Talk = ReturnType<typeof drive>

const semantic = { type: 'semantic', eagerness: 'auto', createReply: true, interruptReply: true } as const

const begin = (talk: Talk, utterance = 0): void =>
  talk.apply({ type: 'speech.started', utterance, startMs: 1000, confidence: 0.9 })
const hear = (talk: Talk, text: string, utterance = 0): void =>
  talk.apply({ type: 'transcript.partial', utterance, text, stable: 0, words: [] })
const likely = (talk: Talk, utterance = 0): void =>
  talk.apply({ type: 'turn.likely', utterance, likelihood: 0.9, silenceMs: 224, audioMs: 1200 })
const unlikely = (talk: Talk, utterance = 0): void => talk.apply({ type: 'turn.unlikely', utterance })
const end = (talk: Talk, utterance = 0): void =>
  talk.apply({ type: 'turn.ended', utterance, startMs: 1000, endMs: 2000, silenceMs: 400 })

/** A conversation in which the user has paused after these words and has probably finished. */
const pausing = (text: string, options: DriveOptions = {}): Talk => {
  const talk = drive({ turnDetection: semantic, ...options })
  begin(talk)
  hear(talk, text)
  likely(talk)
  return talk
}

const kinds = (talk: Talk): readonly Effect['type'][] =>
  talk.effects.map(({ type }) => type).filter((type) => type !== 'reconfigure')

const prepared = (talk: Talk) =>
  talk.effects.flatMap((effect) => (effect.type === 'prepare-reply' ? [effect.request] : []))

describe('at a likely end of a turn', () => {
  it('the answer to the words so far is prepared, nothing of it is told, and it is the answer when the words stay', () => {
    const talk = pausing('what time is it')
    expect(talk.take()).toEqual(['speech.started', 'transcript.partial', 'turn.suggested'])
    const [request] = prepared(talk)
    expect(request?.messages).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'what time is it' }] }])
    end(talk)
    talk.apply({ type: 'reply.text', replyId: request!.replyId, delta: 'Noon.' })
    talk.apply({ type: 'reply.call', replyId: request!.replyId, callId: 'c1', name: 'tool', arguments: '{}' })
    expect(talk.take().filter((type) => type.startsWith('reply.'))).toEqual([])
    talk.final(0, 'What time is it?')
    expect(talk.take()).toEqual(['transcript.final', 'reply.started'])
    expect(talk.effects.at(-1)).toMatchObject({ type: 'start-reply', adopts: request!.replyId })
    expect(talk.request().replyId).not.toBe(request!.replyId)
    expect(kinds(talk)).toEqual(['prepare-reply', 'start-reply'])
  })

  it('is dropped when other words turn out to have been said, and the answer begun anew', () => {
    const talk = pausing('what time is')
    end(talk)
    talk.final(0, 'What time is it?')
    expect(kinds(talk)).toEqual(['prepare-reply', 'drop-prepared', 'start-reply'])
    expect(talk.effects.at(-1)).not.toHaveProperty('adopts')
  })

  it('is dropped when the user goes on', () => {
    const talk = pausing('what time is it')
    unlikely(talk)
    expect(talk.take().at(-1)).toBe('turn.suggestion-revoked')
    expect(kinds(talk)).toEqual(['prepare-reply', 'drop-prepared'])
    hear(talk, 'what time is it in Rome')
    likely(talk)
    expect(talk.take().at(-1)).toBe('turn.suggested')
    end(talk)
    talk.final(0, 'what time is it in Rome')
    expect(talk.effects.at(-1)).toMatchObject({ type: 'start-reply', adopts: prepared(talk)[1]!.replyId })
  })

  it('is prepared anew when words come in late, which the client is not told of, and not for other capitals', () => {
    const talk = pausing('what time')
    hear(talk, 'What time')
    likely(talk)
    expect(kinds(talk)).toEqual(['prepare-reply'])
    hear(talk, 'what time is it')
    likely(talk)
    expect(kinds(talk)).toEqual(['prepare-reply', 'drop-prepared', 'prepare-reply'])
    expect(talk.types().filter((type) => type.startsWith('turn.'))).toEqual(['turn.suggested'])
  })

  it('is prepared twice in a turn at most, however haltingly somebody speaks', () => {
    const talk = drive({ turnDetection: semantic })
    begin(talk)
    for (const text of ['one', 'one two', 'one two three', 'one two three four']) {
      hear(talk, text)
      likely(talk)
      unlikely(talk)
    }
    expect(prepared(talk)).toHaveLength(2)
    end(talk)
    talk.final(0, 'one two three four')
    begin(talk, 1)
    hear(talk, 'five', 1)
    talk.apply({ type: 'reply.cancel' })
    likely(talk, 1)
    expect(prepared(talk)).toHaveLength(3)
  })

  it.each<readonly [string, (talk: Talk) => void]>([
    ['an item comes in between', (talk) => talk.say('By the way')],
    ['the instructions change', (talk) => talk.apply({ type: 'session.update', patch: { instructions: 'Be brief.' } })],
    ['the voice changes', (talk) => talk.apply({ type: 'session.update', patch: { output: { voice: 'other' } } })],
    [
      'turns are no longer answered',
      (talk) =>
        talk.apply({
          type: 'session.update',
          patch: { input: { turnDetection: { ...semantic, createReply: false } } },
        }),
    ],
    ['the client wants a reply to something else', (talk) => talk.apply({ type: 'reply.create', wishes: {} })],
    ['the client throws the audio away', (talk) => talk.apply({ type: 'audio.clear' })],
    [
      'the listener breaks',
      (talk) => talk.apply({ type: 'listening.failed', code: 'server_error', message: 'It broke.' }),
    ],
  ])('is dropped when %s', (_, happen) => {
    const talk = pausing('what time is it')
    happen(talk)
    expect(kinds(talk)).toContain('drop-prepared')
    expect(talk.effects.some((effect) => effect.type === 'start-reply' && effect.adopts !== undefined)).toBe(false)
  })

  it('stays when something changes that the answer does not depend on', () => {
    const talk = pausing('what time is it')
    talk.apply({ type: 'reply.create', wishes: { outOfBand: true, input: [] } })
    talk.apply({ type: 'session.update', patch: { input: { noiseReduction: 'near' } } })
    end(talk)
    talk.final(0, 'what time is it')
    expect(talk.effects.at(-1)).toMatchObject({ adopts: prepared(talk)[0]!.replyId })
  })

  it('knows what the voice is like by now, and stays when it seems higher in the end, but not when it is angry', () => {
    const sound = (talk: Talk, labels: Readonly<Record<string, string>>): void => {
      const traits = Object.entries(labels).map(([name, label]) => ({ name, labels: [{ label, confidence: 0.9 }] }))
      talk.apply({ type: 'voice.profiled', utterance: 0, startMs: 1000, endMs: 1900, traits })
    }
    const talkThrough = (inTheEnd: Readonly<Record<string, string>>): Talk => {
      const talk = drive({ turnDetection: semantic })
      begin(talk)
      hear(talk, 'what time is it')
      sound(talk, { vocalStyle: 'whispering' })
      likely(talk)
      end(talk)
      sound(talk, inTheEnd)
      talk.final(0, 'what time is it')
      return talk
    }
    const higher = talkThrough({ vocalStyle: 'whispering', pitch: 'high', rate: 'fast' })
    expect(JSON.stringify(prepared(higher)[0]!.messages)).toContain('whispering')
    expect(prepared(higher)[0]!.speech).toMatchObject({ instruction: 'whisper' })
    expect(kinds(higher)).toEqual(['prepare-reply', 'start-reply'])
    expect(kinds(talkThrough({ vocalStyle: 'shouting' }))).toEqual(['prepare-reply', 'drop-prepared', 'start-reply'])
  })

  it('is adopted by a client that ends the turn itself and asks at once', () => {
    const talk = pausing('what time is it')
    talk.apply({ type: 'audio.received', endMs: 2200 })
    talk.apply({ type: 'audio.commit' })
    talk.apply({ type: 'reply.create', wishes: {} })
    talk.final(0, 'what time is it')
    expect(talk.effects.at(-1)).toMatchObject({ type: 'start-reply', adopts: prepared(talk)[0]!.replyId })
  })

  it.each<readonly [string, DriveOptions]>([
    ['where turns are not answered', { turnDetection: { ...semantic, createReply: false } }],
    ['where the client does not want it', { config: { earlyStart: false } }],
    ['in a transcription session', { config: { kind: 'transcription' } }],
  ])('nothing is prepared %s', (_, options) => {
    const talk = pausing('what time is it', options)
    expect(talk.types()).toContain('turn.suggested')
    expect(prepared(talk)).toEqual([])
  })

  it('nothing is prepared without words, nor while a reply runs or other words are awaited', () => {
    expect(prepared(pausing(' … '))).toEqual([])
    const busy = drive({ turnDetection: { ...semantic, interruptReply: false } })
    busy.say('Hello')
    busy.apply({ type: 'reply.create', wishes: {} })
    begin(busy)
    hear(busy, 'what time is it')
    likely(busy)
    expect(prepared(busy)).toEqual([])
    const owed = drive({ turnDetection: semantic })
    begin(owed)
    end(owed)
    begin(owed, 1)
    hear(owed, 'and', 1)
    likely(owed, 1)
    expect(prepared(owed)).toEqual([])
  })
})
