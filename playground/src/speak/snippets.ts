/** Speaking in code, with the settings of the view. */
import { asPython, indented } from '../components/code.ts'
import type { Snippet } from '../components/snippets.tsx'
import { serverUrl } from '../wire/address.ts'
import { format, speechCall } from './options.ts'

const endings = { WAV: 'wav', MP3: 'mp3', OGG_OPUS: 'ogg', FLAC: 'flac' } as const

export const speakSnippets = (): readonly Snippet[] => {
  const call = speechCall(format.value)
  const file = `speech.${endings[format.value]}`
  return [
    {
      language: 'curl',
      needs: 'jq',
      code: `curl ${serverUrl()}/tts/v1/voice \\
  -H "authorization: Bearer $PARLEY_KEY" -H 'content-type: application/json' \\
  -d @- <<'END' | jq -r .audioContent | base64 -d > ${file}
${indented(call, '')}
END`,
    },
    {
      language: 'Python',
      code: `import base64, json, os, urllib.request

call = ${asPython(call, '')}
request = urllib.request.Request(
    "${serverUrl()}/tts/v1/voice",
    json.dumps(call).encode(),
    {
        "authorization": f"Bearer {os.environ['PARLEY_KEY']}",
        "content-type": "application/json",
    },
)
answer = json.load(urllib.request.urlopen(request))
with open("${file}", "wb") as file:
    file.write(base64.b64decode(answer["audioContent"]))
print(answer["timestampInfo"]["wordAlignment"]["words"])`,
    },
    {
      language: 'TypeScript',
      code: `import { writeFileSync } from 'node:fs'

const answer = await fetch('${serverUrl()}/tts/v1/voice', {
  method: 'POST',
  headers: {
    authorization: \`Bearer \${process.env.PARLEY_KEY}\`,
    'content-type': 'application/json',
  },
  body: JSON.stringify(${indented(call, '  ')}),
})
const { audioContent, timestampInfo } = await answer.json()
writeFileSync('${file}', Buffer.from(audioContent, 'base64'))
console.log(timestampInfo.wordAlignment.words)`,
    },
    {
      language: 'Browser',
      needs: 'a token that your own server asks for: POST /auth/v1/tokens',
      code: `const token = await yourServer.oneTimeToken() // never the key itself
const answer = await fetch('${serverUrl()}/tts/v1/voice', {
  method: 'POST',
  headers: { authorization: \`Bearer \${token}\`, 'content-type': 'application/json' },
  body: JSON.stringify(${indented(call, '  ')}),
})
const { audioContent } = await answer.json()
const bytes = Uint8Array.from(atob(audioContent), (letter) => letter.charCodeAt(0))
new Audio(URL.createObjectURL(new Blob([bytes]))).play()`,
    },
  ]
}
