/** The same comparison in code. */
import { asPython } from '../components/code.ts'
import type { Snippet } from '../components/snippets.tsx'
import { serverUrl } from '../wire/address.ts'
import { chosen } from './run.ts'

export const compareSnippets = (): readonly Snippet[] => {
  const models = chosen().map(({ id }) => id)
  const address = `${serverUrl()}/v1/audio/transcriptions`
  return [
    {
      language: 'curl',
      code: `for model in ${models.join(' ')}; do
  echo "$model"
  curl ${address} -H "authorization: Bearer $PARLEY_KEY" \\
    -F file=@recording.wav -F model="$model" -F response_format=text
done`,
    },
    {
      language: 'Python',
      needs: 'pip install openai jiwer',
      code: `import os, sys, time
from jiwer import wer
from openai import OpenAI

client = OpenAI(base_url="${serverUrl()}/v1", api_key=os.environ["PARLEY_KEY"])
recording, reference = sys.argv[1:3]
for model in ${asPython(models, '')}:
    begun = time.monotonic()
    with open(recording, "rb") as file:
        text = client.audio.transcriptions.create(model=model, file=file).text
    took = time.monotonic() - begun
    print(f"{model}: {wer(reference, text):.0%} in {took:.1f} s: {text}")`,
    },
    {
      language: 'TypeScript',
      needs: 'npm install openai',
      code: `import { createReadStream } from 'node:fs'
import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${serverUrl()}/v1', apiKey: process.env.PARLEY_KEY })
for (const model of ${JSON.stringify(models)}) {
  const begun = performance.now()
  const file = createReadStream(process.argv[2]!)
  const { text } = await client.audio.transcriptions.create({ model, file })
  console.log(model, Math.round(performance.now() - begun), 'ms', text)
}`,
    },
    {
      language: 'Browser',
      needs: 'a token for each call that your own server asks for: POST /auth/v1/tokens',
      code: `for (const model of ${JSON.stringify(models)}) {
  const body = new FormData()
  body.set('file', recording) // a File or a Blob
  body.set('model', model)
  const token = await yourServer.oneTimeToken() // never the key itself
  const answer = await fetch('${address}', {
    method: 'POST',
    headers: { authorization: \`Bearer \${token}\` },
    body,
  })
  console.log(model, (await answer.json()).text)
}`,
    },
  ]
}
