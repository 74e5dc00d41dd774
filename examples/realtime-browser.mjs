/**
 * A spoken conversation from a web page. A page cannot set headers on a socket, so the key is one of the subprotocols;
 * give pages a secret that your own server gets from POST /v1/realtime/client_secrets.
 *
 *   <script type="module">
 *     import { converse } from './realtime-browser.mjs'
 *     const talk = converse({ key, heard: console.log, said: console.log, play })
 *     talk.send(samples)   // Float32Array at 24 kHz, such as an AudioWorklet gives
 *   </script>
 */

const baseUrl = 'ws://127.0.0.1:8080' // was: wss://api.openai.com

/** `heard(text)` is what the user said, `said(text)` the answer; `play(samples)` gets its sound, also at 24 kHz. */
export const converse = ({ url = baseUrl, key, heard, said, play, stop = () => {} }) => {
  const protocols = ['realtime', `openai-insecure-api-key.${key}`]
  const socket = new WebSocket(`${url}/v1/realtime?model=gpt-realtime`, protocols)
  const waiting = []
  const say = (message) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    else waiting.push(message)
  }
  say({
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { transcription: { model: 'gpt-4o-mini-transcribe' } } } },
  })
  socket.onopen = () => {
    for (const message of waiting.splice(0)) say(message)
  }
  socket.onmessage = ({ data }) => {
    const event = JSON.parse(data)
    if (event.type === 'error') console.error(event.error.message)
    // Whoever speaks again wants to be heard: what is still playing should end.
    if (event.type === 'input_audio_buffer.speech_started') stop()
    if (event.type === 'conversation.item.input_audio_transcription.completed') heard(event.transcript)
    if (event.type === 'response.output_audio.delta') play(samples(event.delta))
    if (event.type === 'response.output_audio_transcript.done') said(event.transcript)
  }
  return {
    /** Samples in −1…1. */
    send: (samples) => say({ type: 'input_audio_buffer.append', audio: base64(pcm16(samples)) }),
    end: () => socket.close(),
  }
}

const pcm16 = (samples) => {
  const bytes = new DataView(new ArrayBuffer(samples.length * 2))
  samples.forEach((sample, i) => {
    bytes.setInt16(i * 2, Math.max(-1, Math.min(1, sample)) * 32767, true)
  })
  return new Uint8Array(bytes.buffer)
}

const samples = (text) => {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(i * 2, true) / 32768)
}

const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
