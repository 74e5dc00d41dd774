import { describe, expect, it } from 'vitest'
import { levelVoiceActivity, scriptedRecognizer } from '../../test/support/engines.ts'
import { toneEncoder, tones } from '../../test/support/tones.ts'
import { joined } from '../audio/joined.ts'
import { silentLog } from '../log.ts'
import type { Heard } from './heard.ts'
import { type KnownSpeaker, namesOf, troubleWithNames } from './known-speakers.ts'
import { listen } from './listen.ts'
import { defaultGate, defaultTurns } from './settings.ts'

const direction = (degrees: number): Float32Array =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180))

describe('a name', () => {
  const known = [
    { name: 'Anna', vector: direction(0) },
    { name: 'Ben', vector: direction(40) },
  ]

  it('goes to the voice that is most like it, and the next best gets what is left', () => {
    // 15° is nearer to Anna than 25° is to Ben, and 25° may not be Anna too.
    const names = namesOf([direction(25), direction(5)], known, 0.9)
    expect([...names].sort()).toEqual([
      [0, 'Ben'],
      [1, 'Anna'],
    ])
  })

  it('goes to one voice only, and to none that is not alike enough', () => {
    expect([...namesOf([direction(-2), direction(1), direction(150)], known, 0.9)]).toEqual([[1, 'Anna']])
    expect(namesOf([direction(90)], known, 0.9).size).toBe(0)
  })

  it('is no number and no single capital, stands on one line, and is nobody else’s', () => {
    expect(troubleWithNames(['Anna', 'agent 2', 'Ü'])).toBeUndefined()
    for (const name of ['', ' ', '12', 'A', 'two\nlines', ' Anna', 'x'.repeat(65)])
      expect(troubleWithNames([name])).toMatch(/1 to 64 characters/)
    expect(troubleWithNames(['Anna', 'Anna'])).toMatch(/same name/)
  })
})

describe('known speakers', () => {
  const recording = async (hz: number, ms = 3000): Promise<KnownSpeaker['speech']> => {
    const frames = []
    for await (const frame of tones([[hz, ms]])) frames.push(frame)
    return {
      ...frames[0]!,
      samples: joined(
        Float32Array,
        frames.map(({ samples }) => samples),
      ),
    }
  }
  const heardIn = async (
    stretches: Parameters<typeof tones>[0],
    knownSpeakers: readonly KnownSpeaker[],
    finalBudgetMs: number,
  ): Promise<readonly Heard[]> => {
    const heard: Heard[] = []
    const engines = { speechToText: scriptedRecognizer(), voiceActivity: levelVoiceActivity() }
    for await (const event of listen(tones(stretches), {
      ...{ gate: defaultGate, turns: defaultTurns, languages: [], terms: [], partials: false, alternatives: 0 },
      ...{ engines: { ...engines, speakerEncoder: toneEncoder() }, finalBudgetMs, knownSpeakers },
      ...{ signal: new AbortController().signal, log: silentLog },
    }))
      heard.push(event)
    return heard
  }
  const talk = [
    [150, 3000],
    [0, 2500],
    [400, 3000],
    [0, 2500],
    [150, 3000],
    [0, 2500],
  ] as const

  it('are called by name in a stream, and numbers are counted without them', async () => {
    const heard = await heardIn(talk, [{ name: 'Anna', speech: await recording(150) }], 500)
    const finals = heard.filter((event) => event.type === 'transcript.final')
    expect(finals.map(({ words }) => [...new Set(words.map(({ speaker }) => speaker))])).toEqual([
      ['Anna'],
      ['1'],
      ['Anna'],
    ])
  })

  it('are called by name where a recording is looked at again', async () => {
    const known = [
      { name: 'Nobody here', speech: await recording(250) },
      { name: 'Ben', speech: await recording(400) },
    ]
    const heard = await heardIn(talk, known, Number.POSITIVE_INFINITY)
    const settled = heard.find((event) => event.type === 'speakers.settled')
    expect(settled?.speakers.map(({ speaker }) => speaker)).toEqual(['1', 'Ben', '1'])
  })

  it('need speech in their recordings', async () => {
    const speech = await recording(0)
    await expect(heardIn(talk, [{ name: 'Anna', speech }], 500)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('too little speech'),
    })
  })
})
