/**
 * The `openai` package says a text; the audio is written to the file as it comes.
 *
 *   PARLEY_KEY=… node examples/openai-speech.mjs "Good morning." morning.wav
 */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import OpenAI from 'openai'

const openai = new OpenAI({
  apiKey: process.env.PARLEY_KEY,
  baseURL: `${process.env.PARLEY_URL ?? 'http://127.0.0.1:8080'}/v1`, // was: https://api.openai.com/v1
})
const [input, file] = process.argv.slice(2)
const speech = await openai.audio.speech.create({
  model: 'gpt-4o-mini-tts',
  voice: 'onyx',
  input,
  response_format: file.split('.').at(-1),
})
await pipeline(Readable.fromWeb(speech.body), createWriteStream(file))
