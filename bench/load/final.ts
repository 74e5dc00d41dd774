/** `load --only final`: one talker on this machine, from the end of speech to the final. */
import { setTimeout as sleep } from 'node:timers/promises'
import { joined } from '../../src/audio/joined.ts'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import type { ListenStart } from '../../src/listening/commands.ts'
import type { Heard } from '../../src/listening/heard.ts'
import { silentLog } from '../../src/log.ts'
import { loadSettings } from '../../src/server/config.ts'
import { type OpenEngines, openEngines } from '../../src/server/engines.ts'
import { ListenSession } from '../../src/session/listen-session.ts'
import { silence } from '../noise.ts'
import { figure, percent, progress, progressDone, type Table } from '../report.ts'
import { percentile, spread } from '../statistics.ts'
import { cut, sayings } from './audio.ts'
import { chunkMs, sampleRate } from './chunks.ts'

type Final = Extract<Heard, { type: 'transcript.final' }>

interface Ended {
  readonly final: Final
  /** When the chunk was sent that settled the turn. */
  readonly dueAt: number
  readonly decidedAt: number
  readonly finalAt: number
  /** When speech ended, on the wall clock of somebody whose first sample was spoken as the session began. */
  readonly speechEndAt: number
}

/** A session whose audio is sent chunk by chunk at the pace of speech. */
const talk = async (engines: OpenEngines, model: string) => {
  const session = new ListenSession({ prepare: (start) => engines.listenSettings(start), log: silentLog })
  const start: ListenStart = {
    model,
    format: { encoding: 'pcm16', sampleRate, channels: 1 },
    settings: {},
    voiceProfile: false,
    gapMs: 0,
    inactivityMs: 0,
  }
  session.send({ type: 'listen.start', start })
  const ended: Ended[] = []
  const answered = new Map<number, (at: number) => void>()
  const sentAt: number[] = []
  let beganAt = 0
  const reading = (async () => {
    const decided = new Map<number, number>()
    for await (const event of session.events) {
      const now = performance.now()
      if (event.type === 'turn.ended') decided.set(event.utterance, now)
      else if (event.type === 'marked') answered.get(event.mark)?.(now)
      else if (event.type === 'transcript.final' && event.silenceMs > 0) {
        const chunk = Math.ceil((event.endMs + event.silenceMs) / chunkMs) - 1
        ended.push({
          final: event,
          dueAt: sentAt[chunk] ?? Number.NaN,
          decidedAt: decided.get(event.utterance) ?? Number.NaN,
          finalAt: now,
          speechEndAt: beganAt + event.endMs,
        })
      }
    }
  })()
  let marks = 0
  return {
    ended,
    async say(samples: Float32Array): Promise<void> {
      for (const chunk of cut(samples)) {
        if (sentAt.length === 0) beganAt = performance.now()
        // A chunk can be sent once its last sample has been spoken.
        await sleep(Math.max(0, beganAt + (sentAt.length + 1) * chunkMs - performance.now()))
        sentAt.push(performance.now())
        session.send({ type: 'audio.append', bytes: samplesToPcm16(chunk) })
      }
    },
    /** Milliseconds until everything said so far has its final. */
    endTurn(): Promise<number> {
      marks += 1
      const asked = performance.now()
      return new Promise((resolve) => {
        answered.set(marks, (at) => resolve(at - asked))
        session.send({ type: 'turn.end', mark: marks })
      })
    },
    async close(): Promise<void> {
      session.send({ type: 'listen.end' })
      await reading
      await session.close()
    },
  }
}

const after = 1.5
const longTurnSeconds = 10

export const final = async (options: { readonly seconds: number; readonly runs: number }): Promise<Table> => {
  const engines = openEngines(loadSettings(), silentLog)
  try {
    const model = await engines.local()
    const all = await sayings()
    const speaker = await talk(engines, model)
    // The first utterance pays for what is made once.
    await speaker.say(joined(Float32Array, [all[0]!.samples, silence(after)]))
    speaker.ended.length = 0
    const until = performance.now() + options.seconds * 1000
    for (let turn = 0; performance.now() < until; turn += 1) {
      progress(`final: turn ${turn + 1}`)
      await speaker.say(joined(Float32Array, [all[turn % all.length]!.samples, silence(after)]))
    }
    await speaker.close()
    const { ended } = speaker

    const long = joined(
      Float32Array,
      all.filter(({ name }) => !name.startsWith('cards')).map(({ samples }) => samples),
    )
    const endTurnMs: number[] = []
    for (let run = 0; run < options.runs; run += 1) {
      progress(`final: endTurn ${run + 1}`)
      const other = await talk(engines, model)
      await other.say(long.subarray(0, longTurnSeconds * sampleRate))
      endTurnMs.push(await other.endTurn())
      await other.close()
    }

    const passes = ended.filter(({ final }) => final.text !== '')
    const whole = passes.filter(({ final }) => final.pass === 'whole').length / passes.length
    const rows = {
      'beyond the silence window': ended.map(({ dueAt, finalAt }) => finalAt - dueAt),
      'until the decision': ended.map(({ dueAt, decidedAt }) => decidedAt - dueAt),
      'decision to final': ended.map(({ decidedAt, finalAt }) => finalAt - decidedAt),
      'end of speech to final': ended.map(({ speechEndAt, finalAt }) => finalAt - speechEndAt),
      [`endTurn after ${longTurnSeconds} s of speech`]: endTurnMs,
    }
    const silenceMs = percentile(
      ended.map(({ final }) => final.silenceMs),
      0.5,
    )
    return {
      title: `End of speech to final, one talker: ${model}`,
      columns: ['from … to', 'p50 ms', 'p95 ms', 'p99 ms', 'finals'],
      rows: Object.entries(rows).map(([name, values]) => {
        const { count, p50, p95, p99 } = spread(values)
        return [name, figure(p50, 0), figure(p95, 0), figure(p99, 0), String(count)]
      }),
      method: [
        `One session in this process, 100 ms chunks at the pace of speech for ${options.seconds} s: recordings one after the other, ${after} s of silence after each.`,
        `Beyond the silence window: from sending the chunk in which the silence was long enough (median ${figure(silenceMs, 0)} ms) to the final; its two parts below. Aim: 100 ms in the middle.`,
        'End of speech to final: as the speaker feels it, the silence window and the filling of the last chunk included.',
        `Finals of turns with words: ${percent(whole)} from the pass over the whole turn, ${percent(1 - whole)} from the streaming pass.`,
        `endTurn: ${longTurnSeconds} s of speech and no silence after it, then endTurn; a new session each time. Aim: below 1000 ms.`,
      ],
      data: {
        engine: model,
        silenceMs,
        wholeShare: whole,
        rows: Object.fromEntries(Object.entries(rows).map(([name, values]) => [name, { ...spread(values), values }])),
      },
    }
  } finally {
    progressDone()
    await engines.close()
  }
}
