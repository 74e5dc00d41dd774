import { expect, it } from 'vitest'
import { diarizationError } from './der.ts'

const ada = { speaker: 'ada', startMs: 0, endMs: 4000 }
const ben = { speaker: 'ben', startMs: 4000, endMs: 8000 }

it('finds no error in what is right, whatever the names', () => {
  const found = [
    { ...ada, speaker: '2' },
    { ...ben, speaker: '1' },
  ]
  expect(diarizationError([ada, ben], found, 0)).toEqual({
    speechMs: 8000,
    missedMs: 0,
    falseAlarmMs: 0,
    confusedMs: 0,
  })
})

it('tells missed, invented and confused speech apart', () => {
  const found = [
    { speaker: '1', startMs: 0, endMs: 5000 },
    { speaker: '2', startMs: 5000, endMs: 7000 },
    { speaker: '2', startMs: 8000, endMs: 8500 },
  ]
  expect(diarizationError([ada, ben], found, 0)).toEqual({
    speechMs: 8000,
    missedMs: 1000,
    falseAlarmMs: 500,
    confusedMs: 1000,
  })
})

it('scores overlapping speech once for each speaker', () => {
  const both = { speaker: 'ben', startMs: 2000, endMs: 4000 }
  expect(diarizationError([ada, both], [{ ...ada, speaker: '1' }], 0)).toMatchObject({ speechMs: 6000, missedMs: 2000 })
})

it('does not score what is near a border', () => {
  const late = [
    { speaker: '1', startMs: 0, endMs: 4200 },
    { speaker: '2', startMs: 4200, endMs: 8000 },
  ]
  expect(diarizationError([ada, ben], late, 250).confusedMs).toBe(0)
})
