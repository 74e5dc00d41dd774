import { expect, it } from 'vitest'
import type { SessionEvent } from './events.ts'
import { type TurnTimes, turnTimes } from './turn-times.ts'

const watch = () => {
  const told: TurnTimes[] = []
  const see = turnTimes((times) => told.push(times))
  return { told, at: (ms: number, event: object) => see(event as SessionEvent, ms) }
}
const started = { type: 'reply.started', reply: { id: 'r', outOfBand: false } }

it('tells where the time of a spoken turn went, once', () => {
  const { told, at } = watch()
  at(1000, { type: 'audio.committed', itemId: 'u', silenceMs: 500 })
  at(1080, { type: 'transcript.final', itemId: 'u' })
  at(1081, started)
  at(1120, { type: 'reply.generating', replyId: 'r' })
  at(1125, { type: 'reply.text', replyId: 'r', spoken: true })
  at(1150, { type: 'reply.audio', replyId: 'r' })
  at(1160, { type: 'reply.audio', replyId: 'r' })
  expect(told).toEqual([{ gateMs: 500, recognizerMs: 80, decisionMs: 1, modelMs: 39, voiceMs: 30, prepared: 0 }])
})

it('goes by the playing of a reply where its audio is not told', () => {
  const { told, at } = watch()
  at(1000, { type: 'audio.committed', itemId: 'u', silenceMs: 500 })
  at(1081, started)
  at(1120, { type: 'reply.generating', replyId: 'r' })
  at(1150, { type: 'playback.started', replyId: 'r' })
  expect(told).toMatchObject([{ gateMs: 500, modelMs: 39, voiceMs: 30 }])
})

it('takes no filler for the answer', () => {
  const { told, at } = watch()
  at(1000, { type: 'audio.committed', itemId: 'u', silenceMs: 500 })
  at(1080, { type: 'transcript.final', itemId: 'u' })
  at(1081, started)
  at(2281, { type: 'reply.text', replyId: 'r', spoken: true, filler: true })
  at(2282, { type: 'reply.audio', replyId: 'r' })
  at(4081, { type: 'reply.generating', replyId: 'r' })
  at(4090, { type: 'reply.text', replyId: 'r', spoken: true })
  at(4100, { type: 'reply.audio', replyId: 'r' })
  expect(told).toEqual([{ gateMs: 500, recognizerMs: 80, decisionMs: 1, modelMs: 3000, voiceMs: 19, prepared: 0 }])
})

it('ends a written answer at its first text, and tells nothing of replies that no turn brought about', () => {
  const { told, at } = watch()
  at(0, started)
  at(1, { type: 'reply.text', replyId: 'r', spoken: false })
  expect(told).toEqual([])
  at(10, { type: 'audio.committed', itemId: 'u', silenceMs: 0 })
  at(30, { type: 'reply.started', reply: { id: 'o', outOfBand: true } })
  at(40, started)
  at(50, { type: 'reply.generating', replyId: 'r' })
  at(52, { type: 'reply.text', replyId: 'r', spoken: false })
  expect(told).toEqual([{ gateMs: 0, recognizerMs: 30, decisionMs: 0, modelMs: 10, voiceMs: 0, prepared: 0 }])
})

it('forgets a turn whose reply ended before anything came of it', () => {
  const { told, at } = watch()
  at(0, { type: 'audio.committed', itemId: 'u', silenceMs: 0 })
  at(1, started)
  at(2, { type: 'reply.finished', reply: { id: 'r' } })
  at(3, { type: 'reply.audio', replyId: 'r' })
  expect(told).toEqual([])
})

it('counts the answers that were prepared, and says how much sooner the one that was given came', () => {
  const { told, at } = watch()
  at(0, { type: 'reply.prepared', savedMs: undefined })
  at(1, { type: 'audio.committed', itemId: 'u', silenceMs: 400 })
  at(2, { type: 'transcript.final', itemId: 'u' })
  at(3, started)
  at(3, { type: 'reply.prepared', savedMs: 180.4 })
  at(4, { type: 'reply.audio', replyId: 'r' })
  expect(told).toMatchObject([{ prepared: 2, savedMs: 180 }])
})
