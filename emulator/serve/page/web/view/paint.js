// Paints the slider: terms as a band of their colours, elections and faults below, and the
// moment that is shown.
import {termFill, termInk} from './colour.js'

/** The space at both ends, half the thumb of a browser's slider. */
export const inset = 8

/** @typedef {{first: number, last: number, seq: number, window: [number, number]|null, violations: {seq: number}[]}} Shown */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import('../model/history.js').History} history
 * @param {Shown} shown
 */
export function paint(canvas, history, shown) {
  const box = canvas.getBoundingClientRect()
  const ratio = window.devicePixelRatio || 1
  const width = Math.round(box.width * ratio)
  const height = Math.round(box.height * ratio)
  if (!width || !height) return
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'))
  g.setTransform(ratio, 0, 0, ratio, 0, 0)
  g.clearRect(0, 0, box.width, box.height)
  const span = Math.max(shown.last - shown.first, 1)
  const x = (/** @type {number} */ seq) => inset + ((seq - shown.first) / span) * (box.width - 2 * inset)
  const style = getComputedStyle(canvas)
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim()
  const marks = history.marks
  paintTerms(g, marks.terms, x, shown.last, box.width, colour)
  paintFaults(g, marks.faults, x, shown.last, box.width, colour)
  g.fillStyle = colour('--ink')
  for (const e of marks.elections) g.fillRect(Math.round(x(e.seq)) - 0.5, 0, 1, e.won ? 6 : 3)
  g.fillStyle = colour('--danger')
  for (const v of shown.violations) g.fillRect(Math.round(x(v.seq)) - 1, 0, 3, box.height)
  if (shown.window) {
    g.fillStyle = colour('--line-strong')
    g.fillRect(x(shown.window[0]), box.height - 3, Math.max(x(shown.window[1]) - x(shown.window[0]), 2), 3)
  }
  paintMoment(g, x(shown.seq), box, colour)
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {import('../model/types.js').TermSpan[]} terms
 * @param {(seq: number) => number} x
 * @param {number} last
 * @param {number} width
 * @param {(name: string) => string} colour
 */
function paintTerms(g, terms, x, last, width, colour) {
  const top = 6
  const high = 16
  g.font = '600 11px system-ui, sans-serif'
  g.textBaseline = 'middle'
  g.textAlign = 'left'
  for (const t of terms) {
    const from = Math.max(x(t.from), inset)
    const to = Math.min(x(t.to ?? last), width - inset)
    if (to < 0 || from > width || to - from < 0.3) continue
    g.globalAlpha = t.leader === null ? 0.35 : 1
    g.fillStyle = termFill(t.term)
    g.fillRect(from, top, Math.max(to - from, 0.5), high)
    g.globalAlpha = 1
    const words = t.leader === null ? String(t.term) : `${t.term} · node ${t.leader}`
    const short = g.measureText(words).width + 10 < to - from ? words : String(t.term)
    if (g.measureText(short).width + 8 > to - from) continue
    g.fillStyle = t.leader === null ? colour('--ink') : termInk(t.term)
    g.fillText(short, from + 5, top + high / 2 + 0.5)
  }
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {import('../model/types.js').FaultSpan[]} faults
 * @param {(seq: number) => number} x
 * @param {number} last
 * @param {number} width
 * @param {(name: string) => string} colour
 */
function paintFaults(g, faults, x, last, width, colour) {
  const rows = /** @type {Record<string, [number, string]>} */ ({
    crash: [25, '--danger'], pause: [29, '--warn'], partition: [33, '--cut'], rule: [37, '--accent'], skew: [37, '--muted'], bug: [37, '--danger'],
  })
  for (const f of faults) {
    const from = Math.max(x(f.from), inset)
    const to = Math.min(x(f.to ?? last), width - inset)
    if (to < 0 || from > width) continue
    const [top, name] = rows[f.kind] || [37, '--muted']
    g.fillStyle = colour(name)
    g.fillRect(from, top, Math.max(to - from, 2), 3)
  }
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {number} at
 * @param {DOMRect} box
 * @param {(name: string) => string} colour
 */
function paintMoment(g, at, box, colour) {
  const x = Math.min(Math.max(Math.round(at), 1), box.width - 1)
  g.fillStyle = colour('--paper')
  g.fillRect(x - 2.5, 0, 5, box.height)
  g.fillStyle = colour('--accent')
  g.fillRect(x - 1, 0, 2, box.height)
  g.beginPath()
  g.moveTo(x - 6, 0)
  g.lineTo(x + 6, 0)
  g.lineTo(x, 8)
  g.fill()
}
