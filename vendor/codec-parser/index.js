/** The names that the decoders import. Streams are cut into frames by src/media/; there is nothing to parse here. */
export const codecFrames = 'codecFrames'
export const data = 'data'
export const header = 'header'
export const isLastPage = 'isLastPage'
export const totalSamples = 'totalSamples'
export const vorbisComments = 'vorbisComments'
export const vorbisSetup = 'vorbisSetup'

/** Made by each decoder, and asked for nothing as long as that is not given whole files. */
export default class CodecParser {}
