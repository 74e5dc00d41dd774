import { expect, it } from 'vitest'
import { type Piece, readSteered, withoutTags } from './steering.ts'

/** Words with the instruction that colours them, tags with their kinds. */
const shape = (pieces: readonly Piece[]): readonly string[] =>
  pieces.flatMap((piece) => {
    if (piece.type === 'space') return []
    if (piece.type === 'tag') return [`<${piece.kind} ${piece.text}>`]
    return [piece.instruction === undefined ? piece.text : `${piece.text}/${piece.instruction}`]
  })

it('an instruction colours the words behind it until another one or a reset; sounds and pauses colour nothing', () => {
  const text = 'Well, [whisper] a secret. [laughs] Ha! [very loud] Now <break time="1s"/> this. [reset] Done.'
  expect(shape(readSteered(text))).toEqual([
    ...[
      'Well,',
      '<instruction whisper>',
      'a/0',
      'secret./0',
      '<sound laughs>',
      'Ha!/0',
      '<instruction very loud>',
      'Now/1',
    ],
    ...['<pause 1s>', 'this./1', '<reset reset>', 'Done.'],
  ])
})

it('brackets around a number are text, and clearing the throat is a sound', () => {
  expect(shape(readSteered('See [1]. [clear_throat] [clear the air] So.'))).toEqual([
    ...['See', '[1].', '<sound clear_throat>', '<instruction clear the air>', 'So./0'],
  ])
})

it('words know their places in the text without tags', () => {
  const text = '[whisper] One two <break time="2s"/> three [4] five'
  const plain = withoutTags(text)
  for (const piece of readSteered(text))
    if (piece.type === 'word') expect(plain.slice(piece.from, piece.from + piece.text.length)).toBe(piece.text)
})

it('what may yet become a tag is not shown', () => {
  for (const text of ['Hello [whis', 'Hello <break ti', 'Hello [']) expect(shape(readSteered(text))).toEqual(['Hello'])
})
