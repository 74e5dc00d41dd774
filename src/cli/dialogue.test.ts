import { expect, it } from 'vitest'
import type { SessionEvent } from '../conversation/events.ts'
import type { Reply } from '../conversation/reply.ts'
import { dialogue } from './dialogue.ts'

const reply: Reply = {
  id: 'r',
  status: 'running',
  outOfBand: false,
  items: [],
  modalities: { audio: true, text: false },
  voice: 'alloy',
  format: { encoding: 'pcm16', sampleRate: 24_000 },
  maxTokens: null,
}
const place = { replyId: 'r', itemId: 'a', index: 0, partIndex: 0 }
const heard: readonly SessionEvent[] = [
  { type: 'transcript.partial', itemId: 'u', told: true, text: 'what is', stable: 0 },
  { type: 'transcript.final', itemId: 'u', told: true, text: 'what is this', words: [], audioMs: 900 },
]
const said: readonly SessionEvent[] = [
  { type: 'reply.started', reply },
  { type: 'reply.text', ...place, delta: 'It is ', spoken: true },
  { type: 'reply.text', ...place, delta: 'a test.', spoken: true },
]
const times = { gateMs: 500, recognizerMs: 90, decisionMs: 0, modelMs: 4, prepared: 0, voiceMs: 60 }

const written = (events: readonly SessionEvent[], outIsTty = false): string => {
  let text = ''
  const show = dialogue({
    out: (more) => {
      text += more
    },
    outIsTty,
    columns: () => 80,
    paint: (_, plain) => plain,
  })
  for (const event of events) {
    if (event.type === 'reply.finished') show.times(times)
    show.event(event)
  }
  return text
}

it('writes both sides and where the time went', () => {
  const text = written([...heard, ...said, { type: 'reply.finished', reply: { ...reply, status: 'completed' } }])
  expect(text.split('\n')).toEqual([
    'You: what is this',
    'Parley: It is a test.',
    '  (silence 500 ms · recognizer 90 ms · decision 0 ms · model 4 ms · voice 60 ms)',
    '',
  ])
})

it('shows on a terminal what is being said, and marks an answer that was cut off', () => {
  const text = written([...heard, ...said, { type: 'reply.finished', reply: { ...reply, status: 'cancelled' } }], true)
  expect(text).toContain('\r\u001b[Kwhat is')
  expect(text).toContain('Parley: It is a test. …\n')
})

it('says why there is no answer, and nothing of a turn without words', () => {
  const failed = { ...reply, status: 'failed', error: { code: 'timeout', message: 'It took too long.' } } as const
  const silent = { ...heard[1]!, text: '' } as SessionEvent
  expect(written([silent, { type: 'reply.finished', reply: failed }])).toMatch(/^No answer: It took too long\.\n/)
})
