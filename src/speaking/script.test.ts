/** Tags in what is spoken: what the engine gets, and what the reader gets back. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scriptedVoice } from '../../test/support/voices.ts'
import type { Piece, TextToSpeech } from '../engines/text-to-speech.ts'
import { silentLog } from '../log.ts'
import { type SpeakInput, type SpeakSettings, speak } from './speak.ts'
import { type Spoken, withTags } from './spoken.ts'

/** What a voice is given, and what comes of it. */
const spokenBy = async (input: readonly SpeakInput[], settings: Partial<SpeakSettings> = {}) => {
  const pieces: Piece[] = []
  const voice = scriptedVoice()
  const engine: TextToSpeech = {
    ...voice,
    speak: (given, options) =>
      voice.speak(
        (async function* () {
          for await (const piece of given) {
            pieces.push(piece)
            yield piece
          }
        })(),
        options,
      ),
  }
  async function* items(): AsyncGenerator<SpeakInput> {
    yield* input
  }
  const signal = new AbortController().signal
  const events: Spoken[] = []
  for await (const event of speak(items(), { engine, signal, log: silentLog, ...settings })) events.push(event)
  return { pieces, events, texts: events.filter((event) => event.type === 'text') }
}

const parts = fc.array(
  fc.constantFrom(
    ...[
      'Hello, ',
      'dear ',
      'friend. ',
      '[laugh] ',
      '[say sadly]',
      ' [reset]',
      '<break time="1s"/>',
      '[1]',
      '\n',
      '[sad',
    ],
  ),
  { maxLength: 30 },
)

describe('speech with tags', () => {
  it('gives back the text without its tags, and with them when they are put back', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (input) => {
        const { texts, pieces } = await spokenBy(input)
        expect(texts.map(({ text, tags }) => withTags(text, tags)).join('')).toBe(input.join(''))
        const spoken = pieces.map((piece) => (piece.type === 'text' ? piece.text : '')).join('')
        expect(spoken).not.toMatch(/laugh|reset|break|sadly/)
      }),
      { numRuns: 100 },
    )
  })

  it('keeps an instruction until the next one or a reset, over sentences, sounds and pauses', async () => {
    const { pieces } = await spokenBy([
      'Plain. [say sad',
      'ly] One. [laugh] Two, and <break time="1s"/>three. [speak softly] Four. [Reset] Five.',
    ])
    const styled = pieces.flatMap((piece) => {
      if (piece.type === 'pause') return ['pause']
      if (piece.type === 'flush') return []
      const style = piece.style === undefined ? 'plain' : piece.style.range < 1 ? 'sad' : 'soft'
      return [`${piece.type === 'text' ? piece.text.trim() : piece.sound}: ${style}`]
    })
    expect(styled.filter((line) => !line.startsWith(':'))).toEqual([
      'Plain.: plain',
      'One.: sad',
      'laugh: sad',
      'Two, and: sad',
      'pause',
      'three.: sad',
      'Four.: soft',
      'Five.: plain',
    ])
  })

  /** What is said, and whether sadly. */
  const moods = async (text: string, settings: Partial<SpeakSettings>) => {
    const { pieces } = await spokenBy([...text.match(/.{1,5}/gsu)!], settings)
    return pieces.flatMap((piece) =>
      piece.type === 'text' && piece.text.trim() !== '' ? [[piece.text.trim(), piece.style !== undefined]] : [],
    )
  }
  const story = 'Hello. [say sadly] It rained. It poured. [laugh] It stopped. [reset] The end.'

  it('repeats the instruction for each piece, however the text is cut, also where each piece begins anew', async () => {
    for (const cut of ['quick', 'clauses', 'sentences'] as const)
      for (const context of ['speech', 'piece'] as const)
        expect(await moods(story, { cut, context, steering: 'repeated' })).toEqual([
          ['Hello.', false],
          ['It rained.', true],
          ['It poured.', true],
          ['It stopped.', true],
          ['The end.', false],
        ])
  })

  it('keeps an instruction that is given once for the whole turn, where that is spoken whole', async () => {
    expect(await moods(story, { cut: 'whole', steering: 'once' })).toEqual([
      ['Hello.', false],
      ['It rained. It poured.', true],
      ['It stopped.', true],
      ['The end.', false],
    ])
  })

  it('forgets an instruction that is given once with the end of its piece, where each begins anew', async () => {
    expect(await moods(story, { cut: 'sentences', context: 'piece', steering: 'once' })).toEqual([
      ['Hello.', false],
      ['It rained.', true],
      ['It poured.', false],
      ['It stopped.', false],
      ['The end.', false],
    ])
  })

  it('follows instructions as strongly as it is told to', async () => {
    const volumes = async (expression: number) => {
      const { pieces } = await spokenBy(['[speak softly] Well.'], { expression })
      return pieces.map((piece) => (piece.type === 'text' ? piece.style?.volumeDb : undefined)).at(-1)
    }
    expect(await Promise.all([0.5, 1, 1.5].map(volumes))).toEqual([-4, -8, -12])
  })

  it('begins as it is told, until a tag says otherwise', async () => {
    const { pieces } = await spokenBy(['One. [very loud] Two.'], { instruction: 'Speak softly.' })
    expect(pieces.map((piece) => piece.type === 'text' && Math.sign(piece.style?.volumeDb ?? 0))).toEqual([-1, -1, 1])
  })

  it('lets the last of several instructions win, and all the sounds sound', async () => {
    const { pieces } = await spokenBy(['[very loud] [cough][sigh] [speak softly] Well.'])
    expect(pieces.map(({ type }) => type)).toEqual(['sound', 'sound', 'text'])
    expect(pieces.at(-1)).toMatchObject({ text: 'Well.', style: { volumeDb: -8 } })
  })

  it('marks what stands in capitals', async () => {
    const { pieces } = await spokenBy(['I would NEVER say so.'])
    expect(pieces).toMatchObject([{ text: 'I would NEVER say so.', stressed: [{ from: 8, to: 13 }] }])
  })

  it('gives words their place in the text without tags', async () => {
    const { events, texts } = await spokenBy(['Oh [sigh] well, [whisper] come here.'])
    const whole = texts.map(({ text }) => text).join('')
    expect(whole).toBe('Oh well, come here.')
    const words = events.filter((event) => event.type === 'word')
    expect(words.map(({ from, to }) => whole.slice(from, to))).toEqual(['Oh', 'well', 'come', 'here'])
  })

  it('tells the tags behind the last word before it says that all has been spoken', async () => {
    const { events } = await spokenBy(['Bye. [laugh]', { type: 'flush', flush: 1 }])
    expect(events.filter(({ type }) => type !== 'audio' && type !== 'word')).toEqual([
      { type: 'text', text: 'Bye.' },
      { type: 'text', text: ' ' },
      { type: 'text', text: '', tags: [{ at: 0, tag: '[laugh]' }] },
      { type: 'flushed', flush: 1 },
    ])
  })
})
