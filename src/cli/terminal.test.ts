import { expect, it } from 'vitest'
import { bytes, columns, duration, wrap } from './terminal.ts'

it('lines up columns and leaves the last one free', () => {
  expect(columns([['a', 'b', 'long text'], ['longer', '', 'c'], ['d']])).toBe(
    '  a       b  long text\n  longer     c\n  d\n',
  )
})

it('breaks text between words, and never within one', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrap('extraordinary', 5)).toEqual(['extraordinary'])
  expect(wrap('', 5)).toEqual([''])
})

it('writes durations and sizes as people read them', () => {
  expect([480, 2900].map(duration)).toEqual(['480 ms', '2.9 s'])
  expect([480_000, 57_267_600, 2_500_000_000].map(bytes)).toEqual(['480 kB', '57.3 MB', '2.50 GB'])
})
