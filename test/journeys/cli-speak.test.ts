/** `parley speak` with the embedded voices, into files and to a player that is a script. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseWav } from '../../src/audio/wav.ts'
import { plainWords } from '../support/clips.ts'
import { need, pocketsphinx } from '../support/needs.ts'
import { run } from '../support/terminal.ts'

vi.setConfig({ testTimeout: 90_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-speak-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('parley speak', () => {
  it('writes a file that is complete and says what was asked', async (context) => {
    need(context, pocketsphinx)
    const file = join(folder, 'said.wav')
    const { code, out, err } = await run(['speak', '--voice', 'rms', '-o', file, 'Go forward', 'ten meters.'])
    expect([code, out]).toEqual([0, ''])
    expect(err).toMatch(/^\d\.\d s of speech by flite\/rms in /)
    const bytes = new Uint8Array(await readFile(file))
    expect(new DataView(bytes.buffer).getUint32(40, true)).toBe(bytes.length - 44)
    expect(parseWav(bytes).sampleRate).toBe(24_000)
    const heard = await run(['transcribe', '--model', 'pocketsphinx/en-us', file])
    expect(plainWords(heard.out)).toBe('go forward ten meters')
  })

  it('reads standard input, and knows the format by the ending or the option', async () => {
    const file = join(folder, 'said.ogg')
    const input = [Buffer.from('Good morn'), Buffer.from('ing, every'), Buffer.from('body.')]
    expect((await run(['speak', '-o', file], { input })).code).toBe(0)
    expect((await readFile(file)).subarray(0, 4).toString()).toBe('OggS')
    const other = join(folder, 'said.bin')
    expect((await run(['speak', '-o', other, '--format', 'flac', '-'], { input })).code).toBe(0)
    expect((await readFile(other)).subarray(0, 4).toString()).toBe('fLaC')
    const slow = join(folder, 'slow.pcm')
    const fast = join(folder, 'fast.pcm')
    await run(['speak', '-o', slow, '--speed', '0.7', 'Good morning, everybody.'])
    await run(['speak', '-o', fast, '--speed', '1.8', 'Good morning, everybody.'])
    expect((await readFile(slow)).length).toBeGreaterThan((await readFile(fast)).length * 1.8)
  })

  it('plays through the program that is there, or names those that would do', async () => {
    const played = join(folder, 'played')
    const program = join(folder, 'aplay')
    await writeFile(program, `#!/bin/sh\nexec /bin/cat > ${played}\n`)
    await chmod(program, 0o755)
    expect((await run(['speak', 'Hello.'], { env: { PATH: folder } })).code).toBe(0)
    expect((await readFile(played)).length).toBeGreaterThan(10_000)
    const silent = await run(['speak', 'Hello.'], { env: { PATH: '/nowhere' } })
    expect(silent.code).toBe(1)
    expect(silent.err).toContain('aplay')
  })

  it('refuses what makes no sense', async () => {
    for (const argv of [
      ['speak', '-o', join(folder, 'said.xyz'), 'Hello.'],
      ['speak', '--speed', '9', 'Hello.'],
      ['speak', '--format', 'gsm', 'Hello.'],
    ])
      expect((await run(argv)).code).toBe(2)
    expect((await run(['speak'], { inputIsTty: true })).code).toBe(2)
    expect((await run(['speak', '-o', '/nowhere/said.wav', 'Hello.'])).code).toBe(1)
  })
})

it('is told by the doctor what each voice follows of an instruction, and what not', async () => {
  const { code, out } = await run(['doctor', '--voices', '--json'])
  expect(code).toBe(0)
  const [flite] = JSON.parse(out) as readonly {
    voices: readonly { id: string; follows: string[]; lacks: string[] }[]
  }[]
  const of = (id: string) => flite?.voices.find((voice) => voice.id === id)
  expect(of('flite/slt')).toMatchObject({ follows: expect.arrayContaining(['whispering', 'intonation']), lacks: [] })
  expect(of('flite/rms')).toMatchObject({ lacks: ['intonation', 'force'] })
  const page = (await run(['doctor', '--voices'])).out
  expect(page).toMatch(/flite\/rms +follows speed, pitch, volume, whispering, breath +not intonation, force/)
  expect(page).toMatch(/makes these sounds: .*laugh/s)
  expect(page).toMatch(/Passes over in silence: .*kiss/s)
})

it('is told by the doctor which voices there are, and what writes MP3', async () => {
  // Without a recognizer, whose loading takes longer than all the rest of it.
  const env = { PARLEY_CACHE_DIR: folder }
  const { out } = await run(['doctor', '--json'], { env })
  const found = JSON.parse(out) as {
    speakers: readonly { engine: string; voices: readonly string[] }[]
    audioPrograms: object
  }
  expect(found.speakers.find(({ engine }) => engine === 'flite/default')?.voices).toContain('flite/slt')
  expect(found.audioPrograms).toBeTypeOf('object')
  const page = await run(['doctor'], { env })
  expect(page.out).toMatch(/^Voices\n {2}flite\/default +flite\/slt, flite\/rms/m)
})
