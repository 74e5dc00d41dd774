/** A conversation in code, with the settings of the view. */

import { asPython, indented } from '../components/code.ts'
import type { Snippet } from '../components/snippets.tsx'
import { serverUrl, socketUrl } from '../wire/address.ts'
import { sessionOf } from './options.ts'

export const talkSnippets = (): readonly Snippet[] => {
  const session = sessionOf()
  const path = '/api/v1/realtime/session?key=my-session&protocol=realtime'
  return [
    {
      language: 'curl',
      needs: 'a page of yours to use the secret that this answers',
      code: `curl ${serverUrl()}/v1/realtime/client_secrets \\
  -H "authorization: Bearer $PARLEY_KEY" -H 'content-type: application/json' \\
  -d '${indented({ expires_after: { anchor: 'created_at', seconds: 60 }, session }, '  ').replaceAll("'", "'\\''")}'`,
    },
    {
      language: 'Python',
      needs: 'pip install websockets',
      code: `import asyncio, base64, json, os, sys, wave
from websockets.asyncio.client import connect

URL = "${socketUrl()}${path}"
SESSION = ${asPython(session, '')}

async def main(question):
    headers = {"authorization": f"Bearer {os.environ['PARLEY_KEY']}"}
    async with connect(URL, additional_headers=headers) as socket:
        async def send(**message):
            await socket.send(json.dumps(message))

        await send(type="session.update", session=SESSION)
        content = [{"type": "input_text", "text": question}]
        await send(type="conversation.item.create",
                   item={"type": "message", "role": "user", "content": content})
        await send(type="response.create")
        with wave.open("answer.wav", "wb") as answer:
            answer.setparams((1, 2, 24000, 0, "NONE", ""))
            async for message in socket:
                event = json.loads(message)
                if event["type"] == "response.output_audio.delta":
                    answer.writeframes(base64.b64decode(event["delta"]))
                if event["type"] == "response.output_audio_transcript.delta":
                    print(event["delta"], end="", flush=True)
                if event["type"] == "response.done":
                    break

asyncio.run(main(sys.argv[1]))`,
    },
    {
      language: 'TypeScript',
      needs: 'npm install ws',
      code: `import WebSocket from 'ws'

const socket = new WebSocket('${socketUrl()}${path}', {
  headers: { authorization: \`Bearer \${process.env.PARLEY_KEY}\` },
})
const send = (message: object) => socket.send(JSON.stringify(message))

socket.on('open', () => {
  send({ type: 'session.update', session: ${indented(session, '  ')} })
  const content = [{ type: 'input_text', text: process.argv[2] }]
  send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
  send({ type: 'response.create' })
})
socket.on('message', (message) => {
  const event = JSON.parse(String(message))
  if (event.type === 'response.output_audio_transcript.delta') process.stdout.write(event.delta)
  if (event.type === 'response.done') socket.close()
})`,
    },
    {
      language: 'Browser',
      needs: 'a secret that your own server asks for: POST /v1/realtime/client_secrets, as with curl',
      code: `const secret = await yourServer.clientSecret() // never the key itself
const peer = new RTCPeerConnection()
const microphone = await navigator.mediaDevices.getUserMedia({ audio: true })
peer.addTrack(microphone.getTracks()[0], microphone)
peer.ontrack = ({ track }) => {
  const audio = new Audio()
  audio.srcObject = new MediaStream([track])
  audio.play()
}
const events = peer.createDataChannel('oai-events')
events.onmessage = ({ data }) => console.log(JSON.parse(data))

await peer.setLocalDescription()
const answer = await fetch('${serverUrl()}/v1/realtime/calls', {
  method: 'POST',
  headers: { authorization: \`Bearer \${secret}\`, 'content-type': 'application/sdp' },
  body: peer.localDescription.sdp,
})
await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() })`,
    },
  ]
}
