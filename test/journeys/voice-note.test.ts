/** From how a user sounds to how the answer does, over one socket and with no key: profile, note, rules, tags, sound. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AudioFrame } from '../../src/audio/frame.ts'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { Resampler } from '../../src/audio/resample.ts'
import { whispered } from '../../src/signal/whisper.ts'
import { clip, readClip, sharedClips } from '../support/clips.ts'
import { measured } from '../support/measure.ts'
import { need, needs, pocketsphinx, recordings, shared } from '../support/needs.ts'
import { openRealtime, realtimeRate } from '../support/realtime-client.ts'
import { startServer, testKey } from '../support/server.ts'
import type { Received } from '../support/wire-client.ts'

/** At the rate of the wire, with a second of silence behind it. */
const pcmOf = ({ samples, sampleRate }: AudioFrame): Uint8Array => {
  const resampler = new Resampler(sampleRate, realtimeRate)
  const parts = [resampler.push(samples), resampler.flush(), new Float32Array(realtimeRate)]
  return samplesToPcm16(Float32Array.from(parts.flatMap((part) => [...part])))
}

describe('somebody who whispers, or is angry', () => {
  needs(pocketsphinx, recordings)
  let server: Awaited<ReturnType<typeof startServer>>
  let said: Uint8Array
  /** The same sentence by the same speaker. */
  let whisper: Uint8Array
  beforeAll(async () => {
    // The voice follows nobody by itself here: what is heard comes of the model's own tags.
    server = await startServer({ PARLEY_VOICE_MATCH: 'false' })
    const [frame] = await Promise.all([readClip(clip('something')), server.ready])
    said = pcmOf(frame)
    whisper = pcmOf({ ...frame, samples: whispered(frame.samples, frame.sampleRate) })
  })
  afterAll(() => server.close())

  /** What is answered to these turns, one after the other on one socket: the sound of each, and all that was sent. */
  const answers = async (turns: readonly Uint8Array[], path: string, session: object = {}) => {
    const headers = { authorization: `Basic ${testKey}` }
    const client = await openRealtime(server.socketUrl, { path, headers })
    await client.configure(session)
    const sounds = []
    for (const pcm of turns) {
      const after = client.received.length
      await client.speak(pcm)
      const { response } = (await client.next('response.done', after)) as { response: Received }
      const samples = client.audioOf(String(response.id))
      sounds.push({ samples, ...measured({ samples, sampleRate: realtimeRate, startMs: 0 }) })
    }
    client.socket.terminate()
    return { sounds, sent: JSON.stringify(client.received.map(({ delta, ...event }) => event)) }
  }

  it.each(['/v1/realtime?model=parley/rules', '/api/v1/realtime/session?key=k&protocol=realtime'])(
    'is answered in a whisper at once, and in a voice when the whispering is over, on %s',
    async (path) => {
      const { sounds, sent } = await answers([said, whisper, said], path)
      const [before, hushed, after] = sounds
      for (const spoken of [before, after]) expect(spoken!.voiced).toBeGreaterThan(0.4)
      expect(hushed!.voiced).toBeLessThan(0.03)
      expect(hushed!.levelDb).toBeLessThan(before!.levelDb - 3)
      expect(sent).not.toMatch(/<voice|\[whisper\]/)
    },
  )

  it('is answered more softly and in fewer words than by the same sentence said calmly', async (context) => {
    need(context, shared)
    const acted = sharedClips(({ file }) => /emodb-03a01(Nc-neutral|Wa-anger)/.test(file)).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    )
    const turns = await Promise.all(acted.map(async (one) => pcmOf(await readClip(one))))
    const { sounds, sent } = await answers(turns, '/v1/realtime?model=parley/rules')
    const [calm, angry] = sounds
    expect(angry!.levelDb).toBeLessThan(calm!.levelDb - 6)
    expect(angry!.samples.length).toBeLessThan(calm!.samples.length / 2)
    expect(sent).not.toMatch(/<voice|\[speak/)
  })

  it('is answered in a voice where the client does not want its own looked at', async () => {
    const session = { providerData: { stt: { voice_profile: false } } }
    const { sounds, sent } = await answers([whisper], '/api/v1/realtime/session?key=k', session)
    expect(sounds[0]!.voiced).toBeGreaterThan(0.4)
    expect(sent).not.toContain('voiceProfile')
  })
})
