/** `parley check` against our own server: every check of every wire comes out as docs/conformance.json says. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { Finding } from '../../src/conformance/check.ts'
import type { Conformance } from '../../src/conformance/page.ts'
import { type CheckedWire, conform } from '../../src/conformance/run.ts'
import type { Target } from '../../src/conformance/scene.ts'
import { Speech } from '../../src/conformance/speech.ts'
import { checkedWires, socketUrl } from '../../src/conformance/wires.ts'
import { defineProvider } from '../../src/engines/registry.ts'
import { scriptedRecognizer } from '../support/engines.ts'
import { synthesize } from '../support/flite.ts'
import { projectUrl } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'

const { verdicts } = JSON.parse(readFileSync(new URL('docs/conformance.json', projectUrl), 'utf8')) as Conformance

/** Ids by what came of them; of those that did not pass, why. */
const found = async (wire: CheckedWire, target: Target) => {
  const ids: Record<string, string[]> = {}
  const others: Finding[] = []
  for await (const { tookMs: _, ...finding } of conform(wire, target)) {
    ids[finding.verdict] = [...(ids[finding.verdict] ?? []), finding.id]
    if (finding.verdict === 'failed') others.push({ ...finding, tookMs: 0 })
  }
  return { ids, failed: others }
}

it('finds of our own server what docs/conformance.json claims', async () => {
  // All is real but the recognizer: which words were heard is none of these checks' business.
  const fake = defineProvider({ settings: z.looseObject({}), speechToText: () => scriptedRecognizer() })
  const server = await startServer({ PARLEY_MODELS_SPEECH_TO_TEXT: 'fake/script' }, { fake })
  try {
    const { samples, sampleRate } = await synthesize('Can you hear what I am saying to you?')
    const target = {
      key: testKey,
      model: '',
      timeoutMs: 15_000,
      pace: Number.POSITIVE_INFINITY,
      speech: new Speech(samples, sampleRate),
      signal: new AbortController().signal,
    }
    const wires = await Promise.all(
      checkedWires.map(async (wire) => {
        const url = socketUrl(new URL(server.url), wire)
        return [wire.name, await found(wire, { ...target, url })] as const
      }),
    )
    expect(wires.flatMap(([, { failed }]) => failed)).toEqual([])
    const sorted = (of: Readonly<Record<string, readonly string[]>>) =>
      Object.fromEntries(Object.entries(of).map(([verdict, ids]) => [verdict, [...ids].sort()]))
    for (const [name, { ids }] of wires) expect(sorted(ids), name).toEqual(sorted(verdicts[name] ?? {}))
  } finally {
    await server.close()
  }
})
