/** Where text is cut while it is written. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cutter } from './clauses.ts'
import type { Cut } from './rendering.ts'

const cutAll = (parts: readonly string[], cut: Cut = 'clauses'): string[] => {
  const cutter = new Cutter(cut)
  return [...parts.flatMap((part) => cutter.push(part)), ...cutter.flush()]
}
const sentences = (text: string): string[] => cutAll([text], 'sentences').map((piece) => piece.trim())

/** The text in parts that end at these places. */
const split = (text: string, places: readonly number[]): string[] => {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end))
}

const fragment = fc.constantFrom(
  ...[
    'Hello',
    'world',
    ' ',
    '  ',
    '\n',
    '\n\n',
    ', ',
    '. ',
    '.',
    '! ',
    '? ',
    '...',
    '… ',
    '3.14',
    '1,000',
    '10:30',
    'Dr. ',
    'e.g. ',
    'p.m. ',
  ],
  ...[
    '5, 6',
    '- ',
    ' — ',
    '—',
    '"',
    '” ',
    '(',
    ') ',
    '**',
    '`',
    '[a](http://b.c/d?e=f)',
    'me@example.com',
    '1. ',
    '2) ',
    '# ',
  ],
  ...['你好', '。', '，', '！', 'नमस्ते', '। ', '😀', '\ud83d', '\ude00', 'и', ': ', '; ', 'No. ', 'U.S. ', 'A. '],
)
const anyText = fc.oneof(
  fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 300 }),
)

describe('text that is still being written', () => {
  it('is never lost, doubled or reordered, however it arrives', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.array(fc.nat(400)),
        fc.constantFrom<Cut>('quick', 'clauses', 'sentences', 'whole'),
        (text, places, cut) => {
          expect(cutAll(split(text, places), cut).join('')).toBe(text)
        },
      ),
    )
  })

  it('is cut at the same places however it arrives', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(400)), (text, places) => {
        expect(cutAll(split(text, places))).toEqual(cutAll([text]))
      }),
    )
  })

  it('gives no piece that is empty', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(cutAll([text])).not.toContain('')
      }),
    )
  })

  it.each(
    [
      '3.14',
      '1,000,000',
      'Dr. Smith',
      'e.g. this',
      '10:30',
      'wait... what',
      'http://a.b/c?d=e,f',
      'a.b@c.org',
      'J. S. Bach',
    ].concat([
      'No. 5',
      'May 5, 2024',
      'the U.S. army',
      'at 5 p.m. sharp',
      '1. One',
      'Fig. 3',
      'v1.2.3',
      "rock'n'roll",
      'C# or F#',
      '5–6',
    ]),
  )('has no cut in %s', (kept) => {
    for (const cut of ['clauses', 'sentences'] as const) {
      const pieces = cutAll([...`${kept} and that is what was said here, of course. Yes.`], cut)
      expect(pieces[0]).toContain(kept)
    }
  })

  it.each([
    ['Hello. How are you?', ['Hello.', 'How are you?']],
    ['“Really?” he said. “Yes!”', ['“Really?”', 'he said.', '“Yes!”']],
    ['Is it No. 5? No. It is 6.', ['Is it No. 5?', 'No.', 'It is 6.']],
    ['We met at 5 p.m. Then we left.', ['We met at 5 p.m.', 'Then we left.']],
    ['It costs $3.50. Do you want it?', ['It costs $3.50.', 'Do you want it?']],
    ['你好。你吃了吗？我很好！', ['你好。', '你吃了吗？', '我很好！']],
    ['「はい。」と言った。', ['「はい。」', 'と言った。']],
    ['नमस्ते। आप कैसे हैं?', ['नमस्ते।', 'आप कैसे हैं?']],
    ['Here:\n- one\n- two\n\nDone', ['Here:', '- one', '- two', 'Done']],
    ['It was he and I. We won.', ['It was he and I.', 'We won.']],
  ])('is cut into sentences: %s', (text, expected) => {
    expect(sentences(text)).toEqual(expected)
  })

  it('is given out as soon as a first clause is sure, later ones by the sentence', () => {
    const cutter = new Cutter('clauses')
    expect(cutter.push('Of course, ')).toEqual(['Of course,'])
    expect(cutter.push('I can, ')).toEqual([])
    expect(cutter.push('if you like. ')).toEqual([' I can, if you like.'])
    expect(cutter.push('Sure')).toEqual([])
    expect(cutter.flush()).toEqual([' Sure'])
  })

  it('waits for more where a mark alone does not end a sentence', () => {
    const cutter = new Cutter('clauses')
    expect(cutter.push('It costs 3.')).toEqual([])
    expect(cutter.push('14 euros.')).toEqual([])
    expect(cutter.push(' ')).toEqual(['It costs 3.14 euros.'])
  })

  it('is cut between words when no mark comes, soon at first', () => {
    const pieces = cutAll(['one two three four '.repeat(60)])
    expect(pieces[0]!.length).toBeLessThanOrEqual(60)
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(300)
      expect(piece.trim()).toMatch(/^(one|two|three|four)\b.*\b(one|two|three|four)$/)
    }
  })

  it('never grows without end, whatever it is', () => {
    for (const text of ['x'.repeat(100_000), ' '.repeat(100_000), '.'.repeat(100_000), '😀'.repeat(50_000)]) {
      for (const cut of ['clauses', 'sentences'] as const) {
        const pieces = cutAll([text], cut)
        expect(pieces.join('')).toBe(text)
        if (/[x😀]/u.test(text)) for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(2000)
        for (const piece of pieces) expect(/^[\udc00-\udfff]/.test(piece)).toBe(false)
      }
    }
  })

  it('begins with a few words and goes on by the sentence where a quick beginning counts', () => {
    const cutter = new Cutter('quick')
    expect(cutter.push('Well now, this is a sentence, and it is long, as such things go. Next, ')).toEqual([
      'Well now,',
      ' this is a sentence, and it is long, as such things go.',
    ])
  })

  it('waits for the end, or a flush, when it is to be spoken whole', () => {
    const cutter = new Cutter('whole')
    expect(cutter.push('One. Two, and three. ')).toEqual([])
    expect(cutter.flush()).toEqual(['One. Two, and three. '])
    expect(cutter.flush()).toEqual([])
  })

  it('is cut early again after a flush', () => {
    const cutter = new Cutter('clauses')
    cutter.push('One two three. Four. ')
    cutter.flush()
    expect(cutter.push('Well then, let us')).toEqual(['Well then,'])
  })
})
