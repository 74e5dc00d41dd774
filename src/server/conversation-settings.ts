/** Settings of conversations, calls and telephone calls: each with its default and what it does. */
import { z } from 'zod'
import { carrierNames } from '../protocols/telephony/carriers.ts'
import { phoneToolNames } from '../protocols/telephony/phone-tools.ts'

const milliseconds = z.number().int().min(0)

/** How much must be said over a reply, on one of the paths of the Realtime wire. */
const interruption = (path: string, minSpeechMs: number) =>
  z.strictObject({
    minSpeechMs: milliseconds
      .max(5000)
      .default(minSpeechMs)
      .describe(
        `Speech that is needed before it is told and stops a reply, on ${path} path. Shorter speech that holds words counts once they are known. 0: it counts as soon as it is noticed.`,
      ),
    minWords: z
      .number()
      .int()
      .min(0)
      .max(20)
      .default(0)
      .describe(
        `Words that are needed besides, while a reply is heard, on ${path} path. “Yeah”, “okay” and the like are none. 0: words are not waited for.`,
      ),
  })

export const realtime = z.strictObject({
  sessionMinutes: z.number().min(0).default(60).describe('Longest life of a Realtime session. 0: no limit.'),
  keptAudioSeconds: z
    .number()
    .min(0)
    .default(60)
    .describe(
      'Audio of each Realtime session that is kept in memory for clients that ask for it (`conversation.item.retrieve`). 0: none.',
    ),
  stallMs: milliseconds
    .min(100)
    .default(30_000)
    .describe('How long a language model may be silent before the reply fails.'),
  interruption: z
    .strictObject({
      openai: interruption('OpenAI’s', 0).prefault({}).describe('On OpenAI’s path.'),
      inworld: interruption('Inworld’s', 200).prefault({}).describe('On Inworld’s path.'),
    })
    .prefault({})
    .describe('What counts as an interruption where the client does not say.'),
  echoGuard: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'Whether the sound of replies that comes back through the microphone is told from speech. `auto`: where the server plays replies at the pace of time (WebRTC, telephones, `parley talk`). `on`: also on sockets, where when they are heard is a guess. `off`: clients cancel echoes themselves.',
    ),
  earlyStart: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'Whether an answer is prepared where a turn is likely over but not yet ended, perhaps in vain; with `semantic_vad` alone. `auto`: where the language model answers from this machine, since elsewhere each try is paid for, unless a client asks for it. `on`: always, unless a client does not want it. `off`: never.',
    ),
})

const isIpAddress = (text: string): boolean => z.union([z.ipv4(), z.ipv6()]).safeParse(text).success

export const webrtc = z.strictObject({
  port: z
    .union([z.enum(['same', 'own']), z.number().int().min(1).max(65_535)])
    .default('same')
    .describe(
      'UDP port of all calls. `same`: the number of the TCP port. `own`: each call has one of its own, which no firewall can know.',
    ),
  host: z
    .string()
    .default('')
    .describe('Address on which calls are taken. Empty: that of the server, or any where `webrtc.publicIp` is set.'),
  publicIp: z
    .string()
    .refine((address) => address === '' || isIpAddress(address), 'expected an IP address')
    .default('')
    .describe('Address at which callers reach this machine, where it stands behind a router or in a container.'),
  iceServers: z
    .array(
      z.strictObject({
        urls: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
        username: z.string().optional(),
        credential: z.string().optional(),
      }),
    )
    .default([])
    .describe(
      'STUN and TURN servers that clients are told of by `GET /v1/realtime/ice-servers`, each with `urls`, `username` and `credential`. Every client gets to see them.',
    ),
})

export const telephony = z.strictObject({
  carriers: z
    .array(z.enum(carrierNames))
    .default([])
    .describe('Carriers whose calls are taken: `twilio`, `telnyx`, `plivo`, `exotel`. None: there is no telephone.'),
  twilioAuthToken: z
    .string()
    .min(1)
    .optional()
    .describe('Auth token of your Twilio account, by which its signature is checked.'),
  plivoAuthToken: z
    .string()
    .min(1)
    .optional()
    .describe('Auth token of your Plivo account, by which its signature is checked.'),
  telnyxPublicKey: z
    .string()
    .min(1)
    .optional()
    .describe('Public key of your Telnyx account, in base64, by which its signature is checked.'),
  greeting: z.string().default('').describe('Said first in a call, as it stands. Empty: the caller speaks first.'),
  instructions: z.string().default('').describe('What the language model is told about its task in calls.'),
  model: z.string().default('').describe('Language model of calls. Empty: `models.languageModel`.'),
  voice: z.string().default('').describe('Voice of calls. Empty: the usual one, which follows the caller’s manner.'),
  language: z
    .string()
    .default('')
    .describe('Language that is spoken in calls, such as `en-US`. Empty: the voice’s own.'),
  dtmf: z
    .enum(['answer', 'note', 'ignore'])
    .default('answer')
    .describe(
      'What keys are that a caller presses: a turn that is `answer`ed, a `note` that the model sees with the next turn, or nothing.',
    ),
  tools: z
    .array(z.enum(phoneToolNames))
    .default(['hang_up'])
    .describe('What the model may do to a call: `hang_up`, and `send_dtmf` to press keys.'),
  interruption: interruption('the telephone’s', 200).prefault({}).describe('What counts as an interruption in calls.'),
})

export const voice = z.strictObject({
  sensitive: z
    .boolean()
    .default(true)
    .describe(
      'Whether emotion, age and accent of a voice may be told at all: to clients that ask, to language models and to routers. See the page on consent.',
    ),
  environment: z
    .boolean()
    .default(false)
    .describe('Whether the place that a voice comes from (a street, a car, a telephone) is told too.'),
  newSpeakers: z
    .boolean()
    .default(true)
    .describe(
      'Whether a voice profile begins anew where another voice goes on in the same stream. Takes 0.8 % of a core while somebody speaks.',
    ),
  notes: z
    .boolean()
    .default(true)
    .describe(
      'Whether the language model of a conversation is told how the user sounds, in a short note behind the words. No client sees it; one may turn it off.',
    ),
  match: z
    .boolean()
    .default(true)
    .describe(
      'Whether replies follow the manner of the user (a whisper is answered in a whisper) where the client names no voice, and the pace where it names no speed.',
    ),
})

export const tools = z.strictObject({
  mcp: z
    .boolean()
    .default(false)
    .describe(
      'Whether clients may name MCP servers whose tools the model uses. What the model passes to a tool goes to its server.',
    ),
  mcpHosts: z
    .array(z.string().min(1))
    .default([])
    .describe('Hosts that these servers may be on, such as `mcp.example.com`. None: any that everyone can reach.'),
  privateHosts: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Hosts of MCP servers on your own network, such as `mcp.lan` or `10.0.0.5:8000`, which are refused otherwise.',
    ),
  search: z
    .enum(['none', 'searxng', 'brave', 'exa', 'tavily'])
    .default('none')
    .describe('What a model searches the web with, where a client wants that. What is searched for goes there.'),
  searchUrl: z
    .string()
    .min(1)
    .optional()
    .describe('Address of your SearXNG, such as `http://searx.lan:8888`; for the others in place of their own.'),
  searchApiKey: z.string().min(1).optional().describe('Key of the search engine; SearXNG needs none.'),
  timeoutMs: milliseconds
    .min(100)
    .default(30_000)
    .describe('How long a tool or a search may take before the model is told that it failed.'),
})
