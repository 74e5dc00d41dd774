/** Chromium, for journeys in a real browser: without a screen, with a microphone that plays a file, and calling nobody. */
import { type Browser, chromium } from 'playwright-core'

/** Starts one; close it at the end. `microphone`: a WAV file that is heard once, from when a page opens the microphone. */
export const openChromium = ({ microphone }: { readonly microphone?: string } = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Another name of this machine, which a browser trusts no more than any other host.
      '--host-resolver-rules=MAP parley.test 127.0.0.1',
      '--autoplay-policy=no-user-gesture-required',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}%noloop`]),
    ],
  })
