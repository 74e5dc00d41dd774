/** The engines of one server: which there are, which serves whom, and whether they are warm. */
import path from 'node:path'
import type { EchoGuard } from '../engines/echo-guard.ts'
import type { EngineCard } from '../engines/engine.ts'
import type { LanguageModel } from '../engines/language-model.ts'
import { type Engines, type Provider, Registry } from '../engines/registry.ts'
import type { SpeechToText } from '../engines/speech-to-text.ts'
import type { TextToSpeech } from '../engines/text-to-speech.ts'
import type { TurnDetector } from '../engines/turn-detector.ts'
import type { VoiceProfiler } from '../engines/voice-profiler.ts'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { ListenStart, Noise } from '../listening/commands.ts'
import { withEnergyGate } from '../listening/energy-gate.ts'
import { withNoiseSuppression } from '../listening/noise-suppression.ts'
import { defaultGate, defaultTurns, type ListenSettings } from '../listening/settings.ts'
import type { Log } from '../log.ts'
import type { ListenerWish } from '../session/hearing-wish.ts'
import { loadProvider, providerNames } from './catalog.ts'
import { keyedProviders, type Settings } from './config.ts'
import { bestInstalled } from './installed.ts'
import {
  defaultLanguageModel,
  languageFallback,
  type ResolvedLanguageModel,
  resolveLanguageModel,
} from './language-models.ts'
import { configuredProviders } from './language-providers.ts'
import { resolveSpeechToText } from './model-ids.ts'
import { servedModels } from './served-models.ts'
import { voiceEngines } from './voice-engines.ts'
import { resolveVoice, type VoiceWish } from './voices.ts'

/** The recognizer that needs no download. */
const embedded = 'pocketsphinx/en-us'
/** Share of suppressed audio in what the recognizer hears: all of it is for rooms, where there is most to take out. */
const noiseStrength = { near: 0.7, far: 1 } as const
/** The turn detector that ships. */
const embeddedTurns = 'turns/embedded'

/** The speaker encoder that ships; it loads with the first speech. */
const embeddedSpeakers = 'speakers/embedded'

/** One kind of engine that the server needs: its card when it is there, else what is missing, in one line. */
export interface EngineState {
  readonly kind: string
  readonly id: string
  readonly card?: EngineCard
  readonly problem?: string
  /** What is told of a voice from it. */
  readonly traits?: readonly string[]
}

export interface OpenEngines {
  readonly registry: Registry
  /** Id of the recognizer that serves local names now; a better one may be installed while the server runs. */
  local(): Promise<string>
  /** The engine that an id leads to; `warning` says when it stands in for another. */
  resolve(model: string): Promise<{ readonly engine: string; readonly warning?: string }>
  /** Everything that listening needs, from what a client asked for. Throws `unknown_model`, `unavailable`. */
  listenSettings(
    start: ListenStart,
  ): Promise<{ readonly settings: ListenSettings; readonly engine: string; readonly warning?: string }>
  /** What the language model's name leads to, without loading it. Throws `unknown_model`, `unavailable`. */
  resolveLanguageModel(name: string): Promise<ResolvedLanguageModel>
  /** Everything that listening in a conversation needs. A recognizer or language that nobody knows never fails it: the default serves. */
  conversationSettings(wish: ListenerWish): Promise<ListenSettings>
  /** The language model for a client's name for it; empty: the default one. Throws `unknown_model`, `unavailable`. */
  languageModel(
    name: string,
  ): Promise<{ readonly engine: LanguageModel; readonly id: string; readonly warning?: string }>
  /** The engine and its voice for what a client called them. Never fails on a voice's name: the nearest serves. */
  voice(wish: VoiceWish): Promise<{ readonly engine: TextToSpeech; readonly id: string; readonly voice: string }>
  /** What tells replies that come back through a microphone. Never rejects: conversations can do without. */
  echoGuard(): Promise<EchoGuard | undefined>
  /** True when the recognizer for local names has no room for one more speaker. */
  busy(): boolean
  /** Loads the engines of the default path and says how that went. */
  warm(): Promise<readonly EngineState[]>
  close(): Promise<void>
}

const baseCode = (language: string): string => language.toLowerCase().split(/[-_]/)[0] ?? ''

/** The languages to listen for: none where the client's are only a hint that this engine can do without. */
const heeded = (start: ListenStart, card: EngineCard): { readonly languages?: readonly string[] } => {
  const known = start.settings.languages?.some((language) => card.languages?.includes(baseCode(language)) ?? true)
  return start.languageHint && card.detectsLanguage && known === false ? { languages: [] } : {}
}

/** `auto`: while no provider has a key, a client should work by its base URL alone. Those of language models do not hear. */
const fallsBack = (settings: Settings): boolean => {
  const { fallback } = settings.models
  if (fallback !== 'auto') return fallback
  const talkers = configuredProviders(settings).map(({ name }) => name)
  return keyedProviders(settings).every((name) => talkers.includes(name))
}

