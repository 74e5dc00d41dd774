/** Tests of the conversation: the traces of the Realtime reference, and what must hold in every one. */
import { describe, expect, it } from 'vitest'
import { defaultConfig, drive } from '../../test/support/conversation.ts'
import { withTags } from '../speaking/spoken.ts'

describe('a text turn', () => {
  it('runs from item to finished reply in the order of the wire', () => {
    const talk = drive()
    talk.say('Hello')
    expect(talk.take()).toEqual(['item.added', 'item.done'])
    talk.apply({ type: 'reply.create', wishes: { modalities: { audio: false, text: true } } })
    expect(talk.take()).toEqual(['reply.started'])
    const replyId = talk.request().replyId
    expect(talk.request().messages).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }])
    talk.apply({ type: 'reply.text', replyId, delta: 'Hi ' })
    talk.apply({ type: 'reply.text', replyId, delta: 'there.' })
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    expect(talk.take()).toEqual([
      'reply.item-added',
      'item.added',
      'reply.part-added',
      'reply.text',
      'reply.text',
      'reply.part-done',
      'reply.item-done',
      'item.done',
      'reply.finished',
    ])
    expect(talk.conversation.items.map((item) => item.type === 'message' && item.parts)).toEqual([
      [{ type: 'text', text: 'Hello' }],
      [{ type: 'text', text: 'Hi there.' }],
    ])
  })
})

describe('a spoken turn', () => {
  it('is committed at its end, transcribed and then answered', () => {
    const talk = drive()
    talk.apply({ type: 'speech.started', utterance: 0, startMs: 1000, confidence: 0.9 })
    talk.apply({ type: 'transcript.partial', utterance: 0, text: 'what', stable: 0, words: [] })
    talk.apply({ type: 'turn.ended', utterance: 0, startMs: 1000, endMs: 2000, silenceMs: 500 })
    expect(talk.take()).toEqual([
      'speech.started',
      'transcript.partial',
      'speech.stopped',
      'audio.committed',
      'item.added',
      'item.done',
    ])
    talk.final(0, 'what time is it')
    expect(talk.take()).toEqual(['transcript.final', 'reply.started'])
    expect(talk.request().messages.at(-1)).toEqual({ role: 'user', parts: [{ type: 'text', text: 'what time is it' }] })
    const [started, , stopped, committed] = talk.events
    expect(started).toMatchObject({ startMs: 700 })
    expect(stopped).toMatchObject({ endMs: 2500 })
    expect(committed).toMatchObject({ startMs: 700, endMs: 2500, previousId: null })
    expect(new Set(talk.events.slice(0, 4).map((event) => 'itemId' in event && event.itemId)).size).toBe(1)
  })

  it('in which nothing was said is not answered', () => {
    const talk = drive()
    talk.turn(0, '')
    expect(talk.types()).not.toContain('reply.started')
  })

  it('is not answered where the client does not want it', () => {
    const talk = drive({ turnDetection: { createReply: false } })
    talk.turn(0, 'hello')
    expect(talk.types()).not.toContain('reply.started')
  })

  it('that goes on before the words of its first half are known is answered once, after both halves', () => {
    const talk = drive()
    talk.apply({ type: 'speech.started', utterance: 0, startMs: 500, confidence: 1 })
    talk.apply({ type: 'turn.ended', utterance: 0, startMs: 500, endMs: 900, silenceMs: 500 })
    talk.apply({ type: 'speech.started', utterance: 1, startMs: 1500, confidence: 1 })
    talk.final(0, 'i would like')
    expect(talk.requests()).toEqual([])
    talk.apply({ type: 'turn.ended', utterance: 1, startMs: 1500, endMs: 1900, silenceMs: 500 })
    talk.final(1, 'a cup of tea')
    expect(talk.requests()).toHaveLength(1)
    expect(talk.request().messages).toHaveLength(2)
  })

  it('is answered even if a noise followed it', () => {
    const talk = drive()
    talk.apply({ type: 'speech.started', utterance: 0, startMs: 500, confidence: 1 })
    talk.apply({ type: 'turn.ended', utterance: 0, startMs: 500, endMs: 900, silenceMs: 500 })
    talk.apply({ type: 'speech.started', utterance: 1, startMs: 1500, confidence: 1 })
    talk.final(0, 'hello')
    talk.apply({ type: 'turn.ended', utterance: 1, startMs: 1500, endMs: 1600, silenceMs: 500 })
    talk.final(1, '')
    expect(talk.requests()).toHaveLength(1)
  })
})

