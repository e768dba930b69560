// The axis that the pictures over time share: a stretch of events around the moment that
// is shown. Events stand at equal distances, so that those of one instant do not cover
// each other.
import {firstOf, timeOf} from '../store.js'
import {seconds} from './format.js'

/**
 * @typedef {{from: number, to: number, at: (seq: number) => number, seqAt: (part: number) => number, ticks: {at: number, label: string}[]}} Axis
 */

/**
 * @param {import('../model/history.js').History} h
 * @param {number} seq
 * @param {number} zoom how many events
 * @returns {Axis}
 */
export function sharedAxis(h, seq, zoom) {
  const first = firstOf(h)
  const size = Math.max(zoom, 10)
  const to = Math.max(Math.min(h.last, Math.max(seq + Math.round(size * 0.3), first + size)), first + 1)
  const from = Math.max(first, to - size)
  const span = Math.max(to - from, 1)
  const ticks = []
  for (let i = 0; i <= 4; i++) {
    const s = Math.round(from + (span * i) / 4)
    ticks.push({at: (s - from) / span, label: seconds(timeOf(h, Math.min(s, h.last)))})
  }
  return {from, to, ticks, at: (s) => (s - from) / span, seqAt: (part) => Math.round(from + part * span)}
}
