/** Speech over a reply: when it counts, and what is heard and remembered of the reply. */
import { describe, expect, it } from 'vitest'
import { type DriveOptions, drive } from '../../test/support/conversation.ts'
import type { SessionEvent } from './events.ts'

type Talk = ReturnType<typeof drive>

const started = (talk: Talk, utterance: number, startMs = 5000): void =>
  talk.apply({ type: 'speech.started', utterance, startMs, confidence: 0.9 })
const lasted = (talk: Talk, utterance: number, speechMs: number): void =>
  talk.apply({ type: 'speech.lasted', utterance, speechMs })
const partial = (talk: Talk, utterance: number, text: string): void =>
  talk.apply({ type: 'transcript.partial', utterance, text, stable: 0, words: [] })
const stopped = (talk: Talk, utterance: number): void =>
  talk.apply({ type: 'speech.stopped', utterance, endMs: 5200, silenceMs: 200 })
const ended = (talk: Talk, utterance: number): void => {
  talk.apply({ type: 'audio.received', endMs: 6000 })
  talk.apply({ type: 'turn.ended', utterance, startMs: 5000, endMs: 5200, silenceMs: 500 })
}

/** A reply that is being said: 1.5 s of audio, four words. */
const answering = (options: DriveOptions) => {
  const talk = drive(options)
  talk.turn(0, 'tell me a story')
  const { replyId } = talk.request()
  talk.speak(replyId, 'Once upon a time', [
    ['Once', 0, 400],
    ['upon', 400, 800],
    ['a', 800, 900],
    ['time', 900, 1500],
  ])
  if (options.paced) talk.apply({ type: 'playback.started', replyId })
  talk.take()
  talk.effects.length = 0
  return { talk, replyId, does: () => talk.effects.splice(0).map(({ type }) => type) }
}

const cancelled = ['reply.part-done', 'reply.item-done', 'item.done', 'reply.finished']
const committed = ['speech.stopped', 'audio.committed', 'item.added', 'item.done']

const idsOf = (events: readonly SessionEvent[], ...types: readonly string[]): ReadonlySet<string> =>
  new Set(
    events.flatMap((event) => {
      if (!types.includes(event.type)) return []
      return 'itemId' in event ? [event.itemId] : 'item' in event ? [event.item.id] : []
    }),
  )

