/**
 * A spoken turn through OpenAI's own library for Node: a question in, captions of both sides, the answer as a file.
 *
 *   NODE_EXTRA_CA_CERTS=.cache/tls/certificate.pem PARLEY_KEY=… node examples/openai-realtime.mjs question.wav answer.wav
 *
 * The question is 16-bit mono at 24 kHz, and so is the answer. This library connects by TLS only, so start the server
 * with --tls self-signed.
 */
import { readFile, writeFile } from 'node:fs/promises'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'

const openai = new OpenAI({
  apiKey: process.env.PARLEY_KEY,
  baseURL: `${process.env.PARLEY_URL ?? 'https://127.0.0.1:8080'}/v1`, // was: https://api.openai.com/v1
})

const [question, answer] = process.argv.slice(2)
const wav = await readFile(question)
const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime' }, openai)
const audio = []

realtime.on('error', ({ message }) => {
  console.error(message)
  process.exit(1)
})
realtime.on('session.created', () => {
  realtime.send({
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { transcription: { model: 'gpt-4o-mini-transcribe' } } } },
  })
  // A microphone goes on when nobody speaks; that is how the end of a turn is heard.
  const sound = Buffer.concat([wav.subarray(44), Buffer.alloc(48_000)])
  for (let at = 0; at < sound.length; at += 4800) {
    realtime.send({ type: 'input_audio_buffer.append', audio: sound.toString('base64', at, at + 4800) })
  }
})
realtime.on('conversation.item.input_audio_transcription.completed', ({ transcript }) => console.log(`< ${transcript}`))
realtime.on('response.output_audio.delta', ({ delta }) => audio.push(Buffer.from(delta, 'base64')))
realtime.on('response.output_audio_transcript.done', ({ transcript }) => console.log(`> ${transcript}`))
realtime.on('response.done', async () => {
  realtime.close()
  const sound = Buffer.concat(audio)
  const header = Buffer.from(wav.subarray(0, 44))
  header.writeUInt32LE(36 + sound.length, 4)
  header.writeUInt32LE(sound.length, 40)
  await writeFile(answer, Buffer.concat([header, sound]))
})
