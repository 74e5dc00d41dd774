/** One phrase spoken by flite: its audio without the silence before it, and when each token is spoken. */
import { parseWav } from '../../audio/wav.ts'
import { ownersOf } from './align.ts'
import { delivered, fliteSettings, higher } from './delivery.ts'
import { type Flite, outputFile } from './flite.ts'
import type { Phone, Said, Saying, Timed } from './messages.ts'

/** flite begins with more silence than anybody wants to wait for. */
const leadMs = 20
/** How tokens sound alone is kept for as many. */
const knownLimit = 20_000

/** The phones that `-psdur` printed, each with its end in seconds. */
export const parsePhones = (printed: string): Phone[] => {
  let startMs = 0
  return [...printed.matchAll(/(\S+):([\d.]+)/g)].map(([, phone, end]) => {
    const endMs = Number(end) * 1000
    const parsed = { phone: phone!, startMs, endMs: Math.max(startMs, endMs) }
    startMs = parsed.endMs
    return parsed
  })
}

/** Each token gets its share of the time, in order, also one that was swallowed. */
export const timesOf = (expected: readonly (readonly string[])[], phones: readonly Phone[]): Timed[] => {
  const spoken = phones.filter(({ phone }) => phone !== 'pau')
  const owners = ownersOf(
    expected,
    spoken.map(({ phone }) => phone),
  )
  const times: Timed[] = expected.map(() => ({ startMs: 0, endMs: 0, phones: [] }))
  for (let token = 0; token < expected.length; ) {
    const own = spoken.filter((_, index) => owners[index] === token)
    // Those that follow without a sound of their own share this one's time; the first ones share the first sound's.
    let end = token + 1
    while (end < expected.length && (own.length === 0 || !owners.includes(end))) {
      if (own.length === 0) own.push(...spoken.filter((_, index) => owners[index] === end))
      end += 1
    }
    const startMs = own[0]?.startMs ?? 0
    const share = ((own.at(-1)?.endMs ?? 0) - startMs) / (end - token)
    for (let at = token; at < end; at += 1) {
      times[at] = {
        startMs: startMs + share * (at - token),
        endMs: startMs + share * (at - token + 1),
        phones: at === token && end === token + 1 ? own : [],
      }
    }
    token = end
  }
  return times
}

/** Should flite not tell them apart: a sound for each letter. */
const guessed = (say: string): string[] =>
  [...say.toLowerCase().replace(/[^a-z0-9]/g, '')].map((letter) => (/[aeiouy]/.test(letter) ? 'ax' : 't'))

/** What tokens sound like alone: remembered, since most words come again. */
class Sounds {
  readonly #known = new Map<string, readonly string[]>()

  of(says: readonly string[], flite: Flite): (readonly string[])[] {
    const asked = says.map(alone)
    const unknown = [...new Set(asked.filter((say) => !this.#known.has(say)))]
    const guesses = new Map<string, readonly string[]>()
    if (unknown.length > 0) {
      if (this.#known.size > knownLimit) this.#known.clear()
      // Mostly cost: the quickest voice, hardly any audio. The mark after each token parts them by a pause.
      const text = `${unknown.join('! ')}!`
      const args = ['-voice', 'kal', '--setf', 'duration_stretch=0.05', '-ps', '-t', text, '-o', 'none']
      const heard = flite
        .run(args)
        .printed.split(/\bpau\b/)
        .map((phones) => phones.trim())
        .filter((phones) => phones !== '')
      const apart = heard.length === unknown.length
      for (const [index, say] of unknown.entries()) {
        if (apart) this.#known.set(say, heard[index]!.split(/\s+/))
        else guesses.set(say, guessed(say))
      }
    }
    return asked.map((say) => this.#known.get(say) ?? guesses.get(say) ?? guessed(say))
  }
}

/** A token without the marks at which flite would pause. */
const alone = (say: string): string =>
  say
    .replace(/[,;:!?"()]+(?!\d)/g, ' ')
    .replace(/ +/g, ' ')
    .trim()

/** What a thread does with phrase after phrase. */
export const createSayer = (flite: Flite): ((saying: Saying) => Said) => {
  const sounds = new Sounds()
  return ({ voice, stretch, says, delivery }) => {
    const { settings, pitchLeft } = fliteSettings(voice, stretch, delivery)
    const text = says.join(' ')
    const { printed, wav } = flite.run(['-voice', voice, ...settings, '-psdur', '-t', text, '-o', outputFile])
    const phones = parsePhones(printed).map(({ phone, startMs, endMs }) => ({
      phone,
      startMs: startMs / pitchLeft,
      endMs: endMs / pitchLeft,
    }))
    if (!wav) throw new Error('flite gave no audio.')
    const { samples: raw, sampleRate } = parseWav(wav)
    const samples = higher(raw, sampleRate, pitchLeft)
    const audioMs = (samples.length * 1000) / sampleRate
    const silentMs = phones[0]?.phone === 'pau' ? Math.max(0, phones[0].endMs - leadMs) : 0
    const moved = phones.map(({ phone, startMs, endMs }) => ({
      phone,
      startMs: Math.min(audioMs, Math.max(0, startMs)) - silentMs,
      endMs: Math.min(audioMs, endMs) - silentMs,
    }))
    const tokens = timesOf(sounds.of(says, flite), moved)
    const spoken = samples.slice(Math.round((silentMs * sampleRate) / 1000))
    return { samples: delivery ? delivered(spoken, sampleRate, tokens, delivery) : spoken, tokens }
  }
}
