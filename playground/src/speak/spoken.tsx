/** What is spoken: the outline of the sound, and the words as they are heard. */
import { useCanvas } from '../components/canvas.ts'
import { SteeredText } from '../speech/steered-text.tsx'
import { colour } from '../theme.ts'
import { atMs, lengthMs, outline, spokenText, words } from './speech.ts'

const height = 84

/** Sound that has been heard stands in the colour of the voice, what is to come in grey. */
const draw = (paint: CanvasRenderingContext2D, width: number): void => {
  const all = Math.max(2000, lengthMs.value)
  const middle = height / 2
  const perPixel = all / width
  const heard = atMs.value === undefined ? all : atMs.value
  const high = (sample: number): number => Math.sign(sample) * Math.sqrt(Math.abs(sample)) * (middle - 4)
  paint.fillStyle = colour('line')
  paint.fillRect(0, middle, width, 1)
  for (let x = 0; x < Math.min(width, lengthMs.value / perPixel); x += 3) {
    const [least, most] = outline.value.between(x * perPixel, (x + 3) * perPixel)
    paint.fillStyle = colour(x * perPixel <= heard ? 'turn' : 'line-strong')
    paint.beginPath()
    paint.roundRect(x, middle - high(most), 2, Math.max(1, high(most) - high(least)), 1)
    paint.fill()
  }
  if (atMs.value === undefined) return
  paint.fillStyle = colour('accent')
  paint.fillRect(Math.round(atMs.value / perPixel), 2, 1.5, height - 4)
}

const Words = () => <SteeredText text={spokenText.value} words={words.value} atMs={atMs.value} />

export const Spoken = () => {
  const canvas = useCanvas(draw)
  return (
    <section class="panel spoken" aria-labelledby="spoken-title">
      <h2 id="spoken-title">Spoken</h2>
      <canvas
        ref={canvas}
        class="timeline"
        style={{ height: `${height}px` }}
        role="img"
        aria-label={`${(lengthMs.value / 1000).toFixed(1)} seconds of speech`}
      />
      {spokenText.value === '' ? (
        <p class="quiet">Words light up as they are heard, each in the colour of the tag that it follows.</p>
      ) : (
        <p class="line-text">
          <Words />
        </p>
      )}
    </section>
  )
}
