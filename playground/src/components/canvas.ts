/** A canvas that fills its element, sharp on every screen, drawn again when what it shows has changed. */
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { shown } from '../theme.ts'

/**
 * Draws with `draw` at most once a frame: when the element changes its size, when the colours change, and when a signal
 * changes that `draw` reads. `draw` works in CSS pixels.
 */
export const useCanvas = (draw: (context: CanvasRenderingContext2D, width: number, height: number) => void) => {
  const element = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const canvas = element.current!
    const context = canvas.getContext('2d')!
    let frame = 0
    let stopReading = (): void => {}
    const paint = (): void => {
      frame = 0
      const { clientWidth: width, clientHeight: height } = canvas
      const scale = devicePixelRatio
      if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale)
      if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale)
      stopReading()
      // The first run draws; the next one only says that there is something new to draw.
      let first = true
      stopReading = effect(() => {
        if (!first) return later()
        first = false
        void shown.value
        context.setTransform(scale, 0, 0, scale, 0, 0)
        context.clearRect(0, 0, width, height)
        draw(context, width, height)
      })
    }
    const later = (): void => {
      frame ||= requestAnimationFrame(paint)
    }
    const observer = new ResizeObserver(later)
    observer.observe(canvas)
    return () => {
      observer.disconnect()
      cancelAnimationFrame(frame)
      stopReading()
    }
  }, [draw])
  return element
}
