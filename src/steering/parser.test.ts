/** Tags in text that is still being written. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Steered, SteeringParser } from './parser.ts'
import { soundNames } from './sounds.ts'

/** All parts; texts that follow each other as one. */
const read = (...deltas: readonly string[]): Steered[] => {
  const parser = new SteeringParser()
  const parts: Steered[] = []
  for (const part of [...deltas.flatMap((delta) => parser.push(delta)), ...parser.flush()]) {
    const before = parts.at(-1)
    if (part.type === 'text' && before?.type === 'text')
      parts[parts.length - 1] = { type: 'text', text: before.text + part.text, raw: before.raw + part.raw }
    else parts.push(part)
  }
  return parts
}
const bare = (parts: readonly Steered[]) => parts.map(({ raw: _, ...part }) => part)
const textOf = (parts: readonly Steered[]): string =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
const text = (said: string) => ({ type: 'text', text: said })
const sound = (name: string) => ({ type: 'sound', sound: name })
const instruction = (words: string) => ({ type: 'instruction', instruction: words })

/** The text in parts that end at these places. */
const split = (whole: string, places: readonly number[]): string[] => {
  const ends = [...new Set(places.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b)
  return [...ends, whole.length].map((end, index) => whole.slice(ends[index - 1] ?? 0, end))
}

const tag = fc.constantFrom(
  ...['[laugh]', '[clears throat]', '[say excitedly]', '[RESET]', '[very fast]', '[Speak softly.]', '[S-i-g-h]'],
  ...['<break time="1s"/>', "<BREAK time='250ms'></break>", '<break/>', '[happy]', '[a voice like gravel]'],
)
const plain = fc.constantFrom(
  ...[
    'Hello',
    ' ',
    '  ',
    ', ',
    '.\n',
    '[1]',
    '[ ]',
    '[x]',
    '[a link](http://b.c)',
    '`a[index]`',
    '```\n[laugh]\n```\n',
  ],
  ...['list[name]', '3 < 4', '<b>', '<br/>', ']', '[', '(', '😀', '你好', '<brea', '["a", "b"]', '<break time="x"/>'],
)
const anyText = fc.array(fc.oneof(tag, plain, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 25 })

describe('steered text', () => {
  it('is the same however it is split', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(500)), (parts, places) => {
        const whole = parts.join('')
        expect(read(...split(whole, places))).toEqual(read(whole))
        expect(read(...whole)).toEqual(read(whole))
      }),
    )
  })

  it('is all there, tags and text, in order', () => {
    fc.assert(
      fc.property(anyText, (parts) => {
        const whole = parts.join('')
        expect(
          read(whole)
            .map(({ raw }) => raw)
            .join(''),
        ).toBe(whole)
      }),
    )
  })

  it('keeps the text outside tags as it is, and nothing of the tags', () => {
    const words = fc.array(fc.constantFrom('Hello, ', 'dear ', 'friend. ', '2 ', 'is [1] ', 'a (b) '), { maxLength: 4 })
    fc.assert(
      fc.property(fc.array(fc.tuple(words, tag), { maxLength: 8 }), (runs) => {
        const whole = runs.map(([said, mark]) => `${said.join('')}${mark} `).join('')
        expect(textOf(read(whole))).toBe(runs.flatMap(([said]) => said).join(''))
      }),
    )
  })

  it('has sounds, whatever their form', () => {
    for (const name of soundNames) {
      for (const form of [name, name.toUpperCase(), name.replace(' ', '_'), `${name}!`, ` ${name} `])
        expect(bare(read(`[${form}]`))).toEqual([sound(name)])
    }
    expect(
      bare(read('[laughs] [sighed] [clears her throat] [clearing throat] [a yawn] [hiccupping] [Sobbing]')),
    ).toEqual(['laugh', 'sigh', 'clear throat', 'clear throat', 'yawn', 'hiccup', 'sob'].map(sound))
    expect(bare(read('So [laughing] yes'))).toContainEqual(sound('laugh'))
  })

  it('has instructions: any other words in brackets', () => {
    for (const words of ['shout', 'scream', 'sing', 'hum', 'mumble', 'say with a rising pitch', 'laugh and run away'])
      expect(bare(read(`[${words}]`))).toEqual([instruction(words)])
    expect(bare(read('[Very QUIET, please.] hm'))).toEqual([instruction('very quiet please'), text('hm')])
    expect(bare(read('[laughing] So it was.'))).toEqual([instruction('laughing'), text('So it was.')])
    expect(bare(read('你好[say sadly]再见'))).toEqual([text('你好'), instruction('say sadly'), text('再见')])
  })

  it('has pauses', () => {
    expect(bare(read('One. <break time="1.5s"/> Two.'))).toEqual([
      text('One. '),
      { type: 'pause', pauseMs: 1500 },
      text('Two.'),
    ])
    expect(bare(read('<break time="999s"/><break time=\'20ms\'></break>'))).toEqual([
      { type: 'pause', pauseMs: 10_000 },
      { type: 'pause', pauseMs: 20 },
    ])
  })

  it('leaves no space before a mark that follows a tag, however late the tag comes', () => {
    const parts = [text('Hello'), sound('laugh'), text(', world.')]
    expect(bare(read('Hello [laugh], world.'))).toEqual(parts)
    expect(bare(read('Hello ', '[laugh]', ', world.'))).toEqual(parts)
    expect(
      read('Hello [laugh], world.')
        .map(({ raw }) => raw)
        .join(''),
    ).toBe('Hello [laugh], world.')
  })

  it('does not wait for what follows the space behind a sentence', () => {
    expect(textOf(new SteeringParser().push('So it was. '))).toBe('So it was. ')
  })

  it('has tags within tags as one', () => {
    expect(bare(read('[say [very] softly] hm'))).toEqual([instruction('say very softly'), text('hm')])
    expect(bare(read('[say [very softly'))).toEqual([text('[say [very softly')])
  })

  it('has runs of tags, without the spaces between them', () => {
    expect(bare(read('Oh [sad] [laugh][whisper] [Reset] no'))).toEqual([
      text('Oh '),
      instruction('sad'),
      sound('laugh'),
      instruction('whisper'),
      { type: 'reset' },
      text('no'),
    ])
  })

  it.each([
    'As told in [1] and [12, 13], so it is.',
    'See [the laugh](http://a.b/c) here.',
    'A box [ ] and one [x].',
    'Write `[laugh]` for it, or list[name].',
    '```\nx = [one, two]\n```',
    `[${'so long that it is none '.repeat(20)}]`,
    'one [two\nthree] four',
    'An open [laugh',
    '["one", "two"]',
    'mail to [me@home.org] or [https://home.org]',
  ])('leaves %j as it is', (whole) => {
    expect(bare(read(whole))).toEqual([text(whole)])
  })

  it('does not wait for the end of what cannot be a tag', () => {
    const parser = new SteeringParser()
    expect(textOf(parser.push('3 < 4, <b'))).toBe('3 < 4, ')
    expect(textOf(parser.push('ig>'))).toBe('<big>')
    expect(textOf(parser.push('[lau'))).toBe('')
    expect(textOf(parser.push('a'.repeat(250)))).toBe(`[lau${'a'.repeat(250)}`)
  })

  it('does not take longer and longer with long texts', () => {
    for (const part of ['[', '[a', '<', '<break ', '`', '[laugh]', '```', '](']) {
      const whole = part.repeat(20_000)
      expect(
        read(...(whole.match(/.{1,7}/gs) ?? []))
          .map(({ raw }) => raw)
          .join(''),
      ).toBe(whole)
    }
  })
})
