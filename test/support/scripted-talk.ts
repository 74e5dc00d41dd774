/** A talking server for one test file whose model and recognizer say what each test wants. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import type { LanguageModel, Message } from '../../src/engines/language-model.ts'
import type { SpeechToText } from '../../src/engines/speech-to-text.ts'
import { scriptedRecognizer } from './engines.ts'
import { openRealtime, type RealtimeClient, realtimeRate } from './realtime-client.ts'
import { type Step, scriptedModel } from './talking.ts'
import { startTalkingServer } from './talking-server.ts'

/** Loud, then silent, then loud…: what the server takes for speech, and a second of it for three words. */
export const sound = (...lengthsMs: readonly number[]): Uint8Array =>
  samplesToPcm16(
    Float32Array.from(
      lengthsMs.flatMap((ms, at) => Array.from({ length: (ms * realtimeRate) / 1000 }, () => (at % 2 === 0 ? 0.9 : 0))),
    ),
  )

/** Starts it before the tests of a file, closes it after them, and every client after each. */
export const scriptedTalk = (environment: Readonly<Record<string, string>> = {}) => {
  let script = scriptedModel(['Hello.'])
  /** What is heard where there are any words. */
  let heard: string | undefined
  const model: LanguageModel = { card: { name: 'Script' }, generate: (...asked) => script.generate(...asked) }
  const words = scriptedRecognizer()
  /** Utterances before the present test. */
  let before = 0
  const recognizer: SpeechToText = {
    ...words,
    async *transcribe(audio, options) {
      for await (const event of words.transcribe(audio, options))
        yield heard === undefined || !('text' in event) || event.text === '' ? event : { ...event, text: heard }
    },
  }
  let server: Awaited<ReturnType<typeof startTalkingServer>>
  const clients: RealtimeClient[] = []
  beforeAll(async () => {
    server = await startTalkingServer({ model, recognizer }, environment)
  })
  afterAll(() => server.close())
  beforeEach(() => {
    script = scriptedModel(['Hello.'])
    heard = undefined
    before = words.calls.begun
  })
  afterEach(() => {
    for (const { socket } of clients.splice(0)) socket.terminate()
  })
  const open = async (options: Parameters<typeof openRealtime>[1] = {}): Promise<RealtimeClient> => {
    const client = await openRealtime(server.socketUrl, { path: '/v1/realtime?model=fake/script', ...options })
    clients.push(client)
    return client
  }
  return {
    get server() {
      return server
    },
    open,
    /** What the model answers from now on, one script for each time it is asked. */
    says: (...scripts: readonly (readonly Step[])[]): void => {
      script = scriptedModel(...scripts)
    },
    /** What the recognizer hears from now on. */
    hears: (text: string): void => {
      heard = text
    },
    /** Once the recognizer has heard all that was said so far, and a client was told what came of it. */
    listened: async (client: RealtimeClient): Promise<void> => {
      await vi.waitFor(
        () => {
          expect(words.calls.begun).toBeGreaterThan(before)
          expect(words.calls.ended).toBeGreaterThanOrEqual(words.calls.begun)
        },
        { timeout: 10_000 },
      )
      await client.configure({})
    },
    /** What the model was given for its latest answer. */
    given: (): readonly Message[] => script.calls.requests.at(-1)!.messages,
  }
}
