/** `webrtc`: how soon a call is up, how soon it falls silent, what a bad line does to words, and what calls cost. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { Resampler } from '../../src/audio/resample.ts'
import { type Caller, type CallOptions, call, callerRate } from '../../test/support/caller.ts'
import { type Clip, clips, plainWords, readClip } from '../../test/support/clips.ts'
import { wordErrorRate } from '../../test/support/words.ts'
import { benchKey } from '../load/key.ts'
import { treeUsage } from '../load/process-tree.ts'
import { Remote } from '../load/remote.ts'
import { numbers, runParts } from '../parts.ts'
import { type EngineIds, freeEngines } from '../realtime/pair.ts'
import type { ServeMethods } from '../realtime/serve.ts'
import { figure, progress, progressDone, type Table } from '../report.ts'
import { mean, spread } from '../statistics.ts'
import { relayed } from './relay.ts'

export const help = `webrtc [--only PART,PART] [--calls 10,50] [--seconds N] [--times N]
    --only    start, barge-in, loss, calls; default: all, one after the other
    --calls   how many at a time, for calls
    --seconds how long each row of calls is measured (default 30)
    --times   how often a call is made, for start, and interrupted, for barge-in (default 30)`

const path = '/v1/realtime/calls?model=bench/endless'

/** Runs `work` with a server in a process of its own. */
const withServer = async <T>(
  engines: EngineIds,
  work: (parts: { readonly server: Remote<ServeMethods>; dial(options?: CallOptions): Promise<Caller> }) => Promise<T>,
): Promise<T> => {
  const server = new Remote<ServeMethods>(
    'serve',
    ['--expose-gc'],
    new URL('../realtime/serve.ts', import.meta.url).href,
  )
  try {
    const { url, problems } = await server.call('start', { ...engines })
    if (problems.length > 0) throw new Error(problems.join(' '))
    const dial = (options: CallOptions = {}): Promise<Caller> => call(url, { path, key: benchKey, ...options })
    // The process for calls starts with the first.
    await (await dial()).close()
    return await work({ server, dial })
  } finally {
    progressDone()
    await server.close()
  }
}

const talkative = { ...freeEngines, languageModel: 'bench/endless' }

/** A recording as a caller says it. */
const spoken = async (recording: Clip): Promise<Int16Array> => {
  const { samples, sampleRate } = await readClip(recording)
  const resampler = new Resampler(sampleRate, callerRate)
  const pcm = samplesToPcm16(Float32Array.from([...resampler.push(samples), ...resampler.flush()]))
  return new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length / 2)
}

const row = (values: readonly number[]): string[] => {
  const { count, p50, p95 } = spread(values)
  return [String(count), figure(p50), figure(p95), figure(Math.max(...values))]
}

const start = async (times: number): Promise<Table> =>
  withServer(freeEngines, async ({ dial }) => {
    const packetMs: number[] = []
    const eventMs: number[] = []
    for (let time = 0; time < times; time += 1) {
      progress(`start: call ${time + 1}`)
      const caller = await dial()
      await caller.next('session.created')
      eventMs.push(performance.now() - caller.offeredAt)
      await caller.hears((heard) => heard.length > 0)
      packetMs.push(caller.heard[0]!.at - caller.offeredAt)
      await caller.close()
    }
    return {
      title: 'Calls: offer → what comes first, ms',
      columns: ['', 'calls', 'p50', 'p95', 'longest'],
      rows: [
        ['first RTP packet', ...row(packetMs)],
        ['`session.created`', ...row(eventMs)],
      ],
      method: [
        'One call after another on the loopback, by a peer on another stack (werift) in the bench’s process; from sending the HTTP request with the offer. HTTP, ICE and DTLS lie in between; the first call, which starts the process for calls, is left out. Aim: at most 250 ms.',
      ],
      data: { packetMs, eventMs },
    }
  })

const audible = 0.02
const loudnessOf = (samples: Int16Array): number =>
  Math.sqrt(mean([...samples].map((sample) => (sample / 32_768) ** 2)))