describe('manual turns', () => {
  it('are committed by the client and answered when asked, once the words are there', () => {
    const talk = drive({ manual: true })
    talk.apply({ type: 'audio.received', endMs: 50 })
    talk.apply({ type: 'audio.commit', id: 'c1' })
    expect(talk.events.at(-1)).toMatchObject({ type: 'command.refused', reason: 'nothing-to-commit', id: 'c1' })
    talk.apply({ type: 'audio.received', endMs: 1500 })
    talk.apply({ type: 'audio.commit' })
    talk.apply({ type: 'reply.create', wishes: {} })
    expect(talk.types().slice(1)).toEqual(['audio.committed', 'item.added', 'item.done', 'reply.started'])
    expect(talk.effects.at(-1)).toMatchObject({ type: 'mark', mark: 0 })
    talk.apply({
      type: 'transcript.final',
      utterance: 0,
      text: 'good',
      words: [],
      startMs: 0,
      endMs: 700,
      silenceMs: 0,
      pass: 'whole',
    })
    talk.apply({
      type: 'transcript.final',
      utterance: 1,
      text: 'morning',
      words: [],
      startMs: 700,
      endMs: 1500,
      silenceMs: 0,
      pass: 'whole',
    })
    expect(talk.requests()).toEqual([])
    talk.apply({ type: 'marked', mark: 0 })
    expect(talk.events.at(-1)).toMatchObject({ type: 'transcript.final', text: 'good morning' })
    expect(talk.request().messages.at(-1)).toMatchObject({ parts: [{ text: 'good morning' }] })
  })

  it('leave nothing behind of audio that was cleared', () => {
    const talk = drive({ manual: true })
    talk.apply({ type: 'audio.received', endMs: 1000 })
    talk.apply({ type: 'audio.clear' })
    talk.apply({
      type: 'transcript.final',
      utterance: 0,
      text: 'secret',
      words: [],
      startMs: 0,
      endMs: 900,
      silenceMs: 0,
      pass: 'whole',
    })
    talk.apply({ type: 'marked', mark: 0 })
    talk.apply({ type: 'audio.received', endMs: 2000 })
    talk.apply({ type: 'audio.commit' })
    talk.apply({
      type: 'transcript.final',
      utterance: 1,
      text: 'said',
      words: [],
      startMs: 1000,
      endMs: 1900,
      silenceMs: 0,
      pass: 'whole',
    })
    talk.apply({ type: 'marked', mark: 1 })
    expect(talk.events.filter(({ type }) => type === 'transcript.final')).toMatchObject([{ text: 'said' }])
  })
})

describe('audio inside an item', () => {
  it('is heard part by part, and the model is asked once all its words are there', () => {
    const talk = drive()
    const part = { type: 'audio', text: undefined, audioMs: 0 } as const
    const item = { id: 'two', status: 'completed', type: 'message', role: 'user', parts: [part, part] } as const
    talk.apply({ type: 'item.create', item, audio: [new Uint8Array(2), new Uint8Array(2)] })
    expect(talk.effects.filter(({ type }) => type === 'transcribe')).toHaveLength(2)
    talk.apply({ type: 'reply.create', wishes: {} })
    const heard = { type: 'item.transcribed', itemId: 'two', words: [], audioMs: 500 } as const
    talk.apply({ ...heard, partIndex: 1, text: 'morning' })
    expect(talk.requests()).toEqual([])
    talk.apply({ ...heard, partIndex: 0, text: 'good' })
    expect(talk.request().messages).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'good' },
          { type: 'text', text: 'morning' },
        ],
      },
    ])
  })
})

