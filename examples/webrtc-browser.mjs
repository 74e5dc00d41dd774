/**
 * A spoken conversation from a web page, as a call: the browser cancels echoes, and the server knows what was heard. Give
 * pages a secret that your own server gets from POST /v1/realtime/client_secrets.
 *
 *   <script type="module">
 *     import { converse } from './webrtc-browser.mjs'
 *     button.onclick = async () => {
 *       const talk = await converse({ key, heard: console.log, said: console.log })
 *       talk.send({ type: 'response.create' })
 *     }
 *   </script>
 */

const baseUrl = 'http://127.0.0.1:8080' // was: https://api.openai.com

/** `heard(text)` is what the user said, `said(text)` the answer, which is heard as well. */
export const converse = async ({ url = baseUrl, key, heard, said }) => {
  const connection = new RTCPeerConnection()
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true })
  for (const track of microphone.getTracks()) connection.addTrack(track, microphone)

  const loudspeaker = new Audio()
  loudspeaker.autoplay = true
  connection.ontrack = ({ track }) => {
    loudspeaker.srcObject = new MediaStream([track])
  }

  const events = connection.createDataChannel('oai-events')
  const send = (event) => events.send(JSON.stringify(event))
  const opened = new Promise((resolve) => {
    events.onopen = resolve
  })
  events.onmessage = ({ data }) => {
    const event = JSON.parse(data)
    if (event.type === 'error') console.error(event.error.message)
    if (event.type === 'conversation.item.input_audio_transcription.completed') heard(event.transcript)
    if (event.type === 'response.output_audio_transcript.done') said(event.transcript)
  }

  await connection.setLocalDescription()
  const response = await fetch(`${url}/v1/realtime/calls?model=gpt-realtime`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/sdp' },
    body: connection.localDescription.sdp,
  })
  if (!response.ok) throw new Error((await response.json()).error.message)
  await connection.setRemoteDescription({ type: 'answer', sdp: await response.text() })
  await opened
  send({
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { transcription: { model: 'gpt-4o-mini-transcribe' } } } },
  })
  return {
    connection,
    send,
    end: () => {
      connection.close()
      for (const track of microphone.getTracks()) track.stop()
    },
  }
}
