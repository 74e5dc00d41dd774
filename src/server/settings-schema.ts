/** The operator's settings: every field with its default and what it is for. */
import { z } from 'zod'
import { realtime, telephony, tools, voice, webrtc } from './conversation-settings.ts'

const milliseconds = z.number().int().min(0)
const mebibyte = 1024 * 1024

/** Traits of a voice that an engine of its own may tell. */
const traits = ['emotion', 'age', 'gender', 'accent', 'pitch', 'rate', 'vocalStyle', 'environment', 'language'] as const

const models = z.strictObject({
  speechToText: z
    .string()
    .min(1)
    .default('auto')
    .describe(
      'Recognizer that serves `inworld/inworld-stt-1` and other names of the local recognizer. `auto`: the best one installed.',
    ),
  voiceActivity: z.string().min(1).default('silero/v6').describe('Engine that tells speech from silence.'),
  voiceProfiler: z
    .string()
    .min(1)
    .default('profile/signal')
    .describe('Engine that tells what a voice is like, for clients that ask for a voice profile.'),
  voiceTraits: z
    .partialRecord(z.enum(traits), z.string().min(1))
    .default({})
    .describe(
      'Other engines for some traits of a voice: trait → engine, such as `vocalStyle=yamnet,language=sherpa/lid-whisper-tiny`. `language` is told on every wire that has a place for it. See the page on the voice profile.',
    ),
  speakerEncoder: z
    .string()
    .min(1)
    .default('speakers/embedded')
    .describe('Engine that tells speakers apart, for clients that ask who spoke.'),
  speakerSegmentation: z
    .string()
    .min(1)
    .default('none')
    .describe(
      'Engine that finds who speaks when in recordings, two at once included. `pyannote/segmentation-3`: a model that is pulled first. `none`: by voice activity, one speaker at a time.',
    ),
  noiseSuppressor: z
    .string()
    .min(1)
    .default('rnnoise/embedded')
    .describe(
      'Engine that suppresses noise for the recognizer, where a client or `listening.noise` asks for that. `gtcrn`: a model that is pulled first. `none`: never, whoever asks.',
    ),
  turnDetector: z
    .string()
    .min(1)
    .default('auto')
    .describe(
      'Engine that tells whether a speaker who pauses has finished, for `semantic_vad` and for clients that set `endOfTurnConfidenceThreshold`. `auto`: the embedded `turns/embedded`. `smart-turn/v3.2`: a model that is pulled first. `none`: silence alone decides.',
    ),
  languageModel: z
    .string()
    .min(1)
    .default('auto')
    .describe(
      'Language model that answers where a client names none, or one that has no key here. `auto`: that of the first provider with a key, else of a server of your own that answers, else the embedded `parley/rules`.',
    ),
  textToSpeech: z
    .string()
    .min(1)
    .default('auto')
    .describe(
      'Engine that speaks where a voice is not bound to another. `auto`: the best one installed for the language.',
    ),
  aliases: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe('Model names of your own: what a client asks for → the engine that answers.'),
  fallback: z
    .union([z.literal('auto'), z.boolean()])
    .default('auto')
    .describe(
      'Whether a known cloud model that has no key or file here is answered by the local engine. `auto`: only while no provider has a key.',
    ),
  acceptAny: z
    .boolean()
    .default(false)
    .describe('Whether a model name that nobody knows is answered by the local engine instead of refused.'),
  download: z
    .enum(['ask', 'default', 'never'])
    .default('ask')
    .describe(
      'Better models at the start: `ask` on a terminal, fetch the `default` set without asking, or `never` look for them.',
    ),
  mirror: z
    .string()
    .min(1)
    .optional()
    .describe('URL or folder that holds the model files in place of the public hubs.'),
  offline: z.boolean().default(false).describe('Never use the network for models.'),
})

const limits = z.strictObject({
  sessionsPerKey: z.number().int().min(1).default(20).describe('Conversations that one key may hold at a time.'),
  requestsPerSecondPerKey: z.number().min(1).default(1000).describe('HTTP requests that one key may make in a second.'),
  messageBytes: z
    .number()
    .int()
    .min(1024)
    .default(16 * mebibyte)
    .describe('Largest WebSocket message. A wire with a smaller limit of its own keeps it.'),
  bodyBytes: z
    .number()
    .int()
    .min(1024)
    .default(24 * mebibyte)
    .describe('Largest JSON body of an HTTP request.'),
  audioBytes: z
    .number()
    .int()
    .min(1024)
    .default(16 * mebibyte)
    .describe('Largest audio of one HTTP request, as sent.'),
  maxAudioSeconds: z.number().min(1).default(14_400).describe('Longest audio of one HTTP request, once decoded.'),
  decodeRatio: z
    .number()
    .min(1)
    .default(2000)
    .describe('How many times larger decoded audio may be than what was sent.'),
  sessionHours: z.number().min(0).default(24).describe('Longest life of a WebSocket session. 0: no limit.'),
})

const jobs = z.strictObject({
  running: z.number().int().min(1).default(1).describe('Recordings that are transcribed as jobs at the same time.'),
  perKey: z
    .number()
    .int()
    .min(1)
    .default(100)
    .describe('Jobs that one key may have: waiting, running, and finished ones whose results are still kept.'),
  audioBytes: z
    .number()
    .int()
    .min(1024)
    .default(64 * mebibyte)
    .describe('Largest recording of a job, as a file or behind an address. Inside JSON, 16 MiB is the most.'),
  memoryBytes: z
    .number()
    .int()
    .min(1024)
    .default(256 * mebibyte)
    .describe('What all jobs may hold in memory together: recordings that wait, and results.'),
  keepMinutes: z.number().min(0.1).max(10_080).default(60).describe('How long the result of a job is kept.'),
  fetchAudio: z
    .boolean()
    .default(false)
    .describe('Whether clients may name recordings by an https address (`audioUri`), which this server then fetches.'),
  privateHosts: z
    .array(z.string().min(1))
    .default([])
    .describe('Hosts on your own network that recordings may be fetched from, which are refused otherwise.'),
})

