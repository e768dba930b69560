// The clients' calls as bars from the request to the answer, in the lane of the node that
// they asked.
import {html} from './html.js'
import {goToClick, momentOf, spanOf, ticksOf} from './span.js'
import {duration, operation, plain} from './format.js'
import {pressed} from './press.js'

const most = 400
const high = 17
const signs = /** @type {Record<string, string>} */ ({ok: '✓', fail: '✕', unknown: '?', '': '…'})
const outcomes = /** @type {Record<string, string>} */ ({ok: 'done', fail: 'refused, without effect', unknown: 'unknown whether it took effect', '': 'no answer yet'})

/** @typedef {import('../model/types.js').Call} Call */

/** @param {any} props */
export function Lane({cluster, history, selection, select, size, options}) {
  const {axis} = options
  const last = Math.min(axis.to, history.last)
  const seen = history.at(last).calls.list().filter((/** @type {Call} */ c) => c.seq <= last && (c.answerSeq ?? last) >= axis.from)
  const calls = /** @type {Call[]} */ (seen.slice(-most))
  const {lanes, rows} = lanesOf(calls, last, axis)
  const top = 34
  const span = spanOf(axis, Math.max(size.width, 240), Math.max(size.height, top + rows * high + 30), 66, top)
  const says = `Calls of clients between events ${axis.from} and ${last}: ${calls.length}`
  return html`<svg class="lane" width=${span.width} height=${span.height} viewBox=${`0 0 ${span.width} ${span.height}`} role="group" aria-label=${says}
      onClick=${(/** @type {MouseEvent} */ e) => goToClick(e, span, options)}>
    <title>${says}</title>
    <defs><clipPath id="lane-clip"><rect x=${span.left} y="0" width=${Math.max(span.right - span.left, 1)} height=${span.height} /></clipPath></defs>
    ${ticksOf(axis, span)}
    ${verdict(options.verdict, seen.length - calls.length, span)}
    ${lanes.map((l) => html`<g key=${l.node}><path class="lane-edge" d=${`M8 ${top + l.top * high - 2}H${span.right}`} />
      <g class=${'lane-node' + (selection.node === l.node ? ' chosen' : '')} ...${pressed(() => select({node: l.node}), `Calls to node ${l.node}`)}><text x="12" y=${top + (l.top + 0.5) * high}>node ${l.node}</text></g>
      <g clip-path="url(#lane-clip)">${l.bars.map((b) => bar(b.call, top + (l.top + b.row) * high, span, last, cluster.seq, selection, select))}</g></g>`)}
    ${calls.length === 0 && html`<text class="span-note" x=${span.left + 8} y=${top + 22}>No client asked anything in this stretch of time.</text>`}
    ${momentOf(span, cluster.seq)}
  </svg>`
}

/**
 * The calls by node, those at the same time one below the other.
 * @param {Call[]} calls
 * @param {number} last
 * @param {import('./axis.js').Axis} axis
 */
function lanesOf(calls, last, axis) {
  const gap = (axis.to - axis.from) / 60
  const nodes = [...new Set(calls.map((c) => c.node))].sort((a, b) => a - b)
  let rows = 0
  const lanes = nodes.map((node) => {
    const ends = /** @type {number[]} */ ([])
    const bars = calls.filter((c) => c.node === node).map((call) => {
      let row = ends.findIndex((end) => end + gap < call.seq)
      if (row < 0) row = ends.length
      ends[row] = Math.max(call.answerSeq ?? last, call.seq)
      return {call, row}
    })
    const lane = {node, bars, top: rows}
    rows += ends.length + 0.4
    return lane
  })
  return {lanes, rows}
}

/**
 * @param {Call} call
 * @param {number} y
 * @param {import('./span.js').Span} span
 * @param {number} last
 * @param {number} now
 * @param {import('../store.js').Selection} selection
 * @param {(what: any) => void} select
 */
function bar(call, y, span, last, now, selection, select) {
  const x = span.x(call.seq)
  const width = Math.max(span.x(call.answerSeq ?? last) - x, 5)
  const says = `${operation(call.command, 60)} at node ${call.node}: ${outcomes[call.outcome]}` + (call.answeredAt !== null ? `, after ${duration(call.answeredAt - call.askedAt)}` : '')
  const chosen = selection.call === call.seq || (selection.index !== null && selection.index === call.index && call.index > 0)
  const from = Math.max(x, span.left)
  const room = Math.floor((x + width - from - 18) / 6.2)
  return html`<g key=${call.seq} class=${`lane-call ${call.outcome || 'open'}` + (chosen ? ' chosen' : '') + (call.seq > now ? ' later' : '')} ...${pressed(() => select({call: call.seq}), says)}><title>${says}</title>
    <rect x=${x} y=${y} width=${width} height=${high - 4} rx="2.5" />
    ${width > 13 && html`<text class="lane-sign" x=${from + 4} y=${y + 6.5}>${signs[call.outcome]}</text>`}
    ${room > 4 && html`<text x=${from + 16} y=${y + 6.5}>${wholeWords(operation(call.command, 20), room)}</text>`}</g>`
}

/**
 * The words at the beginning of a text for which there is room.
 * @param {string} text
 * @param {number} room characters
 */
function wholeWords(text, room) { return text.length <= room ? text : text.slice(0, Math.max(text.lastIndexOf(' ', room), 0)).replace(/:$/, '') }

/**
 * Whether one queue could have given all answers.
 * @param {any} checked the answer of /v1/history/check
 * @param {number} left calls that are not drawn
 * @param {import('./span.js').Span} span
 */
function verdict(checked, left, span) {
  const bad = checked && (checked.verdicts || []).filter((/** @type {any} */ v) => v.state === 'violated' || v.state === 'failed')
  const words = !checked ? '' : checked.state === 'held' ? '✓ one queue could have given all answers'
    : bad.length ? '✕ ' + bad.map((/** @type {any} */ v) => v.words || v.name.replace(/_/g, ' ')).join('; ') : `? ${checked.how || 'undecided'}`
  return html`<g>${words && html`<text class=${'lane-verdict ' + (words[0] === '✓' ? 'good' : words[0] === '✕' ? 'bad' : '')} x="12" y="16">${plain(words, Math.max(Math.floor(span.width / 6.5), 20))}</text>`}
    ${left > 0 && html`<text class="span-note" x=${span.right} y="16" text-anchor="end">${left} older calls are not drawn</text>`}</g>`
}
