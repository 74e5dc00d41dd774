import { expect, it } from 'vitest'
import { byteProgress, pullBars } from './progress.ts'

it('writes a line at each tenth of a download where there is no terminal, and none twice', () => {
  const lines: string[] = []
  const bars = pullBars({ errIsTty: false, err: (text) => lines.push(text) })
  for (const doneBytes of [0, 50_000, 100_000, 150_000, 990_000, 1_000_000]) {
    bars.update({ id: 'ears', doneBytes, totalBytes: 1_000_000 })
  }
  bars.update({ id: 'other', doneBytes: 5, totalBytes: undefined })
  bars.stop()
  expect(lines).toEqual(['ears: 10 % of 1.0 MB\n', 'ears: 90 % of 1.0 MB\n', 'ears: 100 % of 1.0 MB\n'])
})

it('passes on the bytes that it counts', async () => {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1, 2)
    yield Uint8Array.of(3)
  }
  for (const shown of [true, false]) {
    const { bytes, done } = byteProgress(source(), { total: 3, label: 'talk.wav', shown })
    const read: number[] = []
    for await (const chunk of bytes) read.push(...chunk)
    done()
    expect(read).toEqual([1, 2, 3])
  }
})
