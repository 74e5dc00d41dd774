/** Bodies with audio in them, small ones here and large ones in the other thread. */
import { describe, expect, it } from 'vitest'
import { parseJsonWithAudio } from './json.ts'

const body = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const paths = ['audioData.content', 'audio_data.content']

describe('parseJsonWithAudio', () => {
  it.each([1000, 3_000_000])('takes %i bytes of audio out of a body', async (length) => {
    const audio = Buffer.alloc(length, 'voice')
    for (const [name, text] of [
      ['audioData', audio.toString('base64')],
      ['audio_data', audio.toString('base64url')],
    ] as const) {
      const parsed = await parseJsonWithAudio(body({ config: { language: 'en' }, [name]: { content: text } }), paths)
      expect(parsed.json).toEqual({ config: { language: 'en' }, [name]: {} })
      expect(Buffer.compare(parsed.audio!, audio)).toBe(0)
    }
  })

  it('leaves a body without audio as it is', async () => {
    for (const value of [null, 4, [], { audioData: 'x' }, { audioData: { content: 7 } }, { audioData: null }])
      expect(await parseJsonWithAudio(body(value), paths)).toEqual({ json: value })
  })

  it.each([10, 2_000_000])('says what is wrong with a body of %i bytes', async (length) => {
    const bad = { code: 'invalid_request' }
    await expect(
      parseJsonWithAudio(new TextEncoder().encode(`{"a":"${'x'.repeat(length)}`), paths),
    ).rejects.toMatchObject(bad)
    await expect(parseJsonWithAudio(new Uint8Array(length).fill(0xff), paths)).rejects.toMatchObject(bad)
    const junk = body({ audioData: { content: `${'A'.repeat(length)} ?` } })
    await expect(parseJsonWithAudio(junk, paths)).rejects.toMatchObject({
      ...bad,
      message: expect.stringMatching(/base64/),
    })
  })
})
