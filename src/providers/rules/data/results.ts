/** What results of tools look like. */

/** Fields that hold a whole sentence. */
export const telling: readonly string[] = [
  'message',
  'text',
  'summary',
  'answer',
  'result',
  'output',
  'response',
  'content',
  'speech',
  'reply',
]

/** Units as they are written → as they are spoken. */
export const unitNames: Readonly<Record<string, string>> = {
  c: 'degrees Celsius',
  celsius: 'degrees Celsius',
  f: 'degrees Fahrenheit',
  fahrenheit: 'degrees Fahrenheit',
  km: 'kilometers',
  mi: 'miles',
  kg: 'kilograms',
  eur: 'euros',
  usd: 'dollars',
  '%': 'percent',
}
