/** Every file in `examples/`, run as its reader would run it, against a real server and a real recording. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { pcm16ToSamples } from '../src/audio/pcm.ts'
import { parseWav, writeWav } from '../src/audio/wav.ts'
import { clip, readClip } from './support/clips.ts'
import {
  type Need,
  need,
  needs,
  pocketsphinx,
  projectUrl,
  pythonEnvironment,
  pythonWebsockets,
  recordings,
} from './support/needs.ts'
import { spokenClip } from './support/realtime-client.ts'
import { startServer, testKey } from './support/server.ts'
import { wordErrorRate } from './support/words.ts'

const require = createRequire(import.meta.url)

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const program = (name: string, ...probe: readonly string[]): Need => ({
  what: name,
  command: `install ${name}`,
  isThere: () => spawnSync(name, probe).status === 0,
})
const bash = program('bash', '--version')
const curl = program('curl', '--version')

/** How one example is run, and where in its output the words are. */
interface Example {
  readonly needs: readonly Need[]
  readonly command: readonly string[]
  /** Whether it opens a socket, and so is given a `ws:` address. */
  readonly socket?: boolean
  readonly environment?: NodeJS.ProcessEnv
  readonly words: (output: string) => string
}

const python: Omit<Example, 'command'> = {
  needs: [pythonWebsockets],
  socket: true,
  environment: pythonEnvironment(),
  words: (output) => output,
}
const script = { needs: [bash, curl] }
/** A page imports the example; here, a line does, and lends it the browser's socket. */
const page = `
  import { readFile } from 'node:fs/promises'
  import { WebSocket } from 'ws'
  globalThis.WebSocket ??= WebSocket
  const { listenTo } = await import('./examples/browser.mjs')
  const wav = await readFile(process.argv[1])
  const samples = Float32Array.from({ length: (wav.length - 44) >> 1 }, (_, i) => wav.readInt16LE(44 + 2 * i) / 32768)
  const heard = (text, isFinal) => isFinal && console.log(text)
  const talk = listenTo({ url: process.env.PARLEY_URL, key: process.env.PARLEY_KEY, sampleRate: 16000, heard })
  for (let at = 0; at < samples.length; at += 1600) talk.send(samples.subarray(at, at + 1600))
  await talk.end()
`

const examples: Readonly<Record<string, Example>> = {
  'browser.mjs': {
    needs: [],
    command: [process.execPath, '--input-type=module', '-e', page],
    socket: true,
    words: (output) => output,
  },
  'inworld_push_to_talk.py': { ...python, command: ['python3', 'examples/inworld_push_to_talk.py'] },
  'inworld_stream.py': { ...python, command: ['python3', 'examples/inworld_stream.py'] },
  'inworld_transcribe.sh': {
    ...script,
    command: ['bash', 'examples/inworld_transcribe.sh'],
    words: (output) => JSON.parse(output).transcription.transcript,
  },
  'inworld_transcribe_async.sh': {
    ...script,
    command: ['bash', 'examples/inworld_transcribe_async.sh'],
    words: (output) => JSON.parse(output).transcript,
  },
  'library.mjs': {
    needs: [],
    command: [process.execPath, 'examples/library.mjs'],
    words: (output) => output.trim().split('\n').at(-1)!,
  },
  'openai-transcribe.mjs': {
    needs: [],
    command: [process.execPath, 'examples/openai-transcribe.mjs'],
    words: (output) => output.split('\n')[0]!,
  },
  'openai_transcribe.sh': {
    ...script,
    command: ['bash', 'examples/openai_transcribe.sh'],
    words: (output) => output,
  },
  'vachana_stream.py': { ...python, command: ['python3', 'examples/vachana_stream.py'] },
  'vachana_transcribe.sh': {
    ...script,
    command: ['bash', 'examples/vachana_transcribe.sh'],
    words: (output) => JSON.parse(output).transcript,
  },
  'wscat.sh': {
    needs: [bash],
    command: ['bash', 'examples/wscat.sh'],
    socket: true,
    environment: { ...process.env, WSCAT: require.resolve('wscat/bin/wscat') },
    words: (output) =>
      output
        .split('\n')
        .filter((line) => line.includes('"isFinal":true'))
        .map((line) => JSON.parse(line).result.transcription.transcript)
        .join(' '),
  },
}

/** Examples that are asked something in writing: the question, and what the embedded agent's answer holds. */
const talks: Readonly<Record<string, { readonly command: readonly string[]; readonly answer: RegExp }>> = {
  'openai-chat.mjs': {
    command: [process.execPath, 'examples/openai-chat.mjs', 'What is 2 plus 3?'],
    answer: /\b(5|five)\b[\s\S]*\(parley\/rules\)/i,
  },
}