describe('barge-in', () => {
  const speaking = () => {
    const talk = drive()
    talk.turn(0, 'tell me a story')
    const { replyId } = talk.request()
    talk.speak(replyId, 'Once upon a time', [
      ['Once', 0, 400],
      ['upon', 400, 800],
      ['a', 800, 900],
      ['time', 900, 1500],
    ])
    talk.take()
    return { talk, replyId }
  }

  it('closes the reply from the inside out, and nothing of it follows', () => {
    const { talk, replyId } = speaking()
    talk.apply({ type: 'speech.started', utterance: 1, startMs: 5000, confidence: 1 })
    expect(talk.take()).toEqual(['speech.started', 'reply.part-done', 'reply.item-done', 'item.done', 'reply.finished'])
    expect(talk.effects.at(-1)).toEqual({ type: 'stop-reply', replyId })
    talk.apply({ type: 'reply.text', replyId, delta: ' there was' })
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    expect(talk.take()).toEqual([])
    expect(talk.events.find(({ type }) => type === 'reply.finished')).toMatchObject({
      reply: { status: 'cancelled', cause: 'turn-detected', items: [{ status: 'incomplete' }] },
    })
  })

  it('leaves the model only what was heard, to the word', () => {
    const { talk } = speaking()
    talk.apply({ type: 'speech.started', utterance: 1, startMs: 5000, confidence: 1 })
    const itemId = talk.conversation.items.at(-1)!.id
    talk.apply({ type: 'item.truncate', itemId, partIndex: 0, heardMs: 700 })
    expect(talk.events.at(-1)).toMatchObject({ type: 'item.truncated', heardMs: 700 })
    talk.apply({ type: 'turn.ended', utterance: 1, startMs: 5000, endMs: 6000, silenceMs: 500 })
    talk.final(1, 'stop')
    expect(talk.request().messages.map((message) => 'parts' in message && message.parts)).toEqual([
      [{ type: 'text', text: 'tell me a story' }],
      [{ type: 'text', text: 'Once upon' }],
      [{ type: 'text', text: 'stop' }],
    ])
  })

  it('does not stop a reply that may not be interrupted, and answers the turn afterwards', () => {
    const talk = drive({ turnDetection: { interruptReply: false } })
    talk.turn(0, 'one')
    const { replyId } = talk.request()
    talk.turn(1, 'two')
    expect(talk.requests()).toHaveLength(1)
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    expect(talk.requests()).toHaveLength(2)
  })

  it('remembers a cut that came while the reply still ran', () => {
    const { talk, replyId } = speaking()
    const itemId = talk.conversation.items.at(-1)!.id
    talk.apply({ type: 'item.truncate', itemId, partIndex: 0, heardMs: 850 })
    talk.apply({ type: 'reply.cancel', replyId })
    expect(talk.conversation.items.at(-1)).toMatchObject({ parts: [{ text: 'Once upon a' }] })
  })
})

