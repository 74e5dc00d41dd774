/** What an operator may set for a provider of language models. */
import { z } from 'zod'

const milliseconds = z.number().int().min(1)

/** One schema for all of them: what a provider has no use for is passed over. Keys come from the environment only. */
export const aiSettings = z.strictObject({
  apiKey: z.string().min(1).optional(),
  /** Where its API is; default: the provider's own. */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** The model that serves where nobody names one. */
  defaultModel: z.string().min(1).optional(),
  /** Longest wait for the first sign of an answer, the second try included. */
  firstTokenMs: milliseconds.default(30_000),
  /** Longest pause within an answer. */
  stallMs: milliseconds.default(20_000),
  /** OpenAI. */
  organization: z.string().min(1).optional(),
  project: z.string().min(1).optional(),
  /** Azure: `<resourceName>.openai.azure.com`. */
  resourceName: z.string().min(1).optional(),
  /** Azure: asks for `/deployments/<name>` of this version instead of `/v1`. */
  apiVersion: z.string().min(1).optional(),
  /** Bedrock. */
  region: z.string().min(1).optional(),
  accessKeyId: z.string().min(1).optional(),
  secretAccessKey: z.string().min(1).optional(),
  sessionToken: z.string().min(1).optional(),
})

export type AiSettings = z.output<typeof aiSettings>
