/** Tests of what is believed of a voice over several utterances. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Trait } from '../engines/voice-profiler.ts'
import { Impressions } from './impression.ts'

const style = (whispering: number): Trait => ({
  name: 'vocalStyle',
  labels: [
    { label: 'whispering', confidence: whispering },
    { label: 'normal', confidence: 1 - whispering },
  ].toSorted((a, b) => b.confidence - a.confidence),
})
const heard = (...whispers: readonly number[]): readonly (string | undefined)[] => {
  const voice = new Impressions()
  return whispers.map((one) => voice.hear([style(one)]).get('vocalStyle')?.label)
}

describe('the impression of a voice', () => {
  it('takes the first utterance as it is', () => {
    expect(new Impressions().hear([style(0.93)]).get('vocalStyle')).toEqual({ label: 'whispering', confidence: 0.93 })
  })

  it('of another speaker has nothing of the one before', () => {
    const voice = new Impressions()
    for (const _ of [1, 2, 3]) voice.hear([style(0)])
    voice.forget()
    expect(voice.hear([style(0.6)]).get('vocalStyle')).toEqual({ label: 'whispering', confidence: 0.6 })
  })

  it('believes at once what is sure, and what is not only when it lasts', () => {
    expect(heard(0, 0, 0, 0.95)).toEqual(['normal', 'normal', 'normal', 'whispering'])
    expect(heard(0, 0, 0, 0.65)).toEqual(['normal', 'normal', 'normal', 'normal'])
    expect(heard(0, 0, 0, 0.65, 0.65)).toEqual(['normal', 'normal', 'normal', 'normal', 'whispering'])
  })

  it('says nothing of an unsure label that changes with every utterance, until it stays', () => {
    const labels = heard(0.3, 0.7, 0.3, 0.7, 0.3, 0.7, 0.7, 0.7)
    expect(labels.slice(3, 6)).toEqual([undefined, undefined, undefined])
    expect(labels.slice(6)).toEqual(['whispering', 'whispering'])
  })

  it('follows a voice that surely changes with every utterance', () => {
    const [normal, whispering] = ['normal', 'whispering']
    expect(heard(0, 1, 0, 1, 0, 1)).toEqual([normal, whispering, normal, whispering, normal, whispering])
  })

  it('speaks of no trait that an utterance does not have, and foresees without remembering', () => {
    const voice = new Impressions()
    const pitch: Trait = { name: 'pitch', labels: [{ label: 'low', confidence: 1 }] }
    voice.hear([pitch, style(0)])
    expect(voice.foresee([style(1)]).get('vocalStyle')?.label).toBe('whispering')
    expect([...voice.hear([style(0)])]).toEqual([['vocalStyle', { label: 'normal', confidence: 1 }]])
  })

  it('keeps every confidence between a half and one', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (whispers) => {
        const voice = new Impressions()
        for (const one of whispers)
          for (const { confidence } of voice.hear([style(one)]).values()) {
            expect(confidence).toBeGreaterThanOrEqual(0.5)
            expect(confidence).toBeLessThanOrEqual(1.000001)
          }
      }),
    )
  })
})