describe('tools', () => {
  const called = (inworld = false) => {
    const talk = drive({ answerToolResults: inworld })
    talk.turn(0, 'weather in pune and delhi')
    const { replyId } = talk.request()
    talk.apply({ type: 'reply.text', replyId, delta: 'Let me see.' })
    talk.apply({ type: 'reply.call', replyId, callId: 'a', name: 'weather', arguments: '{"city":"Pune"}' })
    talk.apply({ type: 'reply.call', replyId, callId: 'b', name: 'weather', arguments: '{"city":"Delhi"}' })
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    return talk
  }

  it('are called in one reply with a message, each an item of its own', () => {
    const talk = called()
    const finished = talk.events.find(({ type }) => type === 'reply.finished')
    expect(finished).toMatchObject({
      reply: { items: [{ type: 'message' }, { type: 'call', callId: 'a' }, { type: 'call', callId: 'b' }] },
    })
    expect(talk.events.flatMap((event) => (event.type === 'reply.item-added' ? [event.index] : []))).toEqual([0, 1, 2])
  })

  it('get each result once, after all calls that were made together', () => {
    const talk = called()
    talk.result('b', 'rain')
    talk.result('a', 'sun')
    talk.result('a', 'snow')
    expect(talk.events.at(-1)).toMatchObject({ type: 'command.refused', reason: 'duplicate-output' })
    talk.apply({ type: 'reply.create', wishes: {} })
    expect(talk.request().messages.slice(2)).toEqual([
      { role: 'tool-call', callId: 'a', name: 'weather', arguments: '{"city":"Pune"}' },
      { role: 'tool-call', callId: 'b', name: 'weather', arguments: '{"city":"Delhi"}' },
      { role: 'tool-result', callId: 'a', name: 'weather', output: 'sun' },
      { role: 'tool-result', callId: 'b', name: 'weather', output: 'rain' },
    ])
  })

  it('are answered unasked once all results are there, in the dialect that wants it', () => {
    const talk = called(true)
    talk.result('a', 'sun')
    expect(talk.requests()).toHaveLength(1)
    talk.result('b', 'rain')
    expect(talk.requests()).toHaveLength(2)
  })

  it('are answered once where the client asks for the answer that it gets unasked', () => {
    const talk = called(true)
    talk.result('a', 'sun')
    talk.result('b', 'rain')
    talk.apply({ type: 'reply.create', wishes: {} })
    expect(talk.requests()).toHaveLength(2)
    expect(talk.types()).not.toContain('command.refused')
    talk.apply({ type: 'reply.text', replyId: talk.request().replyId, delta: 'Sun and rain.' })
    talk.apply({ type: 'reply.create', wishes: {} })
    expect(talk.events.at(-1)).toMatchObject({ type: 'command.refused', reason: 'reply-running' })
  })

  it('whose results come one by one, each with a wish for a reply, are all answered', () => {
    const talk = called()
    talk.result('a', 'sun')
    talk.apply({ type: 'reply.create', wishes: {} })
    talk.result('b', 'rain')
    talk.apply({ type: 'reply.create', wishes: {} })
    const { replyId } = talk.request()
    expect(talk.requests()).toHaveLength(2)
    talk.apply({ type: 'reply.text', replyId, delta: 'Sun in Pune.' })
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    expect(talk.requests()).toHaveLength(3)
    // The second result is news to the second answer.
    expect(talk.request().messages.slice(-2)).toMatchObject([
      { role: 'tool-call', callId: 'b' },
      { role: 'tool-result', callId: 'b', output: 'rain' },
    ])
    expect(talk.events.filter(({ type }) => type === 'command.refused')).toEqual([])
  })

  it('keep a result that comes after a barge-in', () => {
    const talk = called()
    talk.apply({ type: 'speech.started', utterance: 1, startMs: 9000, confidence: 1 })
    talk.result('a', 'sun')
    talk.result('b', 'rain')
    talk.apply({ type: 'turn.ended', utterance: 1, startMs: 9000, endMs: 9500, silenceMs: 500 })
    talk.final(1, 'never mind')
    expect(talk.request().messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant' },
      { role: 'tool-call' },
      { role: 'tool-call' },
      { role: 'tool-result', output: 'sun' },
      { role: 'tool-result', output: 'rain' },
      { role: 'user' },
    ])
  })
})