const bargeIn = async (times: number): Promise<Table> =>
  withServer(talkative, async ({ dial }) => {
    const fromOnset: number[] = []
    const fromDecision: number[] = []
    const speech = (await spoken(clips().find(({ name }) => name === 'goforward') ?? clips()[0]!)).subarray(0)
    // Without the silence that it begins with.
    const loudAt = speech.findIndex((sample) => Math.abs(sample) > 2000)
    const said = speech.subarray(Math.max(0, loudAt), Math.max(0, loudAt) + callerRate)
    const caller = await dial()
    caller.keepQuiet()
    caller.send({ type: 'response.create' })
    for (let time = 0; time < times; time += 1) {
      progress(`barge-in: ${time + 1}`)
      const from = caller.heard.length
      await caller.hears(
        (heard) => heard.slice(from).filter(({ samples }) => loudnessOf(samples) > audible).length > 30,
      )
      const asked = caller.received.length
      const onsetAt = performance.now()
      const decided = caller.next('input_audio_buffer.speech_started', asked).then(() => performance.now())
      await caller.speak(said)
      caller.keepQuiet()
      const decidedAt = await decided
      const heard = caller.heard.filter(({ at }) => at > onsetAt)
      // The answer to what was said may begin soon.
      const quietFrom = heard.findIndex((_, at) =>
        heard.slice(at, at + 5).every(({ samples }) => loudnessOf(samples) <= audible),
      )
      const last = heard[quietFrom - 1]
      if (last) {
        fromOnset.push(last.at - onsetAt)
        fromDecision.push(Math.max(0, last.at - decidedAt))
      }
    }
    await caller.close()
    return {
      title: 'Calls: speech over a reply → silence on the track, ms',
      columns: ['from', 'times', 'p50', 'p95', 'longest'],
      rows: [
        ['the decision', ...row(fromDecision)],
        ['the first sample of speech', ...row(fromOnset)],
      ],
      method: [
        'A second of recorded speech over an answer that does not end; the last packet that is louder than −34 dB, as it comes from the network, before any jitter buffer of the caller. The decision is the arrival of `input_audio_buffer.speech_started` (0 where no sound came after it). Before it lie the voice activity model and 100 ms of speech that count as such. Aim: p95 at most 150 ms from the decision.',
      ],
      data: { fromOnset, fromDecision },
    }
  })

const bad = { loss: 0.05, delayMs: 100 } as const

const loss = async (): Promise<Table> =>
  withServer({ ...freeEngines, speechToText: 'auto' }, async ({ dial }) => {
    const read = clips()
      .filter(({ name }) => name.startsWith('librivox'))
      .slice(0, 6)
    const hear = async (recording: Clip, options: CallOptions): Promise<string> => {
      const caller = await dial({ path: '/v1/realtime/calls?model=bench/instant', ...options })
      const audio = { input: { transcription: { model: 'whisper-1' }, turn_detection: null } }
      caller.send({ type: 'session.update', session: { type: 'realtime', audio } })
      await caller.next('session.updated')
      await caller.speak(await spoken(recording))
      caller.keepQuiet()
      await sleep(500)
      caller.send({ type: 'input_audio_buffer.commit' })
      const { transcript } = await caller.next('conversation.item.input_audio_transcription.completed')
      await caller.close()
      return plainWords(String(transcript))
    }
    const rows: { name: string; good: number; bad: number; lost: number }[] = []
    for (const [seed, recording] of read.entries()) {
      progress(`loss: ${recording.name}`)
      const good = await hear(recording, {})
      let line: Awaited<ReturnType<typeof relayed>> | undefined
      const worse = await hear(recording, {
        through: async (answer) => {
          line = await relayed(answer, { ...bad, seed })
          return line.answer
        },
      })
      line?.close()
      const { lost, passed } = line!.counts
      rows.push({
        name: recording.name,
        good: wordErrorRate(plainWords(recording.text), good),
        bad: wordErrorRate(plainWords(recording.text), worse),
        lost: lost / (lost + passed),
      })
    }
    const percent = (share: number): string => `${figure(share * 100, 1)} %`
    return {
      title: 'Calls: words over a bad line',
      columns: ['recording', 'WER, good line', 'WER, bad line', 'packets lost'],
      rows: [
        ...rows,
        {
          name: 'mean',
          good: mean(rows.map((r) => r.good)),
          bad: mean(rows.map((r) => r.bad)),
          lost: mean(rows.map((r) => r.lost)),
        },
      ].map((one) => [one.name, percent(one.good), percent(one.bad), percent(one.lost)]),
      method: [
        `A relay between caller and server loses ${bad.loss * 100} % of the packets of both directions, by chance from a fixed seed, and keeps each of the others for 0 to ${bad.delayMs} ms, so that they come in any order. Readings of pocketsphinx-testdata, by the recognizer that a user gets; the caller sends Opus with copies of lost packets (FEC), as browsers do.`,
      ],
      data: rows,
    }
  })

