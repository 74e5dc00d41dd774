/** Listening in code, with the settings of the view. */
import type { Snippet } from '../components/snippets.tsx'
import { serverUrl, socketUrl } from '../wire/address.ts'
import { transcribeConfig } from './options.ts'

const indented = (value: unknown, by: string): string => JSON.stringify(value, undefined, 2).replaceAll('\n', `\n${by}`)

/** JSON as Python writes it. */
const python = (value: unknown, by: string): string =>
  indented(value, by)
    .replace(/: true\b/g, ': True')
    .replace(/: false\b/g, ': False')

const path = '/stt/v1/transcribe:streamBidirectional'

export const listenSnippets = (): readonly Snippet[] => {
  const config = transcribeConfig(16_000)
  const { audioEncoding: _, sampleRateHertz: __, numberOfChannels: ___, ...forFiles } = config
  return [
    {
      language: 'curl',
      code: `curl ${serverUrl()}/stt/v1/transcribe \\
  -H "authorization: Bearer $PARLEY_KEY" -H 'content-type: application/json' \\
  -d @- <<END
{
  "transcribeConfig": ${indented({ ...forFiles, audioEncoding: 'AUTO_DETECT' }, '  ')},
  "audioData": { "content": "$(base64 -w0 recording.wav)" }
}
END`,
    },
    {
      language: 'Python',
      needs: 'pip install websockets',
      code: `import asyncio, base64, json, os, sys, wave
from websockets.asyncio.client import connect

URL = "${socketUrl()}${path}"
CONFIG = ${python(config, '')}

async def main(file):
    headers = {"authorization": f"Bearer {os.environ['PARLEY_KEY']}"}
    async with connect(URL, additional_headers=headers) as socket:
        await socket.send(json.dumps({"transcribeConfig": CONFIG}))

        async def send():
            with wave.open(file) as recording:  # mono, 16 bits, 16 kHz
                while chunk := recording.readframes(1600):
                    content = base64.b64encode(chunk).decode()
                    await socket.send(json.dumps({"audioChunk": {"content": content}}))
            await socket.send(json.dumps({"closeStream": {}}))

        sending = asyncio.create_task(send())
        async for message in socket:
            heard = json.loads(message).get("result", {}).get("transcription")
            if heard:
                print(heard["transcript"], end="\\n" if heard["isFinal"] else "\\r")
        await sending

asyncio.run(main(sys.argv[1]))`,
    },
    {
      language: 'TypeScript',
      needs: 'npm install ws',
      code: `import { readFileSync } from 'node:fs'
import WebSocket from 'ws'

const socket = new WebSocket('${socketUrl()}${path}', {
  headers: { authorization: \`Bearer \${process.env.PARLEY_KEY}\` },
})
socket.on('open', () => {
  socket.send(JSON.stringify({ transcribeConfig: ${indented(config, '  ')} }))
  const content = readFileSync(process.argv[2]!).toString('base64')
  socket.send(JSON.stringify({ audioChunk: { content } }))
  socket.send(JSON.stringify({ closeStream: {} }))
})
socket.on('message', (message) => {
  const heard = JSON.parse(String(message)).result?.transcription
  if (heard?.isFinal) console.log(heard.transcript)
})`,
    },
    {
      language: 'Browser',
      needs: 'a token that your own server asks for: POST /auth/v1/tokens',
      code: `const token = await yourServer.oneTimeToken() // never the key itself
const credential = encodeURIComponent(\`Bearer \${token}\`)
const socket = new WebSocket(\`${socketUrl()}${path}?authorization=\${credential}\`)
const context = new AudioContext({ sampleRate: 16000 })
const stream = await navigator.mediaDevices.getUserMedia({ audio: true })

socket.onopen = async () => {
  socket.send(JSON.stringify({ transcribeConfig: ${indented(config, '  ')} }))
  await context.audioWorklet.addModule('capture.js') // posts Int16Array chunks
  const node = new AudioWorkletNode(context, 'capture')
  context.createMediaStreamSource(stream).connect(node)
  node.port.onmessage = ({ data }) => {
    const content = btoa(String.fromCharCode(...new Uint8Array(data.buffer)))
    socket.send(JSON.stringify({ audioChunk: { content } }))
  }
}
socket.onmessage = ({ data }) => {
  const heard = JSON.parse(data).result?.transcription
  if (heard) console.log(heard.isFinal ? 'final' : 'so far', heard.transcript)
}`,
    },
  ]
}
