import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', 'playground/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Much of what they do is waiting at the pace of speech.
    maxWorkers: 3,
    // Half the time of short files went into loading the same modules again. A test leaves nothing behind in them.
    isolate: false,
    // Journeys hold against real speech in real time, and such a machine may be busy with other things. `npm test` names
    // what passed only the second time.
    retry: process.env.CI ? 1 : 0,
  },
})