describe('a reply', () => {
  it('beside the conversation makes no items and is not stopped by speech', () => {
    const talk = drive()
    talk.apply({ type: 'reply.create', wishes: { outOfBand: true, metadata: { topic: 'x' }, input: [] } })
    const { replyId } = talk.request()
    talk.apply({ type: 'reply.create', wishes: {} })
    talk.apply({ type: 'reply.text', replyId, delta: 'beside' })
    talk.apply({ type: 'speech.started', utterance: 0, startMs: 100, confidence: 1 })
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    expect(talk.types().filter((type) => type.startsWith('item.'))).toEqual([])
    expect(talk.events.at(-1)).toMatchObject({
      type: 'reply.finished',
      reply: { id: replyId, status: 'completed', metadata: { topic: 'x' }, outOfBand: true },
    })
  })

  it('is refused while another runs', () => {
    const talk = drive()
    talk.apply({ type: 'reply.create', wishes: {} })
    talk.apply({ type: 'reply.create', id: 'second', wishes: {} })
    expect(talk.events.at(-1)).toMatchObject({ type: 'command.refused', reason: 'reply-running', id: 'second' })
  })

  it('keeps the tags that told how to say it for the model, and tells them beside its text', () => {
    const talk = drive()
    talk.apply({ type: 'reply.create', wishes: {} })
    const { replyId } = talk.request()
    talk.apply({ type: 'reply.text', replyId, delta: 'Well,', tags: [{ at: 0, tag: '[sad] ' }] })
    talk.apply({ type: 'reply.text', replyId, delta: ' no.', tags: [{ at: 1, tag: '[sigh] ' }] })
    talk.apply({ type: 'reply.text', replyId, delta: '', tags: [{ at: 0, tag: ' [laugh]' }] })
    talk.apply({ type: 'reply.ended', replyId, reason: 'finished' })
    const told = talk.events.filter((event) => event.type === 'reply.text')
    expect(told.map(({ delta }) => delta)).toEqual(['Well,', ' no.', ''])
    expect(told.map(({ delta, tags }) => withTags(delta, tags)).join('')).toBe('[sad] Well, [sigh] no. [laugh]')
    expect(talk.events.find((event) => event.type === 'reply.part-done')).toMatchObject({ part: { text: 'Well, no.' } })
    talk.apply({ type: 'reply.create', wishes: {} })
    expect(talk.request().messages).toEqual([
      { role: 'assistant', parts: [{ type: 'text', text: '[sad] Well, [sigh] no. [laugh]' }] },
    ])
  })

  it('that breaks is finished as failed, with what was said so far', () => {
    const talk = drive()
    talk.apply({ type: 'reply.create', wishes: {} })
    const { replyId } = talk.request()
    talk.apply({ type: 'reply.text', replyId, delta: 'Well' })
    talk.apply({ type: 'reply.failed', replyId, code: 'server_error', message: 'It broke.' })
    expect(talk.events.at(-1)).toMatchObject({
      type: 'reply.finished',
      reply: { status: 'failed', error: { message: 'It broke.' }, items: [{ status: 'incomplete' }] },
    })
  })

  it('ends as incomplete at its limit', () => {
    const talk = drive()
    talk.apply({ type: 'reply.create', wishes: { maxTokens: 5 } })
    const { replyId, maxTokens } = talk.request()
    expect(maxTokens).toBe(5)
    talk.apply({ type: 'reply.ended', replyId, reason: 'length' })
    expect(talk.events.at(-1)).toMatchObject({ reply: { status: 'incomplete', cause: 'length' } })
  })

  it('cannot be cancelled when none runs', () => {
    const talk = drive()
    talk.apply({ type: 'reply.cancel', id: 'c' })
    expect(talk.events).toMatchObject([{ type: 'command.refused', reason: 'no-reply', id: 'c' }])
  })

  it('fails where nothing may be left out and it does not fit', () => {
    const talk = drive({ config: { truncation: { type: 'disabled' } }, contextTokens: 50 })
    talk.say('x'.repeat(1000))
    talk.apply({ type: 'reply.create', wishes: {} })
    expect(talk.events.at(-1)).toMatchObject({
      reply: { status: 'failed', error: { code: 'context_length_exceeded' } },
    })
  })
})

