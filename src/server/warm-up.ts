/** The warm-up: a real clip is transcribed, so that the first client does not wait and a person sees that it works. */
import { createReadStream, existsSync } from 'node:fs'
import path from 'node:path'
import type { Log } from '../log.ts'
import { gather, joinTexts } from '../protocols/hearing.ts'
import { speak } from '../speaking/speak.ts'
import type { OpenEngines } from './engines.ts'
import { transcribe } from './transcribe.ts'

/** Where Debian's `pocketsphinx-testdata` keeps a LibriVox sentence, below the system's root or the cache. */
const clip = 'usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0930.wav'

/** A real recording that set-up brought, or undefined. */
export const findClip = (cacheDir: string): string | undefined =>
  ['/', path.join(cacheDir, 'debian')].map((root) => path.join(root, clip)).find((file) => existsSync(file))

export interface WarmUp {
  readonly words: string
  readonly audioMs: number
  readonly tookMs: number
}

/** Undefined when there is no clip. Throws what `transcribe` throws. */
export const warmUp = async (
  engines: OpenEngines,
  cacheDir: string,
  options: { readonly signal: AbortSignal; readonly log: Log },
): Promise<WarmUp | undefined> => {
  const file = findClip(cacheDir)
  if (!file) return undefined
  const begun = performance.now()
  const { events } = await transcribe(createReadStream(file), {
    engines,
    start: {
      model: await engines.local(),
      format: { encoding: 'auto', sampleRate: 16_000, channels: 1 },
      settings: {},
      voiceProfile: true,
      gapMs: 0,
      inactivityMs: 0,
    },
    ...options,
  })
  const { finals, audioMs } = await gather(events)
  return { words: joinTexts(finals), audioMs, tookMs: Math.round(performance.now() - begun) }
}

/** The voice says a word that nobody hears: its package takes a while to load. What goes wrong shows when it is first wanted. */
export const warmVoice = async (
  engines: OpenEngines,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<void> => {
  const word = async function* (): AsyncGenerator<string> {
    yield 'Hello.'
  }
  try {
    const { engine, voice } = await engines.voice({ voice: '', model: '', language: '' })
    for await (const _ of speak(word(), { engine, voice, signal, log }));
  } catch (error) {
    log.debug({ err: error }, 'no voice to warm')
  }
}