/** Examples that are given a text and the name of a WAV file to say it in. */
const speakers: Readonly<Record<string, Pick<Example, 'needs' | 'command'>>> = {
  'inworld_speech.sh': { ...script, command: ['bash', 'examples/inworld_speech.sh'] },
  'inworld_speech_stream.py': {
    needs: [program('python3', '--version')],
    command: ['python3', 'examples/inworld_speech_stream.py'],
  },
  'inworld_speech_socket.py': { ...python, command: ['python3', 'examples/inworld_speech_socket.py'] },
  'openai-speech.mjs': { needs: [], command: [process.execPath, 'examples/openai-speech.mjs'] },
  'openai_speech.sh': { ...script, command: ['bash', 'examples/openai_speech.sh'] },
}

/** A page imports this example too. Its key is a secret that lasts a minute. */
const talkingPage = `
  import { readFile } from 'node:fs/promises'
  import { WebSocket } from 'ws'
  globalThis.WebSocket ??= WebSocket
  const { converse } = await import('./examples/realtime-browser.mjs')
  const url = process.env.PARLEY_URL
  const minted = await fetch(url.replace('ws', 'http') + '/v1/realtime/client_secrets', {
    method: 'POST', headers: { authorization: 'Bearer ' + process.env.PARLEY_KEY },
  })
  const { value: key } = await minted.json()
  const wav = await readFile(process.argv[1])
  const samples = Float32Array.from({ length: (wav.length - 44) >> 1 }, (_, i) => wav.readInt16LE(44 + 2 * i) / 32768)
  let played = 0
  const said = (text) => {
    console.log('> ' + text)
    if (played < 24000) throw new Error('Nothing was heard.')
    talk.end()
  }
  const play = (sound) => (played += sound.length)
  const talk = converse({ url, key, heard: (text) => console.log('< ' + text), said, play })
  for (const sound of [samples, new Float32Array(24000)]) {
    for (let at = 0; at < sound.length; at += 2400) talk.send(sound.subarray(at, at + 2400))
  }
`

/** Examples that are asked aloud, 24 kHz: they print what they heard after `<` and the answer after `>`. */
const talkers: Readonly<
  Record<
    string,
    Pick<Example, 'needs' | 'command'> & { readonly tls?: true; readonly answer: RegExp; readonly audio?: true }
  >
> = {
  'inworld_realtime.py': {
    needs: [pythonWebsockets],
    command: ['python3', 'examples/inworld_realtime.py'],
    answer: /no rule/,
    audio: true,
  },
  'openai-agents.mjs': {
    needs: [],
    command: [process.execPath, 'examples/openai-agents.mjs'],
    answer: /10 meters/,
  },
  'openai-realtime.mjs': {
    needs: [],
    command: [process.execPath, 'examples/openai-realtime.mjs'],
    tls: true,
    answer: /no rule/,
    audio: true,
  },
  'openai_realtime.py': {
    needs: [pythonWebsockets],
    command: ['python3', 'examples/openai_realtime.py'],
    answer: /no rule/,
    audio: true,
  },
  'realtime-browser.mjs': {
    needs: [],
    command: [process.execPath, '--input-type=module', '-e', talkingPage],
    answer: /no rule/,
  },
}

const run = ([command, ...args]: readonly string[], environment: NodeJS.ProcessEnv) =>
  new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((resolve, reject) => {
    // Standard input stays open, as on a terminal: wscat ends with it.
    const child = spawn(command!, args, { cwd: projectUrl, env: environment, stdio: 'pipe' })
    const texts = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      texts.out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      texts.err += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...texts }))
  })

/** Servers that all examples share, made when first asked for. */
const servers = new Map<'plain' | 'tls', ReturnType<typeof startServer>>()
const serverOf = (kind: 'plain' | 'tls'): ReturnType<typeof startServer> => {
  const server = servers.get(kind) ?? startServer(kind === 'tls' ? { PARLEY_TLS_SELF_SIGNED: 'true' } : {})
  servers.set(kind, server)
  return server
}
afterAll(async () => {
  for (const server of servers.values()) await (await server).close()
})

it('leaves no example untested', async () => {
  expect((await readdir(new URL('examples/', projectUrl))).sort()).toEqual(
    [
      ...Object.keys(examples),
      ...Object.keys(talks),
      ...Object.keys(speakers),
      ...Object.keys(talkers),
      'speak.mjs',
      // A journey of its own: test/journeys/sip-bridge.test.ts.
      'sip-bridge.mjs',
      // In a browser, by test/journeys/browser-webrtc.test.ts.
      'webrtc-browser.mjs',
    ].sort(),
  )
})

