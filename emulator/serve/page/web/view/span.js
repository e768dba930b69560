// What the pictures over the shared axis have in common: its ticks, the line of the moment
// that is shown, and going to where one clicks.
import {html} from './html.js'

/**
 * The room of a picture over time.
 * @typedef {object} Span
 * @property {number} width
 * @property {number} height
 * @property {number} left
 * @property {number} right the end of the axis
 * @property {number} top
 * @property {number} bottom
 * @property {(seq: number) => number} x
 */

/**
 * @param {import('./axis.js').Axis} axis
 * @param {number} width
 * @param {number} height
 * @param {number} left
 * @param {number} top
 * @returns {Span}
 */
export function spanOf(axis, width, height, left, top) {
  const right = width - 14
  return {width, height, left, right, top, bottom: height - 20, x: (seq) => left + axis.at(seq) * (right - left)}
}

/**
 * @param {import('./axis.js').Axis} axis
 * @param {Span} span
 */
export function ticksOf(axis, span) {
  return axis.ticks.map((t, i) => {
    const x = span.left + t.at * (span.right - span.left)
    const anchor = i === 0 ? 'start' : i === axis.ticks.length - 1 ? 'end' : 'middle'
    return html`<g key=${'tick' + i} class="span-tick"><path d=${`M${x} ${span.top}V${span.bottom}`} /><text x=${x} y=${span.height - 6} text-anchor=${anchor}>${t.label}</text></g>`
  })
}

/**
 * @param {Span} span
 * @param {number} seq
 */
export function momentOf(span, seq) {
  const x = span.x(seq)
  return html`<g class="span-moment"><path d=${`M${x} ${span.top - 4}V${span.bottom + 3}`} /><path class="span-head" d=${`M${x - 5} ${span.top - 8}h10l-5 7Z`} /></g>`
}

/**
 * Goes to the event at which a click points.
 * @param {MouseEvent} e
 * @param {Span} span
 * @param {{axis: import('./axis.js').Axis, go: (seq: number) => void}} options
 */
export function goToClick(e, span, options) {
  const x = e.clientX - /** @type {Element} */ (e.currentTarget).getBoundingClientRect().left
  if (x >= span.left - 3) options.go(options.axis.seqAt(Math.min(Math.max((x - span.left) / (span.right - span.left), 0), 1)))
}
