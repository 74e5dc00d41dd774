/**
 * Speech-to-text from a web page, over Inworld's socket. A page cannot set headers on a socket, so the key goes into the
 * query; give pages a key of their own, for whoever opens the page can read it.
 *
 *   <script type="module">
 *     import { listenTo } from './browser.mjs'
 *     const talk = listenTo({ key, sampleRate: 16000, heard: console.log })
 *     talk.send(samples)   // Float32Array, such as an AudioWorklet gives
 *     await talk.end()
 *   </script>
 */

const baseUrl = 'ws://127.0.0.1:8080' // was: wss://api.inworld.ai

/** Opens the socket. `heard(text, isFinal)` is told what is understood; a guess replaces the one before it. */
export const listenTo = ({ url = baseUrl, key, sampleRate, heard }) => {
  const query = new URLSearchParams({ authorization: `Basic ${key}` })
  const socket = new WebSocket(`${url}/stt/v1/transcribe:streamBidirectional?${query}`)
  const waiting = []
  const say = (message) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    else waiting.push(message)
  }
  say({
    transcribeConfig: { modelId: 'inworld/inworld-stt-1', audioEncoding: 'LINEAR16', sampleRateHertz: sampleRate },
  })
  socket.onopen = () => {
    for (const message of waiting.splice(0)) say(message)
  }
  const ended = new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => {
      const { error, result } = JSON.parse(data)
      if (error) reject(new Error(error.message))
      else if (result.transcription) heard(result.transcription.transcript, result.transcription.isFinal)
    }
    socket.onerror = () => reject(new Error('The server cannot be reached.'))
    socket.onclose = resolve
  })
  // Told by `end`; until then nobody need look.
  ended.catch(() => {})
  return {
    /** Samples in −1…1. */
    send: (samples) => say({ audioChunk: { content: base64(pcm16(samples)) } }),
    /** No more audio; resolves once all of it has been heard. */
    end: () => {
      say({ closeStream: {} })
      return ended
    },
  }
}

const pcm16 = (samples) => {
  const bytes = new DataView(new ArrayBuffer(samples.length * 2))
  samples.forEach((sample, i) => {
    bytes.setInt16(i * 2, Math.max(-1, Math.min(1, sample)) * 32767, true)
  })
  return new Uint8Array(bytes.buffer)
}

const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
