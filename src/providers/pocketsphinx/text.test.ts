/** Written words. */
import { describe, expect, it } from 'vitest'
import { written } from './text.ts'

const line = (text: string): string => text.split(' ').map(written).join(' ')

describe('written words', () => {
  it('have I and its contractions capital, and nothing else at the start of a sentence', () => {
    expect(line("well i think i'm right and i've said i'll go if i'd time")).toBe(
      "well I think I'm right and I've said I'll go if I'd time",
    )
  })

  it('have names capital, also with an apostrophe', () => {
    expect(line("we meet john's sister in london on monday")).toBe("we meet John's sister in London on Monday")
  })

  it('leave alone what may be a name or a common word', () => {
    expect(line('she may march to the china shop with will and grace')).toBe(
      'she may march to the china shop with will and grace',
    )
  })

  it('write spelled letters without the full stops of the dictionary', () => {
    expect(line("the u.s. and the u.k.'s b. and inc. mr. john")).toBe("the US and the UK's B and inc Mr John")
  })

  it('do not take a word that begins like a contraction of I for one', () => {
    expect(line("it isn't in")).toBe("it isn't in")
  })
})
