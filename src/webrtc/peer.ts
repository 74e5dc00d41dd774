/** Peer: one WebRTC connection over libdatachannel, its track and its channel. Runs in the process for calls. */
import nodeDataChannel, { type DataChannel, type PeerConnection, type Track } from 'node-datachannel'
import { pcm16ToSamples } from '../audio/pcm.ts'
import { IncomingAudio, OutgoingAudio } from './call-audio.ts'
import type { CallEnd, Reach } from './messages.ts'
import { readRtp } from './rtp.ts'
import { callerFirst, type OfferedAudio, readOffer, withAddresses } from './sdp.ts'

/** How long a connection that was lost may take to come back, and a new one to come about. */
const lostMs = 15_000
/** Messages that the caller has not taken; one who lets more wait is given up. */
const mostUnsentBytes = 2 * 1024 * 1024
/** How long the last messages to a caller, and the news that it is over, may take. */
export const farewellMs = 200
/** The largest message where the caller does not say. */
const usualLimitBytes = 65_536

/** What is told of a peer. */
export interface PeerEvents {
  opened(limitBytes: number): void
  said(text: string): void
  ended(reason: CallEnd): void
}

/** What each side of the audio needs that takes time to make. */
interface Sides {
  readonly incoming: IncomingAudio
  readonly outgoing: OutgoingAudio
}

export class Peer {
  readonly #connection: PeerConnection
  readonly #events: PeerEvents
  readonly #reach: Reach
  /** Kept: what is not referred to is closed. */
  #track: Track | undefined
  #channel: DataChannel | undefined
  #sides: Sides | undefined
  #lost: NodeJS.Timeout | undefined
  #over = false

  constructor(name: string, reach: Reach, events: PeerEvents) {
    this.#events = events
    this.#reach = reach
    const { bind, port } = reach
    this.#connection = new nodeDataChannel.PeerConnection(name, {
      iceServers: [],
      disableAutoNegotiation: true,
      ...(bind !== undefined && { bindAddress: bind }),
      ...(port > 0 && { portRangeBegin: port, portRangeEnd: port, enableIceUdpMux: true }),
    })
  }

  /** Gives the answer, with every way to reach this side. Throws `invalid_request` for an offer that makes no sense. */
  async answer(offer: string): Promise<string> {
    const { audio } = readOffer(offer)
    const connection = this.#connection
    this.#expect()
    connection.onStateChange((state) => this.#safely(() => this.#stateIs(state)))
    connection.onDataChannel((channel) => this.#safely(() => this.#open(channel)))
    if (audio) await this.#addTrack(audio)
    const gathered = new Promise<void>((resolve) => {
      connection.onGatheringStateChange((state) => {
        if (state === 'complete') resolve()
      })
    })
    connection.setRemoteDescription(callerFirst(offer), 'offer')
    connection.setLocalDescription('answer')
    await gathered
    return withAddresses(connection.localDescription()?.sdp ?? '', this.#reach.addresses)
  }

  /** What was heard since it was last asked. To be called every 20 ms at least. */
  heard(now: number): readonly Uint8Array[] {
    return this.#sides?.incoming.pull(now) ?? []
  }

  play(pcm: Uint8Array, sampleRate: number): void {
    this.#sides?.outgoing.push(pcm16ToSamples(pcm), sampleRate)
  }

  drop(): void {
    this.#sides?.outgoing.drop()
  }

  /** Sends the audio of the next 20 ms. */
  step(): void {
    const track = this.#track
    if (this.#over || !track?.isOpen()) return
    this.#safely(() => track.sendMessageBinary(Buffer.from(this.#sides!.outgoing.next())))
  }

  send(text: string): void {
    const channel = this.#channel
    if (this.#over || !channel?.isOpen()) return
    this.#safely(() => {
      channel.sendMessage(text)
      if (channel.bufferedAmount() > mostUnsentBytes) this.#end('too-slow')
    })
  }

  close(): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#lost)
    this.#channel?.close()
    // What was sent last is still under way.
    setTimeout(() => {
      this.#track?.close()
      this.#connection.close()
    }, farewellMs)
    this.#sides?.incoming.free()
    this.#sides?.outgoing.free()
    this.#sides = undefined
  }

  async #addTrack({ mid, opus }: OfferedAudio): Promise<void> {
    const ssrc = 1 + Math.floor(Math.random() * 0xfffffffe)
    const description = new nodeDataChannel.Audio(mid, 'SendRecv')
    description.addOpusCodec(opus, 'minptime=10;useinbandfec=1')
    description.addSSRC(ssrc, 'parley', 'parley', 'parley-audio')
    const [incoming, outgoing] = await Promise.all([
      IncomingAudio.open(),
      OutgoingAudio.open({ payloadType: opus, ssrc }),
    ])
    this.#sides = { incoming, outgoing }
    const track = this.#connection.addTrack(description)
    this.#track = track
    track.setMediaHandler(new nodeDataChannel.RtcpReceivingSession())
    track.onMessage((bytes) =>
      this.#safely(() => {
        const packet = readRtp(bytes)
        if (packet?.payloadType === opus) incoming.push(packet, performance.now())
      }),
    )
  }

  #open(channel: DataChannel): void {
    // The first is the one of events, whatever its name; others are nobody's.
    if (this.#channel) {
      channel.close()
      return
    }
    this.#channel = channel
    channel.onMessage((message) => {
      if (!this.#over)
        this.#events.said(typeof message === 'string' ? message : Buffer.from(message as Buffer).toString())
    })
    channel.onClosed(() => this.#end('hung-up'))
    let told = false
    const opened = (): void => {
      if (told) return
      told = true
      this.#events.opened(channel.maxMessageSize() || usualLimitBytes)
    }
    channel.onOpen(() => this.#safely(opened))
    if (channel.isOpen()) opened()
  }

  #stateIs(state: string): void {
    if (state === 'connected') clearTimeout(this.#lost)
    else if (state === 'disconnected') this.#expect()
    else if (state === 'failed') this.#end('unreachable')
    else if (state === 'closed') this.#end('hung-up')
  }

  #expect(): void {
    clearTimeout(this.#lost)
    this.#lost = setTimeout(() => this.#end('unreachable'), lostMs)
  }

  /** An error that is thrown to libdatachannel would end the process, and every call with it. */
  #safely(work: () => void): void {
    if (this.#over) return
    try {
      work()
    } catch {
      this.#end('broken')
    }
  }

  #end(reason: CallEnd): void {
    if (this.#over) return
    // Not from inside a callback of what is closed.
    setImmediate(() => this.close())
    this.#events.ended(reason)
  }
}
