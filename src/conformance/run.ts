/** conform(wire, target) → findings: one check after the other, one session at a time, none for ever. */
import { type Check, type Finding, fail, type Invariant, type Message, shortened, Unmet } from './check.ts'
import { Scene, type Target, type WireDoor } from './scene.ts'

/** A wire that can be checked. */
export interface CheckedWire {
  readonly name: string
  readonly door: WireDoor
  readonly checks: readonly Check<Scene>[]
  /** Held over every exchange of every check. */
  readonly invariants: readonly Invariant[]
}

/** A whole check may take this many times what a single answer may. */
const answersInCheck = 6

/** Runs the checks whose ids `wanted` takes, then holds the invariants over all that was said. An abort ends it. */
export async function* conform(
  wire: CheckedWire,
  target: Target,
  wanted: (id: string) => boolean = () => true,
): AsyncGenerator<Finding> {
  const { key, signal } = target
  // A server may repeat what it was sent.
  const evidenceOf = (messages: readonly Message[]): readonly string[] =>
    messages.map((message) => (key === '' ? shortened(message) : shortened(message).replaceAll(key, '[key]')))
  const breaches = new Map<string, { reason: string; evidence: readonly string[] }>()
  let exchanges = 0

  for (const check of wire.checks) {
    if (signal.aborted) return
    if (!wanted(check.id)) continue
    const begun = performance.now()
    const scene = new Scene(target, wire.door)
    const ended = await outcome(check, scene).finally(() => scene.leave())
    if (signal.aborted) return
    for (const { said } of check.otherDialect ? [] : scene.connections) {
      exchanges += 1
      for (const { id, look } of wire.invariants) {
        const breach = breaches.has(id) ? undefined : look(said)
        if (breach)
          breaches.set(id, { reason: `in ${check.id}: ${breach.reason}`, evidence: evidenceOf(breach.evidence) })
      }
    }
    const { id, says, reference } = check
    yield {
      ...{ id, says, reference },
      verdict: ended?.verdict ?? 'passed',
      ...(ended && { note: key === '' ? ended.message : ended.message.replaceAll(key, '[key]') }),
      evidence: evidenceOf(ended?.evidence ?? []),
      tookMs: Math.round(performance.now() - begun),
    }
  }
  for (const { id, says, reference } of wire.invariants) {
    if (!wanted(id)) continue
    const breach = breaches.get(id)
    yield {
      ...{ id, says, reference },
      verdict: breach ? 'failed' : exchanges === 0 ? 'skipped' : 'passed',
      ...(breach ? { note: breach.reason } : exchanges === 0 ? { note: 'nothing was said' } : {}),
      evidence: breach?.evidence ?? [],
      tookMs: 0,
    }
  }
}

/** How a check ended; undefined: it passed. */
const outcome = async (check: Check<Scene>, scene: Scene): Promise<Unmet | undefined> => {
  const limitMs = scene.target.timeoutMs * answersInCheck
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      try {
        fail(`the check was not over within ${limitMs} ms`)
      } catch (error) {
        reject(error)
      }
    }, limitMs)
  })
  try {
    await Promise.race([check.run(scene), late])
    return undefined
  } catch (error) {
    if (error instanceof Unmet) return error
    return new Unmet('failed', error instanceof Error ? `${error.message || error.name}` : String(error))
  } finally {
    clearTimeout(timer)
  }
}
