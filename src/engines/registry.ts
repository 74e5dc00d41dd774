/** Model id → engine, loaded once, shared by all sessions. */
import type { z } from 'zod'
import { VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { EchoGuard } from './echo-guard.ts'
import type { LanguageModel } from './language-model.ts'
import type { NoiseSuppressor } from './noise-suppressor.ts'
import type { SpeakerEncoder } from './speaker-encoder.ts'
import type { SpeakerSegmentation } from './speaker-segmentation.ts'
import type { SpeechToText } from './speech-to-text.ts'
import type { TextToSpeech } from './text-to-speech.ts'
import type { TurnDetector } from './turn-detector.ts'
import type { VoiceActivity } from './voice-activity.ts'
import type { VoiceProfiler } from './voice-profiler.ts'

/** The kinds of engine there are. */
export interface Engines {
  speechToText: SpeechToText
  voiceActivity: VoiceActivity
  turnDetector: TurnDetector
  voiceProfiler: VoiceProfiler
  speakerEncoder: SpeakerEncoder
  echoGuard: EchoGuard
  speakerSegmentation: SpeakerSegmentation
  noiseSuppressor: NoiseSuppressor
  languageModel: LanguageModel
  textToSpeech: TextToSpeech
}

type Made<T> = T | Promise<T>

/** What a provider is given besides its settings. */
export interface Surroundings {
  readonly log: Log
  /** Folder for downloaded models and unpacked packages. */
  readonly cacheDir: string
}

/** Makes engines of the kinds it has. `model` is what follows the first slash of the id. */
export interface Provider<Settings = unknown> {
  /** What an operator may set for this provider. */
  readonly settings: z.ZodType<Settings>
  speechToText?(model: string, settings: Settings, surroundings: Surroundings): Made<SpeechToText>
  voiceActivity?(model: string, settings: Settings, surroundings: Surroundings): Made<VoiceActivity>
  turnDetector?(model: string, settings: Settings, surroundings: Surroundings): Made<TurnDetector>
  voiceProfiler?(model: string, settings: Settings, surroundings: Surroundings): Made<VoiceProfiler>
  speakerEncoder?(model: string, settings: Settings, surroundings: Surroundings): Made<SpeakerEncoder>
  echoGuard?(model: string, settings: Settings, surroundings: Surroundings): Made<EchoGuard>
  speakerSegmentation?(model: string, settings: Settings, surroundings: Surroundings): Made<SpeakerSegmentation>
  noiseSuppressor?(model: string, settings: Settings, surroundings: Surroundings): Made<NoiseSuppressor>
  languageModel?(model: string, settings: Settings, surroundings: Surroundings): Made<LanguageModel>
  textToSpeech?(model: string, settings: Settings, surroundings: Surroundings): Made<TextToSpeech>
}

/** Keeps a provider's settings type without writing it twice. */
export const defineProvider = <Settings>(provider: Provider<Settings>): Provider<Settings> => provider

/** Loads engines when first asked for and shares them. An engine that failed to load is tried again when next asked for. */
export class Registry {
  readonly #load: (name: string) => Promise<Provider | undefined>
  readonly #settings: Readonly<Record<string, unknown>>
  readonly #surroundings: Surroundings
  readonly #engines = new Map<string, Promise<Engines[keyof Engines]>>()

  constructor(parts: {
    /** A provider by name; undefined when there is none. */
    readonly load: (name: string) => Promise<Provider | undefined>
    /** Provider name → its raw settings. */
    readonly settings: Readonly<Record<string, unknown>>
    readonly surroundings: Surroundings
  }) {
    this.#load = parts.load
    this.#settings = parts.settings
    this.#surroundings = parts.surroundings
  }

  /** The engine for a model id such as `silero/v6`. Throws `unknown_model` or what the provider throws. */
  get<Kind extends keyof Engines>(kind: Kind, id: string): Promise<Engines[Kind]> {
    const key = `${kind} ${id}`
    let engine = this.#engines.get(key) as Promise<Engines[Kind]> | undefined
    if (!engine) {
      engine = this.#make(kind, id)
      this.#engines.set(key, engine)
      engine.catch(() => this.#engines.delete(key))
    }
    return engine
  }

  /** The engine if it has been asked for before, without loading it. */
  peek<Kind extends keyof Engines>(kind: Kind, id: string): Promise<Engines[Kind]> | undefined {
    return this.#engines.get(`${kind} ${id}`) as Promise<Engines[Kind]> | undefined
  }

  async #make<Kind extends keyof Engines>(kind: Kind, id: string): Promise<Engines[Kind]> {
    const slash = id.indexOf('/')
    const name = slash < 0 ? id : id.slice(0, slash)
    const provider = await this.#load(name)
    if (!provider?.[kind]) throw new VoiceError('unknown_model', `No engine goes by the id ${id}.`, { param: 'model' })
    const read = provider.settings.safeParse(this.#settings[name] ?? {})
    if (!read.success) {
      const { path, message } = read.error.issues[0]!
      throw new VoiceError('unavailable', `${['providers', name, ...path].map(String).join('.')}: ${message}.`)
    }
    const settings = read.data
    const model = slash < 0 ? '' : id.slice(slash + 1)
    return (await provider[kind](model, settings, this.#surroundings)) as Engines[Kind]
  }

  /** Unloads everything. */
  async close(): Promise<void> {
    const engines = [...this.#engines.values()]
    this.#engines.clear()
    await Promise.allSettled(engines.map(async (engine) => (await engine).close?.()))
  }
}
