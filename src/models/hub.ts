/** Whether the place that models come from can be reached. */

/**
 * Asks for the head of one address and believes any answer that is not a failure. `limitMs` covers everything: name,
 * connection and answer.
 */
export const hubAnswers = async (
  url: string,
  options: { limitMs?: number; signal?: AbortSignal } = {},
): Promise<boolean> => {
  const limit = AbortSignal.timeout(options.limitMs ?? 3000)
  try {
    const response = await fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
    })
    await response.body?.cancel()
    return response.status < 400
  } catch {
    return false
  }
}
