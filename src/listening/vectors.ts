/** The arithmetic of voiceprints. */

export const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0
  for (let index = 0; index < a.length; index += 1) sum += a[index]! * b[index]!
  return sum
}

/** 0 where one of them has no direction. */
export const cosine = (a: Float32Array, b: Float32Array): number => dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1)

/** The sum of vectors, each as heavy as `weight` says. */
export const weighedSum = <T extends { readonly vector: Float32Array }>(
  all: readonly T[],
  weight: (one: T) => number,
): Float32Array => {
  const sum = new Float32Array(all[0]?.vector.length ?? 0)
  for (const one of all) {
    const heavy = weight(one)
    for (let index = 0; index < sum.length; index += 1) sum[index]! += one.vector[index]! * heavy
  }
  return sum
}

/**
 * Agglomerative clustering with centroid linkage: joins the two groups whose sums are most alike, until none are more
 * alike than `sameAbove`, or, after that, until there are `most`. `apart` forbids a join; only `most` overrules it.
 */
export const joinAlike = <T>(
  groups: readonly { readonly members: readonly T[]; readonly sum: Float32Array }[],
  { sameAbove, most = Number.POSITIVE_INFINITY }: { readonly sameAbove: number; readonly most?: number },
  apart: (a: readonly T[], b: readonly T[]) => boolean = () => false,
): { readonly members: readonly T[]; readonly sum: Float32Array }[] => {
  const left = [...groups]
  // The dot products of the sums are all that their cosines need, and those of a join are sums themselves.
  const dots = left.map((a) => left.map((b) => dot(a.sum, b.sum)))
  const bestPair = (above: number, mayJoin: (a: number, b: number) => boolean) => {
    let best = { likeness: above, a: -1, b: -1 }
    for (let a = 0; a < left.length; a += 1)
      for (let b = a + 1; b < left.length; b += 1) {
        const likeness = dots[a]![b]! / (Math.sqrt(dots[a]![a]! * dots[b]![b]!) || 1)
        if (likeness > best.likeness && mayJoin(a, b)) best = { likeness, a, b }
      }
    return best
  }
  for (;;) {
    let { a, b } = bestPair(sameAbove, (a, b) => !apart(left[a]!.members, left[b]!.members))
    if (a < 0 && left.length > most) ({ a, b } = bestPair(Number.NEGATIVE_INFINITY, () => true))
    if (a < 0) return left
    const [from] = left.splice(b, 1)
    const sum = left[a]!.sum.map((value, index) => value + from!.sum[index]!)
    left[a] = { members: [...left[a]!.members, ...from!.members], sum }
    const joined = dots[a]!.map((value, index) => value + dots[b]![index]!)
    joined[a] = joined[a]! + joined[b]!
    for (const [index, row] of dots.entries()) row[a] = joined[index]!
    dots[a] = joined
    dots.splice(b, 1)
    for (const row of dots) row.splice(b, 1)
  }
}
