import { expect, it } from 'vitest'
import { loadSettings } from './config.ts'
import { keptOffline } from './offline.ts'

it('drops all that reaches elsewhere, and keeps the engines of this machine', () => {
  const settings = keptOffline(
    loadSettings({
      env: {
        OPENAI_API_KEY: 'k',
        VLLM_BASE_URL: 'http://10.0.0.5:8000/v1',
        LLAMACPP_BASE_URL: 'http://127.0.0.1:8081',
      },
      flags: {
        set: ['tools.mcp=true', 'tools.search=brave', 'jobs.fetchAudio=true', 'providers.pocketsphinx.processes=1'],
      },
      cwd: '/',
    }),
  )
  expect(Object.keys(settings.providers).toSorted()).toEqual(['llamacpp', 'pocketsphinx'])
  expect(settings).toMatchObject({
    models: { offline: true },
    tools: { mcp: false, search: 'none' },
    jobs: { fetchAudio: false },
  })
})