const listening = z.strictObject({
  threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Likelihood of speech, 0 to 1, from which it counts as speech.'),
  pauseMs: milliseconds
    .default(200)
    .describe('Silence after which speech counts as stopped: a pause, not yet the end.'),
  minSpeechMs: milliseconds.default(100).describe('Speech shorter than this counts as noise.'),
  prefixMs: milliseconds.default(300).describe('Audio before the start of speech that the recognizer is given too.'),
  energyGate: z
    .boolean()
    .default(true)
    .describe('Pass over audio as quiet as the background without asking the voice activity engine.'),
  noise: z
    .enum(['none', 'near', 'far'])
    .default('none')
    .describe(
      'Whether noise is suppressed for the recognizer on wires whose clients cannot ask for it, and how much: for a microphone `near` the mouth or `far` from it. Helps in noise, harms a little without.',
    ),
  finalBudgetMs: milliseconds
    .default(500)
    .describe(
      'How long the second, better hearing of a turn may take after its end. Beyond it the first hearing counts.',
    ),
})

const vachana = z.strictObject({
  minSilenceMs: milliseconds.default(440).describe('Silence that ends a segment.'),
  gapMs: milliseconds.default(500).describe('Time without audio after which an open segment is ended.'),
  maxSegmentMs: milliseconds
    .min(1000)
    .default(30_000)
    .describe('Longest segment; a longer one is cut at a quiet place.'),
})

const inworld = z.strictObject({
  inBandRefusal: z
    .union([z.literal('query'), z.boolean()])
    .default('query')
    .describe(
      'Refuse a wrong key by an error message on an accepted socket instead of HTTP 401: always, never, or only when the key came in the `query`, as from browsers.',
    ),
  firstMessageMs: milliseconds.default(30_000).describe('How long a new socket may stay without its first message.'),
})

const tls = z.strictObject({
  certFile: z.string().min(1).optional().describe('Certificate for TLS, with its chain, as a PEM file.'),
  keyFile: z.string().min(1).optional().describe('Private key of the certificate, as a PEM file.'),
  selfSigned: z
    .boolean()
    .default(false)
    .describe('Serve TLS with a certificate that is made at the first start and kept in the cache folder.'),
})

/** Every object is strict, every field described: the settings page and the checks come from here. */
export const settingsSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. `0.0.0.0` takes connections from anywhere.'),
  port: z.number().int().min(0).max(65_535).default(8080).describe('Port to listen on. 0: any free one.'),
  publicUrl: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Address under which clients reach this server, such as `https://voice.example.com`, where a proxy stands before it. Unset: what each request says.',
    ),
  apiKeys: z
    .array(z.string().min(1))
    .default([])
    .describe('Keys that clients may use. None: one is made at the first start and kept in the cache folder.'),
  cacheDir: z
    .string()
    .min(1)
    .default('')
    .describe('Folder for models, unpacked packages and the generated key. Default: `.cache` in the project.'),
  models: models.prefault({}).describe('Which engine answers to which name.'),
  providers: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .default({})
    .describe('Settings of each provider by its name, such as `pocketsphinx`. Keys come from the environment only.'),
  limits: limits.prefault({}).describe('How much one client may take.'),
  jobs: jobs.prefault({}).describe('Transcription that is asked for now and fetched later.'),
  listening: listening.prefault({}).describe('How speech is told from silence, where the client does not say.'),
  vachana: vachana.prefault({}).describe('The Vachana wire.'),
  inworld: inworld.prefault({}).describe('The Inworld wire.'),
  realtime: realtime.prefault({}).describe('The Realtime wire.'),
  webrtc: webrtc.prefault({}).describe('Calls over WebRTC.'),
  telephony: telephony.prefault({}).describe('Telephone calls, over the media streams of carriers.'),
  voice: voice.prefault({}).describe('What is made of the voice of the user, in conversations.'),
  tools: tools.prefault({}).describe('What the server runs for models: tools of MCP servers, and web search.'),
  tls: tls.prefault({}).describe('Encryption: `https:` and `wss:` in place of `http:` and `ws:`.'),
  ping: z
    .strictObject({
      everyMs: milliseconds.default(20_000).describe('How often a WebSocket is pinged. 0: never.'),
    })
    .prefault({})
    .describe('Keeping sockets alive.'),
  cors: z
    .strictObject({
      origins: z
        .array(z.string().min(1))
        .default(['*'])
        .describe('Web origins that may call. `*`: any; no cookies are used.'),
    })
    .prefault({})
    .describe('Which web pages may call.'),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Least severe line to log.'),
      content: z
        .boolean()
        .default(false)
        .describe('Whether what people say may be logged, in fields named `content`. Off, it never is.'),
    })
    .prefault({})
    .describe('The log, on standard error.'),
  record: z
    .strictObject({
      dir: z
        .string()
        .min(1)
        .optional()
        .describe(
          'Folder for recordings of whole sessions, with what was said, for `parley replay`. Unset: nothing is recorded.',
        ),
    })
    .prefault({})
    .describe('Recordings, for finding faults.'),
  shutdownGraceMs: milliseconds
    .default(5000)
    .describe('How long running sessions may go on after the server was told to stop.'),
})

/** The operator's settings, complete and checked. */
export type Settings = z.output<typeof settingsSchema>
