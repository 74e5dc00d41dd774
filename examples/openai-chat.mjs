/**
 * OpenAI's own library for Node, against this server: an answer as it is written, and a tool that the model may call.
 *
 *   PARLEY_KEY=… node examples/openai-chat.mjs "What is 2 plus 3?"
 */
import OpenAI from 'openai'

const openai = new OpenAI({
  apiKey: process.env.PARLEY_KEY,
  baseURL: `${process.env.PARLEY_URL ?? 'http://127.0.0.1:8080'}/v1`, // was: https://api.openai.com/v1
})

const stream = openai.chat.completions.stream({
  model: process.env.PARLEY_MODEL ?? 'auto', // or: gpt-4.1, anthropic/claude-haiku-4-5, ollama/qwen3:8b, …
  messages: [{ role: 'user', content: process.argv[2] }],
  tools: [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'The weather in a city.',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    },
  ],
})
for await (const part of stream) process.stdout.write(part.choices[0]?.delta.content ?? '')
const { model, choices } = await stream.finalChatCompletion()
for (const { function: call } of choices[0].message.tool_calls ?? []) console.log(`${call.name}(${call.arguments})`)
console.log(`\n(${model})`)