describe('where the client plays, speech over a reply', () => {
  it('counts at once by default: it is told, and the reply is cancelled', () => {
    const { talk } = answering({})
    started(talk, 1)
    expect(talk.take()).toEqual(['speech.started', ...cancelled])
  })

  it('is told and stops the reply together, once it has lasted long enough', () => {
    const { talk, does } = answering({ interruption: { minSpeechMs: 200 } })
    started(talk, 1)
    expect(talk.take()).toEqual([])
    lasted(talk, 1, 224)
    expect(talk.take()).toEqual(['speech.started', ...cancelled])
    expect(does()).toEqual(['stop-reply'])
    expect(talk.events.find(({ type }, at) => at > 5 && type === 'speech.started')).toMatchObject({ startMs: 4700 })
    ended(talk, 1)
    talk.final(1, 'stop')
    expect(talk.take()).toEqual([...committed, 'transcript.final', 'reply.started'])
  })

  it('that was too short and had no words leaves no trace', () => {
    const { talk, replyId, does } = answering({ interruption: { minSpeechMs: 200 } })
    const before = talk.conversation.items.length
    started(talk, 1)
    stopped(talk, 1)
    ended(talk, 1)
    talk.final(1, '')
    talk.apply({ type: 'reply.text', replyId, delta: ', there was' })
    expect(talk.take()).toEqual(['reply.text'])
    expect(does()).toEqual([])
    expect(talk.conversation.items).toHaveLength(before)
  })

  it('that was too short but had words becomes a turn after all, under one id', () => {
    const { talk } = answering({ interruption: { minSpeechMs: 200 } })
    started(talk, 1)
    partial(talk, 1, 'no')
    stopped(talk, 1)
    ended(talk, 1)
    const from = talk.events.length
    talk.final(1, 'no')
    expect(talk.take()).toEqual([
      ...['speech.started', ...cancelled, ...committed],
      ...['transcript.final', 'reply.started'],
    ])
    const types = ['speech.started', 'speech.stopped', 'audio.committed', 'item.added', 'transcript.final']
    expect(idsOf(talk.events.slice(from), ...types).size).toBe(1)
    expect(talk.events.findLast(({ type }) => type === 'audio.committed')).toMatchObject({ startMs: 4700, endMs: 5700 })
  })

  it('needs as many words as are wished for, and backchannels are none', () => {
    const { talk } = answering({ interruption: { minWords: 2 } })
    started(talk, 1)
    partial(talk, 1, 'yeah okay wait')
    expect(talk.take()).toEqual([])
    partial(talk, 1, 'yeah okay wait please')
    expect(talk.take()).toEqual(['speech.started', ...cancelled, 'transcript.partial'])
  })

  it('goes on to be a backchannel when the client still plays what was made long ago', () => {
    const { talk, replyId } = answering({ interruption: { minSpeechMs: 200 } })
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    talk.take()
    talk.apply({ type: 'audio.received', endMs: 3200 })
    started(talk, 1, 3100)
    ended(talk, 1)
    talk.final(1, 'mhm')
    expect(talk.take()).toEqual([])
  })

  it('is an answer where nothing is heard any more, though it is one word that could be a backchannel', () => {
    const { talk, replyId } = answering({ interruption: { minSpeechMs: 200, minWords: 2 } })
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    talk.take()
    talk.apply({ type: 'audio.received', endMs: 9000 })
    started(talk, 1, 9000)
    talk.apply({ type: 'turn.ended', utterance: 1, startMs: 9000, endMs: 9150, silenceMs: 500 })
    talk.final(1, 'okay')
    expect(talk.take()).toEqual(['speech.started', ...committed, 'transcript.final', 'reply.started'])
  })

  it('keeps what was said before it when that had no words yet: it is one turn', () => {
    const { talk } = answering({ interruption: { minSpeechMs: 200 } })
    started(talk, 1)
    ended(talk, 1)
    started(talk, 2, 6100)
    lasted(talk, 2, 224)
    expect(talk.take()).toEqual(['speech.started', ...cancelled])
    talk.final(1, 'no')
    talk.apply({ type: 'turn.ended', utterance: 2, startMs: 6100, endMs: 7000, silenceMs: 500 })
    talk.final(2, 'another one')
    expect(talk.take()).toEqual([...committed, 'transcript.final', 'reply.started'])
    expect(talk.events.findLast(({ type }) => type === 'transcript.final')).toMatchObject({ text: 'no another one' })
    expect(talk.events.findLast(({ type }) => type === 'audio.committed')).toMatchObject({ startMs: 4700 })
  })

  it('counts when the client says that its turn is over, and is forgotten when it clears its audio', () => {
    const { talk } = answering({ interruption: { minSpeechMs: 500 } })
    talk.apply({ type: 'audio.received', endMs: 5400 })
    started(talk, 1)
    talk.apply({ type: 'audio.clear' })
    expect(talk.take()).toEqual(['audio.cleared'])
    started(talk, 2, 5500)
    talk.apply({ type: 'audio.received', endMs: 6000 })
    talk.apply({ type: 'audio.commit' })
    expect(talk.take()).toEqual(['speech.started', ...cancelled, 'audio.committed', 'item.added', 'item.done'])
  })

  it('begins no reply that it may yet interrupt', () => {
    const talk = drive({ interruption: { minSpeechMs: 200 } })
    started(talk, 0, 1000)
    lasted(talk, 0, 200)
    talk.apply({ type: 'turn.ended', utterance: 0, startMs: 1000, endMs: 2000, silenceMs: 500 })
    started(talk, 1, 2600)
    talk.final(0, 'what time is it')
    expect(talk.requests()).toEqual([])
    talk.apply({ type: 'turn.ended', utterance: 1, startMs: 2600, endMs: 2700, silenceMs: 500 })
    talk.final(1, '')
    expect(talk.requests()).toHaveLength(1)
  })
})

