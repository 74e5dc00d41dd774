/** DTMF: the two tones of each key of a telephone (ITU-T Recommendation Q.23). */

const rows = [697, 770, 852, 941]
const columns = [1209, 1336, 1477, 1633]
const keypad = ['123A', '456B', '789C', '*0#D']

/** Each tone and the pause after it (Q.24 wants 40 ms of either at least). */
const toneMs = 100
const pauseMs = 60
/** Of each of the two tones, so that both together stay below the loudest. */
const level = 0.35

const tonesOf = (key: string): readonly [low: number, high: number] | undefined => {
  const row = keypad.findIndex((keys) => keys.includes(key))
  return row < 0 ? undefined : [rows[row]!, columns[keypad[row]!.indexOf(key)]!]
}

/** The keys that there are, out of a text: `0`–`9`, `*`, `#`, `A`–`D` in either case. */
export const keysIn = (text: string): string => [...text.toUpperCase()].filter((key) => tonesOf(key)).join('')

/** Keys as they sound, one after another. */
export const keyTones = (keys: string, sampleRate: number): Float32Array => {
  const sounding = Math.round((sampleRate * toneMs) / 1000)
  const step = sounding + Math.round((sampleRate * pauseMs) / 1000)
  const known = keysIn(keys)
  const samples = new Float32Array(known.length * step)
  for (const [index, key] of [...known].entries()) {
    const [low, high] = tonesOf(key)!
    for (let i = 0; i < sounding; i += 1) {
      const turns = (2 * Math.PI * i) / sampleRate
      samples[index * step + i] = level * (Math.sin(turns * low) + Math.sin(turns * high))
    }
  }
  return samples
}
