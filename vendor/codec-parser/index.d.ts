/** What `OggVorbisDecoder.decodeOggPages` reads of a page. */
export interface OggPage {
  /** The page's first packet, where that is the identification header; otherwise empty. */
  readonly data: Uint8Array
  readonly codecFrames: readonly {
    readonly data: Uint8Array
    readonly header: { readonly vorbisSetup: Uint8Array }
  }[]
  /** With which the decoder would trim the end itself. */
  readonly isLastPage: false
}
