/**
 * OpenAI's own library for Node, against this server: words with their times.
 *
 *   PARLEY_KEY=… node examples/openai-transcribe.mjs speech.wav
 */
import { createReadStream } from 'node:fs'
import OpenAI from 'openai'

const openai = new OpenAI({
  apiKey: process.env.PARLEY_KEY,
  baseURL: `${process.env.PARLEY_URL ?? 'http://127.0.0.1:8080'}/v1`, // was: https://api.openai.com/v1
})

const transcription = await openai.audio.transcriptions.create({
  file: createReadStream(process.argv[2]),
  model: 'whisper-1',
  response_format: 'verbose_json',
  timestamp_granularities: ['word'],
})
console.log(transcription.text)
for (const { word, start, end } of transcription.words ?? []) {
  console.log(`${start.toFixed(2).padStart(7)} ${end.toFixed(2).padStart(7)}  ${word}`)
}
