/** Inworld's asynchronous transcription: `POST /stt/v1/transcribe:async`, the operation, and its result. */
import { setTimeout } from 'node:timers/promises'
import type { Hono } from 'hono'
import { VoiceError } from '../../errors.ts'
import { json } from '../../protocols/answer.ts'
import { gather } from '../../protocols/hearing.ts'
import { statusAnswer, unknownPath } from '../../protocols/inworld-stt/http.ts'
import {
  type JobCall,
  jobDocument,
  type OperationState,
  operationBody,
  operationId,
  readJobForm,
  unknownOperation,
} from '../../protocols/inworld-stt/jobs.ts'
import { readBody, readForm } from '../body.ts'
import { fetchAudio } from '../fetched-audio.ts'
import { type Env, guarded, respond } from '../guard.ts'
import type { House } from '../house.ts'
import { readInworldBody } from '../inworld-body.ts'
import type { JobState } from '../jobs.ts'
import { publicUrl } from '../public-url.ts'
import { type Transcribing, transcribe } from '../transcribe.ts'
import { refuseInworld } from './inworld-stt.ts'

const resultPath = '/stt/v1/results/'

/** People who are talking go first: a job waits where they leave no decoder. */
const roomAgainMs = 1000

const readCall = async (request: Request, { jobs, limits }: House['settings']): Promise<JobCall> => {
  if (!/^multipart\//i.test(request.headers.get('content-type') ?? ''))
    return readInworldBody('job', await readBody(request, limits.bodyBytes))
  const { form, bytes } = await readForm(request, jobs.audioBytes)
  return readJobForm(form, bytes)
}

const audioOf = async (call: JobCall, request: Request, { recordings, settings }: House): Promise<Uint8Array> => {
  if ('audio' in call) return call.audio
  if (!recordings)
    throw new VoiceError('invalid_request', 'Audio is not fetched here (jobs.fetchAudio); send the file itself.', {
      param: 'audioUri',
    })
  const { fetch } = recordings
  return fetchAudio(call.audioUri, { fetch, limitBytes: settings.jobs.audioBytes, signal: request.signal })
}

const stateFor = (state: JobState, base: string): OperationState =>
  state.type === 'done'
    ? { type: 'done', resultUri: `${base}${resultPath}${state.ticket}`, expiresAt: state.expiresAt }
    : state

export const inworldJobRoutes = (app: Hono<Env>, house: House): void => {
  const { engines, jobs, log, settings } = house
  const guard = guarded(house, refuseInworld)

  const begin = async (audio: Uint8Array, { config }: JobCall, signal: AbortSignal): Promise<Transcribing> => {
    for (;;) {
      try {
        return await transcribe(audio, { engines, start: config.start, signal, log, limits: house.decodeLimits })
      } catch (error) {
        if (!(error instanceof VoiceError && error.code === 'overloaded')) throw error
        await setTimeout(roomAgainMs, undefined, { signal })
      }
    }
  }

  app.post('/stt/v1/transcribe:async', guard, async (context) => {
    const request = context.req.raw
    const key = context.get('key')
    jobs.checkRoom(key)
    const call = await readCall(request, settings)
    const { config } = call
    context.set('model', config.modelId)
    await engines.resolve(config.start.model)
    const audio = await audioOf(call, request, house)
    const id = jobs.submit(key, {
      bytes: audio.length,
      model: config.modelId,
      run: async (signal) => {
        const { events } = await begin(audio, call, signal)
        return JSON.stringify(jobDocument(await gather(events), config))
      },
    })
    return respond(json(200, operationBody(id, { type: 'pending' })))
  })

  app.get('/lro/v1alpha/*', guard, (context) => {
    const id = operationId(context.req.path.slice('/lro/v1alpha/'.length))
    const job = id === undefined ? undefined : jobs.find(context.get('key'), id)
    if (id === undefined || !job) return respond(statusAnswer(unknownOperation))
    const state = stateFor(job.state, publicUrl(context.req.raw, settings.publicUrl))
    return respond(json(200, operationBody(id, state, job.model)))
  })

  // No key: who has the address may read what is there, as with the service.
  app.get(`${resultPath}:ticket`, (context) => {
    const result = jobs.result(context.req.param('ticket'))
    if (result === undefined) return respond(statusAnswer(unknownPath))
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
    return respond({ status: 200, headers, body: result })
  })
}