describe('a session', () => {
  it('merges what changes and keeps the rest', () => {
    const talk = drive()
    talk.apply({
      type: 'session.update',
      patch: { output: { voice: 'rms' }, input: { turnDetection: { silenceMs: 300 } } },
    })
    expect(talk.conversation.config.input.turnDetection).toMatchObject({ silenceMs: 300, prefixMs: 300 })
    expect(talk.conversation.config.output).toMatchObject({ voice: 'rms', speed: 1 })
    talk.apply({
      type: 'session.update',
      patch: {
        input: { turnDetection: { type: 'semantic', eagerness: 'low', createReply: true, interruptReply: true } },
      },
    })
    expect(talk.conversation.config.input.turnDetection).toEqual({
      type: 'semantic',
      eagerness: 'low',
      createReply: true,
      interruptReply: true,
    })
  })

  it('keeps what it does not act on, but not without end', () => {
    const talk = drive()
    const add = (name: string) => {
      talk.apply({ type: 'session.update', patch: { extras: { [name]: 'x'.repeat(400_000) } } })
      return talk.events.at(-1)
    }
    expect(add('a')).toMatchObject({ type: 'session.updated' })
    expect(add('b')).toMatchObject({ type: 'session.updated' })
    expect(add('c')).toMatchObject({ type: 'command.refused', reason: 'too-much' })
    expect(Object.keys(talk.conversation.config.extras)).toEqual(['a', 'b'])
    expect(add('b')).toMatchObject({ type: 'session.updated' })
  })

  it('keeps its voice once that was heard', () => {
    const talk = drive()
    talk.turn(0, 'hi')
    talk.speak(talk.request().replyId, 'Hello', [['Hello', 0, 500]])
    talk.apply({ type: 'session.update', id: 'u', patch: { instructions: 'new', output: { voice: 'other' } } })
    expect(talk.events.at(-1)).toMatchObject({ type: 'command.refused', reason: 'voice-locked', id: 'u' })
    expect(talk.conversation.config.instructions).toBe('')
    talk.apply({ type: 'session.update', patch: { output: { voice: defaultConfig.output.voice } } })
    expect(talk.events.at(-1)).toMatchObject({ type: 'session.updated' })
  })

  it('speaks up when the user stays silent for long', () => {
    const talk = drive({ turnDetection: { idleMs: 5000 } })
    talk.apply({ type: 'audio.received', endMs: 8000 })
    talk.apply({ type: 'idle.elapsed' })
    expect(talk.types()).toEqual(['idle.timed-out', 'audio.committed', 'item.added', 'item.done', 'reply.started'])
    expect(talk.request().messages).toEqual([{ role: 'user', parts: [{ type: 'text', text: '(silence)' }] }])
  })

  it('for transcription only gives no replies', () => {
    const talk = drive({ config: { kind: 'transcription' } })
    talk.turn(0, 'hello')
    talk.apply({ type: 'reply.create', id: 'r', wishes: {} })
    expect(talk.types()).not.toContain('reply.started')
    expect(talk.events.at(-1)).toMatchObject({ type: 'command.refused', reason: 'transcription-only' })
  })

  it('goes on after the listener broke, and says which words are lost', () => {
    const talk = drive()
    talk.apply({ type: 'speech.started', utterance: 0, startMs: 500, confidence: 1 })
    talk.apply({ type: 'turn.ended', utterance: 0, startMs: 500, endMs: 900, silenceMs: 500 })
    talk.apply({ type: 'reply.create', wishes: {} })
    talk.apply({ type: 'listening.failed', code: 'server_error', message: 'The recognizer broke.' })
    expect(talk.types().slice(-2)).toEqual(['transcript.failed', 'reply.finished'])
    talk.turn(1, 'hello again')
    expect(talk.requests()).toHaveLength(1)
  })

  it('keeps the audio of what was being said when the listener broke', () => {
    const talk = drive()
    talk.apply({ type: 'audio.received', endMs: 2000 })
    talk.apply({ type: 'speech.started', utterance: 0, startMs: 500, confidence: 1 })
    talk.take()
    talk.apply({ type: 'listening.failed', code: 'server_error', message: 'The recognizer broke.' })
    expect(talk.take()).toEqual(['speech.stopped', 'audio.committed', 'item.added', 'item.done', 'transcript.failed'])
    expect(talk.requests()).toEqual([])
  })
})