describe('where the server plays, speech over a reply', () => {
  it('holds it untold, and a cough lets it go on', () => {
    const { talk, does } = answering({ paced: true })
    started(talk, 1)
    expect(does()).toEqual(['hold-playback'])
    stopped(talk, 1)
    expect(does()).toEqual(['resume-playback'])
    ended(talk, 1)
    talk.final(1, '')
    expect(does()).toEqual([])
    expect(talk.take()).toEqual([])
  })

  it('that is a backchannel lets it go on, however long it is drawn', () => {
    const { talk, does } = answering({ paced: true })
    started(talk, 1)
    partial(talk, 1, 'yeah')
    lasted(talk, 1, 320)
    partial(talk, 1, 'yeah okay')
    stopped(talk, 1)
    ended(talk, 1)
    talk.final(1, 'Yeah, okay.')
    expect(does()).toEqual(['hold-playback', 'resume-playback'])
    expect(talk.take()).toEqual([])
  })

  it('that goes on cancels it, and the item is cut to what was heard', () => {
    const { talk, replyId, does } = answering({ paced: true })
    started(talk, 1)
    lasted(talk, 1, 320)
    expect(talk.take()).toEqual(['speech.started', ...cancelled])
    expect(does()).toEqual(['hold-playback', 'stop-reply', 'clear-playback'])
    talk.apply({ type: 'playback.cleared', replyId, heardMs: 700 })
    expect(talk.take()).toEqual(['playback.cleared', 'item.truncated'])
    expect(talk.conversation.items.at(-1)).toMatchObject({ parts: [{ text: 'Once upon', heardMs: 700 }] })
  })

  it('cancels it at the first word that is more than a backchannel', () => {
    const { talk, does } = answering({ paced: true })
    started(talk, 1)
    partial(talk, 1, 'okay')
    partial(talk, 1, 'okay stop')
    expect(talk.take()).toEqual(['speech.started', ...cancelled, 'transcript.partial'])
    expect(does()).toEqual(['hold-playback', 'stop-reply', 'clear-playback'])
  })

  it('stops what is still heard of a reply that is finished, and cuts it', () => {
    const { talk, replyId, does } = answering({ paced: true })
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    talk.take()
    started(talk, 1)
    lasted(talk, 1, 320)
    expect(talk.take()).toEqual(['speech.started'])
    expect(does()).toEqual(['hold-playback', 'clear-playback'])
    talk.apply({ type: 'playback.cleared', replyId, heardMs: 820 })
    expect(talk.take()).toEqual(['playback.cleared', 'item.truncated'])
    expect(talk.conversation.items.at(-1)).toMatchObject({ parts: [{ text: 'Once upon' }] })
  })

  it('forgets what was written but never voiced, and what was never heard', () => {
    const { talk, replyId } = answering({ paced: true })
    talk.apply({ type: 'reply.text', replyId, delta: ' there was a king' })
    started(talk, 1)
    lasted(talk, 1, 320)
    talk.apply({ type: 'playback.cleared', replyId, heardMs: 1500 })
    expect(talk.conversation.items.at(-1)).toMatchObject({ parts: [{ text: 'Once upon a time' }] })
    const silent = drive({ paced: true })
    silent.turn(0, 'hello')
    const { replyId: second } = silent.request()
    silent.apply({ type: 'reply.text', replyId: second, delta: 'Hi.' })
    started(silent, 1)
    lasted(silent, 1, 320)
    silent.apply({ type: 'playback.cleared', replyId: second, heardMs: 0 })
    expect(silent.types()).not.toContain('playback.cleared')
    expect(silent.conversation.items.at(-1)).toMatchObject({ parts: [{ text: '' }] })
  })

  it('that came to nothing leaves a reply that had a word late: it is cancelled then', () => {
    const { talk, replyId, does } = answering({ paced: true })
    started(talk, 1)
    stopped(talk, 1)
    ended(talk, 1)
    expect(does()).toEqual(['hold-playback', 'resume-playback'])
    talk.final(1, 'stop')
    expect(talk.take()).toEqual(['speech.started', ...cancelled, ...committed, 'transcript.final'])
    expect(does()).toEqual(['stop-reply', 'clear-playback'])
    // The model is asked when it is known what was heard.
    talk.apply({ type: 'playback.cleared', replyId, heardMs: 700 })
    expect(talk.take()).toEqual(['playback.cleared', 'item.truncated', 'reply.started'])
    expect(talk.request().messages.at(-2)).toMatchObject({ parts: [{ text: 'Once upon' }] })
  })

  it('does nothing to it where replies may not be interrupted', () => {
    const { talk, does } = answering({ paced: true, turnDetection: { interruptReply: false } })
    started(talk, 1)
    lasted(talk, 1, 320)
    ended(talk, 1)
    expect(does()).toEqual([])
    expect(talk.take()).toEqual(['speech.started', ...committed])
  })

  it('is let go on where the client takes turns into its own hands meanwhile', () => {
    const { talk, does } = answering({ paced: true })
    started(talk, 1)
    talk.apply({ type: 'session.update', patch: { input: { turnDetection: null } } })
    expect(does()).toEqual(['hold-playback', 'reconfigure', 'resume-playback'])
  })

  it('at a time when nothing is heard counts at once', () => {
    const { talk, replyId, does } = answering({ paced: true })
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    talk.apply({ type: 'playback.stopped', replyId })
    expect(talk.take().at(-1)).toBe('playback.stopped')
    started(talk, 1)
    expect(talk.take()).toEqual(['speech.started'])
    expect(does()).toEqual([])
  })
})

describe('a client that wants no more to be played', () => {
  it('stops the reply where the server plays', () => {
    const { talk, replyId, does } = answering({ paced: true })
    talk.apply({ type: 'playback.clear' })
    expect(talk.take()).toEqual(cancelled)
    expect(does()).toEqual(['stop-reply', 'clear-playback'])
    talk.apply({ type: 'playback.cleared', replyId, heardMs: 300 })
    expect(talk.conversation.items.at(-1)).toMatchObject({ parts: [{ text: 'Once' }] })
  })

  it('stops no reply where it plays itself', () => {
    const { talk, does } = answering({})
    talk.apply({ type: 'playback.clear' })
    expect(talk.take()).toEqual([])
    expect(does()).not.toContain('stop-reply')
  })
})
