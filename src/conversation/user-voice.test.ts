/** Tests of what a model and a voice are told of how the user sounds, and of who is not. */
import { describe, expect, it } from 'vitest'
import { type DriveOptions, drive } from '../../test/support/conversation.ts'
import type { Trait } from '../engines/voice-profiler.ts'
import { noteRule } from './voice-note.ts'

const trait = (name: string, label: string, confidence: number): Trait => ({ name, labels: [{ label, confidence }] })
const whisper = [trait('vocalStyle', 'whispering', 0.93), trait('pitch', 'low', 0.8)]

/** A talk with one spoken turn that sounded so. */
const spoken = (traits: readonly Trait[], options: DriveOptions = {}) => {
  const talk = drive(options)
  const turn = (utterance: number, text: string, sounds: readonly Trait[]): void => {
    const startMs = 1000 + utterance * 3000
    talk.apply({ type: 'audio.received', endMs: startMs + 1700 })
    talk.apply({ type: 'speech.started', utterance, startMs, confidence: 0.9 })
    talk.apply({ type: 'turn.ended', utterance, startMs, endMs: startMs + 1000, silenceMs: 500 })
    if (sounds.length > 0)
      talk.apply({ type: 'voice.profiled', utterance, startMs, endMs: startMs + 1000, traits: sounds })
    talk.final(utterance, text)
  }
  turn(0, 'what time is it', traits)
  return Object.assign(talk, {
    answer: () => talk.apply({ type: 'reply.ended', replyId: talk.request().replyId, reason: 'finished' }),
    next: turn,
  })
}
const texts = (talk: ReturnType<typeof drive>): readonly string[] =>
  talk
    .request()
    .messages.flatMap((message) => ('parts' in message ? message.parts : []))
    .map((part) => (part.type === 'text' ? part.text : part.url))

describe('the note on how the user sounds', () => {
  it('stands behind the words of the turn, with one rule among the instructions', () => {
    const talk = spoken(whisper, { config: { instructions: 'Be brief.' } })
    expect(texts(talk)).toEqual([
      'Be brief.',
      noteRule,
      'what time is it\n<voice style="whispering:0.93" pitch="low"/>',
    ])
    expect(talk.request().metadata).toEqual({ vocal_style: 'whispering', pitch: 'low' })
  })

  it('tells feelings by their names, and nothing of what is as usual', () => {
    const traits = [
      trait('emotion', 'frustrated', 0.84),
      trait('vocalStyle', 'normal', 1),
      trait('age', 'unclear', 0.9),
    ]
    expect(texts(spoken(traits)).at(-1)).toBe('what time is it\n<voice emotion="frustrated:0.84"/>')
    expect(texts(spoken([trait('pitch', 'mid', 1)]))).toEqual(['what time is it'])
    const german = spoken([trait('language', 'de', 0.75)])
    expect(texts(german).at(-1)).toBe('what time is it\n<voice language="de:0.75"/>')
    expect(german.request().metadata).toEqual({ language: 'de' })
  })

  it('stays with its turn and says nothing of the next, nor of what is written', () => {
    const talk = spoken(whisper)
    talk.answer()
    talk.next(1, 'thank you', [])
    expect(texts(talk)).toEqual([
      noteRule,
      'what time is it\n<voice style="whispering:0.93" pitch="low"/>',
      'thank you',
    ])
    expect(talk.request().metadata).toEqual({})
    talk.answer()
    talk.say('and now')
    talk.apply({ type: 'reply.create', wishes: {} })
    expect(texts(talk).at(-1)).toBe('and now')
  })

  it('is in no item and no event', () => {
    const talk = spoken(whisper)
    expect(JSON.stringify(talk.conversation.items)).not.toContain('<voice')
    expect(JSON.stringify(talk.events)).not.toContain('<voice')
  })

  it('is not there for an answer that is read, nor where the client does not want it', () => {
    expect(texts(spoken(whisper, { config: { modalities: { audio: false, text: true } } }))).toEqual([
      'what time is it',
    ])
    const talk = spoken(whisper)
    talk.answer()
    talk.apply({ type: 'session.update', patch: { voiceProfile: 'off' } })
    talk.next(1, 'thank you', [])
    expect(texts(talk)).toEqual(['what time is it', 'thank you'])
    expect(talk.request()).toMatchObject({ metadata: {} })
    expect(talk.request().speech).not.toHaveProperty('instruction')
  })

  it("gives way to the client's own keys", () => {
    const talk = spoken(whisper, { config: { metadata: { pitch: 'mine' } } })
    expect(talk.request().metadata).toEqual({ vocal_style: 'whispering', pitch: 'mine' })
  })

  it('goes with its item', () => {
    const talk = spoken(whisper)
    talk.answer()
    const [item] = talk.conversation.items
    talk.apply({ type: 'item.delete', itemId: item!.id })
    talk.next(1, 'thank you', [])
    expect(texts(talk)).toEqual(['thank you'])
  })
})

describe('the manner and the pace of a reply', () => {
  const slow = [...whisper, trait('rate', 'slow', 0.9)]

  it('follow the user where nobody named a voice or a speed', () => {
    expect(spoken(slow).request().speech).toMatchObject({ instruction: 'whisper', speed: 0.9 })
    expect(spoken([trait('emotion', 'angry', 0.8)]).request().speech).toMatchObject({ instruction: 'calm', speed: 1 })
    expect(spoken([trait('emotion', 'angry', 0.55)]).request().speech).not.toHaveProperty('instruction')
  })

  it('are the voice’s own where somebody did, or for one answer', () => {
    const named = spoken(slow, { config: { voiceUse: { manner: false, pace: false } } }).request().speech
    expect(named).toMatchObject({ speed: 1 })
    expect(named).not.toHaveProperty('instruction')
    const talk = spoken(slow)
    talk.answer()
    talk.apply({ type: 'reply.create', wishes: { voice: 'marin' } })
    expect(talk.request().speech).not.toHaveProperty('instruction')
  })
})
