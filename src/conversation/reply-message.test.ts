import { expect, it } from 'vitest'
import { ReplyMessage } from './reply-message.ts'

it('places words and their phones on its own clock, wherever the voice began to count', () => {
  const message = new ReplyMessage({ itemId: 'i', index: 1, from: { characters: 10, ms: 500 }, spoken: true })
  const phones = [{ phone: 'hh', startMs: 100, endMs: 180 }]
  // The voice began anew in the middle of the reply: at its 12th character, 700 ms in.
  const word = message.word(
    { type: 'reply.word', replyId: 'r', from: 0, to: 5, startMs: 100, endMs: 300, phones },
    { characters: 12, ms: 700 },
  )
  expect(word).toEqual({
    from: 2,
    to: 7,
    startMs: 300,
    endMs: 500,
    phones: [{ phone: 'hh', startMs: 300, endMs: 380 }],
  })
})
