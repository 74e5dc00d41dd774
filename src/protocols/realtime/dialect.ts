/** Realtime: the dialects. One per connection, never mixed. */

/** OpenAI's present names, its older ones, and OpenAI's with Inworld's additions. */
export type Dialect = 'openai' | 'beta' | 'inworld'
