/** The command line with the real recognizer on real recordings. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseWav, writeWav } from '../../src/audio/wav.ts'
import { clip, clips, plainWords, readClip, sharedClips } from '../support/clips.ts'
import { need, needs, pocketsphinx, recordings, shared } from '../support/needs.ts'
import { run } from '../support/terminal.ts'

// Each command loads the recognizer anew.
vi.setConfig({ testTimeout: 90_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))

const local = ['--model', 'pocketsphinx/en-us']

describe('parley transcribe', () => {
  needs(pocketsphinx, recordings)

  it('writes the words of a recording', async () => {
    const { file } = clip('goforward')
    const { code, out, err } = await run(['transcribe', ...local, file])
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(plainWords(out)).toBe('go forward ten meters')
  })

  it('reads standard input', async () => {
    const bytes = await readFile(clip('goforward').file)
    const input = [bytes.subarray(0, 1001), bytes.subarray(1001)]
    const { code, out } = await run(['transcribe', ...local, '--format', 'json', '--words', '-'], { input })
    expect(code).toBe(0)
    const heard = JSON.parse(out)
    expect(heard).toMatchObject({ file: '-', engine: 'pocketsphinx/en-us', audioMs: Math.round(bytes.length / 32) })
    expect(plainWords(heard.text)).toBe('go forward ten meters')
    expect(heard.utterances[0].words).toHaveLength(4)
  })

  it('hears each channel of a recording for itself', async () => {
    const { samples, sampleRate } = await readClip(clip('goforward'))
    const stereo = new Float32Array(samples.length * 2)
    samples.forEach((sample, place) => {
      stereo[2 * place] = sample
    })
    const wav = writeWav(stereo, sampleRate)
    new DataView(wav.buffer).setUint16(22, 2, true)
    new DataView(wav.buffer).setUint16(32, 4, true)
    const file = join(folder, 'stereo.wav')
    await writeFile(file, wav)
    const { code, out } = await run(['transcribe', ...local, '--split-channels', '--format', 'json', file])
    expect(code).toBe(0)
    const [left, right] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; text: string })
    expect(plainWords(left!.text)).toBe('go forward ten meters')
    expect(right).toMatchObject({ file: `${file} (channel 2)`, text: '' })
  })

  it('writes several files as subtitles into a folder, and tells which one it could not read', async () => {
    const broken = join(folder, 'broken.wav')
    await writeFile(broken, 'RIFF\u0024\0\0\0WAVEjunk\u0004\0\0\0abcd')
    const files = clips()
      .filter(({ name }) => name.startsWith('cards'))
      .slice(0, 2)
      .map(({ file }) => file)
    const output = join(folder, 'subtitles')
    const { code, out, err } = await run([
      'transcribe',
      ...local,
      '--format',
      'srt',
      '--output',
      output,
      files[0]!,
      broken,
      join(folder, 'absent.wav'),
      files[1]!,
    ])
    expect(out).toBe('')
    expect(code).toBe(1)
    expect(err).toContain('absent.wav: there is no such file.')
    expect(err).toContain(broken)
    for (const file of files) {
      const name = file
        .split('/')
        .at(-1)!
        .replace(/\.wav$/, '.srt')
      expect(await readFile(join(output, name), 'utf8')).toMatch(/^1\n00:00:0\d,\d{3} --> /)
    }
  })

  it('refuses a model that nobody knows', async () => {
    const { code, err } = await run(['transcribe', '--model', 'no-such-model-xyz', clip('goforward').file])
    expect(code).toBe(1)
    expect(err).toMatch(/^error: .*no-such-model-xyz/)
  })

  it('refuses several files as one subtitle file', async () => {
    const { file } = clip('goforward')
    expect(await run(['transcribe', '--format', 'vtt', file, file])).toMatchObject({ code: 2 })
  })

  it('reads containers, and tells several files apart', async (context) => {
    need(context, shared)
    const files = sharedClips(({ file }) => /LJ001-0001\.webm$/.test(file)).map(({ file }) => file)
    files.push(clip('goforward').file)
    expect(files).toHaveLength(2)
    const { code, out } = await run(['transcribe', ...local, '--format', 'json', ...files])
    expect(code).toBe(0)
    const lines = out.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).file)).toEqual(files)
    const texts = lines.map((line) => JSON.parse(line).text)
    expect(texts).toEqual([expect.stringMatching(/in the only/i), expect.stringMatching(/go forward/i)])
  })
})

describe('parley profile', () => {
  needs(pocketsphinx, recordings)

  it('tells what a voice is like along a recording, and draws it over the words', async () => {
    const { file } = clip('something')
    const plot = join(folder, 'voice.svg')
    const { code, out, err } = await run(['profile', ...local, '--json', '--plot', plot, file])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const { profiles, sound, words, audioMs } = JSON.parse(out)
    expect(profiles.length).toBeGreaterThan(2)
    expect(profiles[0].endMs).toBeLessThan(1200)
    expect(profiles.at(-1).traits.find(({ name }: { name: string }) => name === 'vocalStyle').labels[0].label).toBe(
      'normal',
    )
    expect(sound.length).toBeCloseTo(audioMs / 20, -1)
    const svg = await readFile(plot, 'utf8')
    expect(svg).toContain('vocal style (likelihood)')
    for (const word of words) expect(svg).toContain(`>${word.text}<`)
  })

  it('refuses subtitles with a profile', async () => {
    const refused = await run(['transcribe', '--profile', '--format', 'srt', clip('goforward').file])
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--profile') })
  })
})

describe('parley listen', () => {
  needs(pocketsphinx, recordings)

  it('shows live captions of a file played in real time', async () => {
    const { file } = clip('goforward')
    const { code, out, err } = await run(['listen', ...local, '--file', file], { outIsTty: true })
    expect(code).toBe(0)
    expect(err).toContain('pocketsphinx/en-us')
    const drawn = out.split('\r\u001b[K')
    expect(plainWords(drawn.at(-1)!)).toBe('go forward ten meters')
    expect(drawn.length).toBeGreaterThan(2)
  })

  it('writes plain lines when standard input is piped through it', async () => {
    const input = [await readFile(clip('goforward').file)]
    const { code, out } = await run(['listen', ...local, '--file', '-'], { input })
    expect(code).toBe(0)
    expect(out).toMatch(/^Go forward \w+ meters\n$/)
  })
})

it('names the programs that record where there is no microphone and nothing is piped in', async () => {
  const { code, err } = await run(['listen'], { env: { PATH: '/nowhere' }, inputIsTty: true })
  expect(code).toBe(1)
  expect(err).toMatch(/^error: .*pw-record, parec, arecord, sox, ffmpeg.*--file/)
})

describe('parley doctor', () => {
  it('says what works, who answers for which id, and shows no secret', async (context) => {
    need(context, pocketsphinx, recordings)
    const env = { PARLEY_API_KEYS: 'a-secret-of-mine', PARLEY_MODELS_ALIASES: 'my-ears=pocketsphinx/en-us' }
    const { code, out } = await run(['doctor', '--set', 'models.speechToText=pocketsphinx/en-us'], { env })
    expect(out).toContain('Parley works here.')
    expect(code).toBe(0)
    expect(out).toMatch(/speech to text +pocketsphinx\/en-us/)
    expect(out).toMatch(/inworld\/inworld-stt-1 +pocketsphinx\/en-us/)
    expect(out).toMatch(/my-ears +pocketsphinx\/en-us/)
    expect(out).toMatch(/about \d+ talking at the same time/)
    expect(out).not.toContain('a-secret-of-mine')
  })

  it('names the command that brings what is missing, and fails', async () => {
    const { code, out } = await run(['doctor', '--json', '--set', 'models.speechToText=sherpa/kroko-en'], {
      env: { PARLEY_CACHE_DIR: folder },
    })
    expect(code).toBe(1)
    const found = JSON.parse(out)
    expect(found).toMatchObject({ ready: false, node: process.version, settings: { cacheDir: folder } })
    const recognizer = found.engines.find((one: { kind: string }) => one.kind === 'speechToText')
    expect(recognizer.problem).toContain('parley models pull kroko-en')
  })
})

describe('parley models', () => {
  it('lists the catalogue', async () => {
    const { code, out } = await run(['models', 'list', '--kind', 'speech-to-text'], {
      env: { PARLEY_CACHE_DIR: folder },
    })
    expect(code).toBe(0)
    expect(out).toMatch(/^ {3}kroko-en +speech-to-text +en +[\d.]+ MB/m)
    const { out: json } = await run(['models', 'list', '--json'], { env: { PARLEY_CACHE_DIR: folder } })
    expect(JSON.parse(json).length).toBeGreaterThan(10)
  })

  it('fails for one model that cannot be had, and for one that nobody knows', async () => {
    const env = { PARLEY_CACHE_DIR: folder }
    expect(await run(['models', 'pull', '--offline', 'kroko-en'], { env })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/error: kroko-en: .*offline/),
    })
    expect(await run(['models', 'pull', 'no-such-model'], { env })).toMatchObject({ code: 1 })
    expect(await run(['models', 'path', 'kroko-en'], { env })).toMatchObject({
      code: 1,
      err: expect.stringContaining('parley models pull kroko-en'),
    })
  })

  it('says where models lie', async () => {
    const { code, out } = await run(['models', 'path'], { env: { PARLEY_CACHE_DIR: folder } })
    expect({ code, out }).toEqual({ code: 0, out: `${join(folder, 'models')}\n` })
  })
})

describe('parley replay', () => {
  const session = [
    { wire: 'inworld-stt', at: 1_700_000_000_000, open: {} },
    { at: 1_700_000_000_100, heard: { type: 'listen.ended', audioMs: 1000 } },
  ].map((line) => JSON.stringify(line))

  it('reports differences with their lines, and fails', async () => {
    const file = join(folder, 'changed.jsonl')
    await writeFile(file, [...session, JSON.stringify({ at: 1, '<': '{"never":"said"}' })].join('\n'))
    const { code, out } = await run(['replay', file])
    expect(code).toBe(1)
    expect(out).toMatch(/line 3\n {4}recorded {2}\{"never":"said"\}\n/)
  })

  it('fails for what is no recording', async () => {
    const file = join(folder, 'nonsense.jsonl')
    await writeFile(file, 'hello\n')
    expect(await run(['replay', file])).toMatchObject({ code: 1, err: expect.stringContaining('Line 1') })
    expect(await run(['replay', join(folder, 'absent.jsonl')])).toMatchObject({ code: 1 })
  })
})

describe('parley talk', () => {
  needs(pocketsphinx, recordings)

  it('hears a recording, answers aloud and says where the time went', async () => {
    const answer = join(folder, 'answer.wav')
    const { code, out, err } = await run([
      ...['talk', '--recognizer', 'pocketsphinx/en-us', '--model', 'parley/rules', '--set', 'models.textToSpeech=auto'],
      ...['--file', clip('goforward').file, '--save', answer],
    ])
    expect(err).toContain('Talking with parley/rules.')
    expect(code).toBe(0)
    expect(out).toMatch(/You: go forward ten meters/i)
    expect(out).toMatch(/Parley: \w+/)
    expect(out).toMatch(/\(silence \d+ ms · recognizer \d+ ms · decision \d+ ms · model \d+ ms · voice \d+ ms\)/)
    const { samples, sampleRate } = parseWav(await readFile(answer))
    expect(samples.length / sampleRate).toBeGreaterThan(1)
    expect(samples.some((sample) => Math.abs(sample) > 0.05)).toBe(true)
  })
})
