/** Spelling of custom vocabulary. */
import { describe, expect, it } from 'vitest'
import { spellingOf } from './spelling.ts'

const spell = (terms: string[], text: string): string => {
  const words = text.split(' ').map((word, index) => ({ text: word, startMs: index, endMs: index + 1 }))
  return spellingOf(terms)(words)
    .map((word) => word.text)
    .join(' ')
}

describe('spelling of custom vocabulary', () => {
  it('is what the client wrote', () => {
    expect(spell(['Kubernetes', 'Müller'], 'ask muller about kubernetes')).toBe('ask Müller about Kubernetes')
  })

  it('holds for whole phrases only, the longest first', () => {
    expect(spell(['Will Smith', 'Smith'], 'will you ask will smith or smith')).toBe('will you ask Will Smith or Smith')
  })

  it('leaves words alone when a term is not word for word what is heard', () => {
    expect(spell(['half-life', 'C3PO', '***', ''], 'half life is a game')).toBe('half life is a game')
  })

  it('takes no punctuation from a term', () => {
    expect(spell(['Acme, Inc.'], 'from acme inc today')).toBe('from Acme Inc today')
  })
})