const calls = async (counts: readonly number[], seconds: number): Promise<Table> => {
  const rows: string[][] = []
  const data: unknown[] = []
  for (const count of counts)
    await withServer(talkative, async ({ server, dial }) => {
      const before = await treeUsage(server.pid)
      progress(`calls: ${count}`)
      const callers: Caller[] = []
      for (let at = 0; at < count; at += 1) {
        const caller = await dial()
        callers.push(caller)
        caller.keepQuiet()
        caller.send({
          type: 'session.update',
          session: {
            type: 'realtime',
            audio: { input: { turn_detection: { type: 'server_vad', interrupt_response: false } } },
          },
        })
        caller.send({ type: 'response.create' })
      }
      await sleep(3000)
      const begun = await treeUsage(server.pid)
      const packets = callers.map(({ heard }) => heard.length)
      await server.call('begin', null)
      const startedAt = performance.now()
      await sleep(seconds * 1000)
      const cost = await server.call('end', null)
      const ended = await treeUsage(server.pid)
      const passed = (performance.now() - startedAt) / 1000
      const rate = mean(callers.map(({ heard }, at) => (heard.length - packets[at]!) / passed))
      const cpu = (ended!.cpuSeconds - begun!.cpuSeconds) / passed
      const megabytes = (ended!.residentBytes - before!.residentBytes) / 2 ** 20
      for (const caller of callers) await caller.close()
      data.push({ count, cpu, megabytes, rate, cost })
      rows.push([
        ...[String(count), figure(cpu * 100), figure((cpu * 100) / count, 2), figure(megabytes / count, 1)],
        ...[figure((cost.cpuSeconds / cost.seconds) * 100), figure(cost.eventLoopMs.p99), figure(rate, 1)],
      ])
    })
  return {
    title: 'Calls at a time',
    columns: [
      'calls',
      'CPU, % of a core',
      'each',
      'memory each, MB',
      'of it the server’s own process, %',
      'its event loop p99, ms',
      'packets to each caller a second',
    ],
    rows,
    method: [
      `Each caller sends Opus all the time and is talked to all the time, for ${seconds} s; engines that cost nothing, except that silence is told from speech by the model that ships. Server with the process for calls; callers in the bench’s process, which takes a core of its own. Memory: resident, of all processes, above that of the idle server.`,
    ],
    data,
  }
}

export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      calls: { type: 'string', default: '10,50' },
      seconds: { type: 'string', default: '30' },
      times: { type: 'string', default: '30' },
    },
  })
  const times = Number(values.times)
  const parts: Readonly<Record<string, () => Promise<Table>>> = {
    start: () => start(times),
    'barge-in': () => bargeIn(times),
    loss,
    calls: () => calls(numbers(values.calls), Number(values.seconds)),
  }
  await runParts('webrtc', parts, values.only)
  // A peer of werift's that has sent anything leaves a timer behind.
  process.exit()
}