it('shows only code that mends itself to another server by one line', async () => {
  for (const [name, { command }] of Object.entries({ ...examples, ...talks, ...speakers, ...talkers })) {
    if (name === 'library.mjs') continue
    const text = await readFile(new URL(`examples/${name}`, projectUrl), 'utf8')
    expect(text.match(/(#|\/\/) was: (https?|wss?):\/\/\S+$/gm), `${name} ${command[0]}`).toHaveLength(1)
  }
})

describe('an example hears a recording', () => {
  needs(pocketsphinx, recordings)
  let folder: string
  let file: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-examples-'))
    file = join(folder, 'speech.wav')
    if (!recordings.isThere() || !pocketsphinx.isThere()) return
    const { samples, sampleRate } = await readClip(clip('goforward'))
    await writeFile(file, writeWav(samples, sampleRate))
    await (await serverOf('plain')).ready
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.for(Object.entries(examples))('%s', async ([, example], context) => {
    need(context, ...example.needs)
    const server = await serverOf('plain')
    const { code, out, err } = await run([...example.command, file], {
      ...(example.environment ?? process.env),
      PARLEY_URL: example.socket ? server.socketUrl : server.url,
      PARLEY_KEY: testKey,
    })
    expect(code, err).toBe(0)
    expect(wordErrorRate(clip('goforward').text, example.words(out)), out).toBeLessThanOrEqual(0.35)
  })
})

describe('an example asks in writing', () => {
  it.each(Object.entries(talks))('%s', async (_, { command, answer }) => {
    const server = await serverOf('plain')
    const environment = { ...process.env, PARLEY_URL: server.url, PARLEY_KEY: testKey }
    const { code, out, err } = await run(command, environment)
    expect(code, err).toBe(0)
    expect(out).toMatch(answer)
  })
})

describe('an example is asked aloud', () => {
  needs(pocketsphinx, recordings)

  it.for(Object.entries(talkers))('%s', async ([, { needs: wanted, command, tls, answer, audio }], context) => {
    need(context, ...wanted)
    const server = await serverOf(tls ? 'tls' : 'plain')
    const folder = await mkdtemp(join(tmpdir(), 'parley-examples-'))
    try {
      const question = join(folder, 'question.wav')
      const file = join(folder, 'answer.wav')
      await writeFile(question, writeWav(pcm16ToSamples(await spokenClip('goforward', 0)), 24_000))
      await server.ready
      const { code, out, err } = await run([...command, question, ...(audio ? [file] : [])], {
        ...pythonEnvironment(),
        PARLEY_URL: tls ? server.url : server.socketUrl,
        PARLEY_KEY: testKey,
        ...(tls && { NODE_EXTRA_CA_CERTS: server.tls!.caFile }),
      })
      expect(code, err + out).toBe(0)
      expect(wordErrorRate(clip('goforward').text, /^< (.*)$/m.exec(out)?.[1] ?? ''), out).toBeLessThan(0.6)
      expect(/^> (.*)$/m.exec(out)?.[1]).toMatch(answer)
      if (!audio) return
      const { samples, sampleRate } = parseWav(await readFile(file))
      expect(samples.length / sampleRate).toBeGreaterThan(1)
      expect(samples.some((sample) => Math.abs(sample) > 0.1)).toBe(true)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('an example speaks', () => {
  it.for(Object.entries(speakers))('%s', async ([name, { needs: wanted, command }], context) => {
    need(context, ...wanted)
    const server = await serverOf('plain')
    const folder = await mkdtemp(join(tmpdir(), 'parley-examples-'))
    try {
      const file = join(folder, 'speech.wav')
      const environment = { ...pythonEnvironment(), PARLEY_URL: server.url, PARLEY_KEY: testKey }
      const { code, out, err } = await run([...command, 'He said "go forward" to me.', file], environment)
      expect(code, err + out).toBe(0)
      const { samples, sampleRate } = parseWav(await readFile(file))
      expect(samples.length / sampleRate, name).toBeGreaterThan(1)
      expect(samples.some((sample) => Math.abs(sample) > 0.1)).toBe(true)
      if (name.endsWith('.py')) expect(out).toMatch(/^\d\.\d\d s: forward$/m)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('speak.mjs, into a file, and says when each word begins', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-examples-'))
    try {
      const file = join(folder, 'speech.wav')
      const { code, out, err } = await run([process.execPath, 'examples/speak.mjs', file], process.env)
      expect(code, err).toBe(0)
      expect(out.match(/(?<=ms: ).+/g)).toEqual(['Of', 'course', 'I', 'can', 'Go', 'forward', 'ten', 'meters'])
      const { samples, sampleRate } = parseWav(await readFile(file))
      expect(samples.length / sampleRate).toBeGreaterThan(2)
      expect(samples.some((sample) => Math.abs(sample) > 0.1)).toBe(true)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