/** Providers besides the built-in ones, by name; one of the same name takes its place. */
export type OwnProviders = Readonly<Record<string, Provider>>

/** Opens nothing yet: engines load when first asked for. */
export const openEngines = (settings: Settings, log: Log, own: OwnProviders = {}): OpenEngines => {
  const cacheDir = path.resolve(settings.cacheDir)
  const registry = new Registry({
    load: async (name) =>
      Object.hasOwn(own, name) ? own[name] : loadProvider(name, settings.providers[name]?.baseUrl),
    settings: settings.providers,
    surroundings: { log, cacheDir },
  })
  const warned = new Set<string>()
  // Once for each name, so that a busy server does not fill its log.
  const warnOnce = (model: string, engine: string, message: string): void => {
    if (warned.has(model) || warned.size >= 1000) return
    warned.add(model)
    log.warn({ model, engine }, message)
  }
  const firstOf = servedModels((name) => {
    const key = settings.providers[name]?.apiKey
    return typeof key === 'string' ? key : undefined
  })
  const elsewhere = configuredProviders(settings).map(({ name }) => name)
  if (elsewhere.length > 0) log.info({ providers: elsewhere }, 'conversations may be sent to these providers')
  const talking = [...providerNames, ...Object.keys(own).filter((name) => own[name]?.languageModel)]
  let localEngine: SpeechToText | undefined

  const local = async (): Promise<string> =>
    settings.models.speechToText === 'auto'
      ? ((await bestInstalled(cacheDir)) ?? embedded)
      : settings.models.speechToText

  const resolve = async (model: string): Promise<{ engine: string; warning?: string }> => {
    const { engine, standsFor } = resolveSpeechToText(model, {
      aliases: settings.models.aliases,
      providerNames: [...providerNames, ...Object.keys(own)],
      fallback: fallsBack(settings),
      acceptAny: settings.models.acceptAny,
      local: await local(),
    })
    if (!standsFor) return { engine }
    return { engine, warning: `${model} is served by ${engine}: no key of ${standsFor} is configured.` }
  }

  const resolveName = async (name: string): Promise<ResolvedLanguageModel> => {
    const { aliases, acceptAny } = settings.models
    return resolveLanguageModel(name, {
      aliases,
      acceptAny,
      fallback: languageFallback(settings),
      configured: configuredProviders(settings),
      builtIn: talking,
      ...defaultLanguageModel(settings, talking, firstOf),
    })
  }

  const voiceActivity = async (): Promise<ListenSettings['engines']['voiceActivity']> => {
    const engine = await registry.get('voiceActivity', settings.models.voiceActivity)
    return settings.listening.energyGate ? withEnergyGate(engine) : engine
  }

  /** Hearing does without: what a voice is like, whose it is, whether it is our own, and noise that is suppressed. */
  const besides = <
    Kind extends 'voiceProfiler' | 'speakerEncoder' | 'speakerSegmentation' | 'echoGuard' | 'noiseSuppressor',
  >(
    kind: Kind,
    id: string,
  ): Promise<Engines[Kind] | undefined> =>
    registry.get(kind, id).catch((error: unknown) => {
      warnOnce(id, id, asVoiceError(error).message)
      return undefined
    })

  const voices = voiceEngines(
    settings,
    (id) => besides('voiceProfiler', id),
    (id, message) => warnOnce(id, id, message),
  )

  const recognizer = async (id: string, noise: Noise): Promise<SpeechToText> => {
    const { noiseSuppressor } = settings.models
    const engine = await registry.get('speechToText', id)
    if (noise === 'none' || noiseSuppressor === 'none') return engine
    const suppressor = await besides('noiseSuppressor', noiseSuppressor)
    return suppressor ? withNoiseSuppression(engine, suppressor, noiseStrength[noise]) : engine
  }

  const encoderId = settings.models.speakerEncoder
  const turnDetectorId = settings.models.turnDetector === 'auto' ? embeddedTurns : settings.models.turnDetector
  /** None where silence alone is to decide, or where another language than it knows is spoken. Turns can do without, so it never fails anything. */
  const turnDetector = async (languages: readonly string[]): Promise<TurnDetector | undefined> => {
    if (turnDetectorId === 'none') return undefined
    const engine = await registry.get('turnDetector', turnDetectorId).catch((error: unknown) => {
      warnOnce(turnDetectorId, turnDetectorId, asVoiceError(error).message)
      return undefined
    })
    const known = engine?.card.languages
    return !known || languages.length === 0 || languages.some((one) => known.includes(baseCode(one)))
      ? engine
      : undefined
  }

  /** `judged`: the end of a turn is judged by more than silence. */
  const listening = async (
    start: ListenStart,
    judged: boolean,
  ): Promise<Awaited<ReturnType<OpenEngines['listenSettings']>>> => {
    const { engine, warning } = await resolve(start.model)
    if (warning) warnOnce(start.model, engine, 'no key for this model: the local engine serves it')
    const { speakerSegmentation: segmentationId } = settings.models
    const compares = start.voiceProfile && settings.voice.newSpeakers
    const [speechToText, activity, voiceProfiler, languageIdentifier, speakerEncoder, speakerSegmentation, detector] =
      await Promise.all([
        recognizer(engine, start.noise ?? settings.listening.noise),
        voiceActivity(),
        start.voiceProfile ? voices.profiler() : undefined,
        start.voiceProfile ? undefined : voices.languageIdentifier(),
        start.diarize || compares ? besides('speakerEncoder', encoderId) : undefined,
        start.diarize && segmentationId !== 'none' ? besides('speakerSegmentation', segmentationId) : undefined,
        judged ? turnDetector(start.settings.languages ?? []) : undefined,
      ])
    if (speechToText.busy?.()) {
      throw new VoiceError('overloaded', 'Too many people are talking at the same time for this server.')
    }
    const { gate, turns, ...wishes } = { ...start.settings, ...heeded(start, speechToText.card) }
    const { threshold, pauseMs, minSpeechMs, prefixMs, finalBudgetMs } = settings.listening
    return {
      engine,
      ...(warning ? { warning } : {}),
      settings: {
        languages: [],
        terms: [],
        partials: true,
        finalBudgetMs,
        alternatives: 0,
        ...wishes,
        gate: { ...defaultGate, threshold, pauseMs, minSpeechMs, prefixMs, ...gate },
        turns: { ...defaultTurns, ...turns },
        engines: {
          speechToText,
          voiceActivity: activity,
          ...(detector ? { turnDetector: detector } : {}),
          ...(voiceProfiler ? { voiceProfiler } : {}),
          ...(languageIdentifier ? { languageIdentifier } : {}),
          ...(speakerEncoder && start.diarize ? { speakerEncoder } : {}),
          ...(speakerEncoder && compares ? { voiceComparison: speakerEncoder } : {}),
          ...(speakerSegmentation ? { speakerSegmentation } : {}),
        },
      },
    }
  }
  // Read sentences pause where they could end, and there silence does better: only who asks for confidence gets it.
  const listenSettings: OpenEngines['listenSettings'] = (start) =>
    listening(start, (start.settings.turns?.confidence ?? 0) > 0)

  return {
    registry,
    local,
    resolve,
    listenSettings,
    async conversationSettings({ model, languages, voiceProfile, noise }) {
      const known = await resolve(model).catch(() => undefined)
      const engine = known && model !== '' ? model : await local()
      if (!known && model !== '')
        warnOnce(model, engine, 'this transcription model is not here: the local engine serves')
      const { card } = await registry.get('speechToText', (known ?? (await resolve(engine))).engine)
      const start: ListenStart = {
        model: engine,
        format: { encoding: 'pcm16', sampleRate: 16_000, channels: 1 },
        settings: { languages: languages.filter((language) => card.languages?.includes(baseCode(language)) ?? true) },
        voiceProfile,
        noise,
        gapMs: 0,
        inactivityMs: 0,
      }
      return (await listening(start, true)).settings
    },
    resolveLanguageModel: resolveName,
    async languageModel(name) {
      const { id, warning } = await resolveName(name)
      if (warning) warnOnce(name, id, 'another language model stands in for this one')
      const engine = await registry.get('languageModel', id)
      return { engine, id, ...(warning ? { warning } : {}) }
    },
    async voice(wish) {
      const { id, voice } = resolveVoice(wish, settings)
      return { engine: await registry.get('textToSpeech', id), id, voice }
    },
    echoGuard: () => besides('echoGuard', 'echo/embedded'),
    busy: () => localEngine?.busy?.() ?? false,
    async warm() {
      const wanted = [
        { kind: 'speechToText' as const, id: await local() },
        { kind: 'voiceActivity' as const, id: settings.models.voiceActivity },
        ...voices.wanted,
        ...(encoderId === embeddedSpeakers ? [] : [{ kind: 'speakerEncoder' as const, id: encoderId }]),
        ...(turnDetectorId === 'none' ? [] : [{ kind: 'turnDetector' as const, id: turnDetectorId }]),
      ]
      // Its package takes a while to load. Where it fails, who first wants it is told why; hearing does without.
      const talker = resolveName('').then(({ id }) => registry.get('languageModel', id))
      const states = Promise.all(
        wanted.map(async ({ kind, id }): Promise<EngineState> => {
          try {
            const engine = await registry.get(kind, id)
            if (kind === 'speechToText') localEngine = engine as SpeechToText
            const traits = kind === 'voiceProfiler' ? voices.traitsOf(id, engine as VoiceProfiler) : undefined
            return { kind, id, card: engine.card, ...(traits ? { traits } : {}) }
          } catch (error) {
            const problem = asVoiceError(error)
            if (problem.code === 'internal') log.error({ kind, id, err: problem.cause }, 'engine failed to load')
            return { kind, id, problem: problem.message }
          }
        }),
      )
      await talker.catch(() => undefined)
      return states
    },
    close: () => registry.close(),
  }
}
